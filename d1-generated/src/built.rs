//! What a builder has besides its setters.

/// `build()` of a builder, and `builder()` of its type. `$example` is an expression that makes a builder with the types of the module
/// `$module`; the generator writes it, and it is shown, and run as a documentation test, on the pages of both.
macro_rules! built {
    ($name:ident) => {
        $crate::built::built!(@ $name "");
    };
    ($name:ident $module:literal $example:literal) => {
        $crate::built::built!(@ $name concat!(
            "# Example\n",
            "```\n",
            "# use d1_generated::", $module, "::types::*;\n",
            "let value = ", $example, ".build()?;\n",
            "# Ok::<(), d1_generated::Invalid>(())\n",
            "```\n",
        ));
    };
    (@ $name:ident $example:expr) => {
        impl super::$name {
            /// A builder with nothing set.
            ///
            #[doc = $example]
            pub fn builder() -> $name {
                ::std::default::Default::default()
            }
        }

        impl $name {
            /// The value, or all fields that break the vendor's rules for them, in here or in a part: those refused, then
            /// those missing.
            ///
            #[doc = $example]
            pub fn build(self) -> ::std::result::Result<super::$name, $crate::Invalid> {
                ::std::convert::TryFrom::try_from(self)
            }
        }
    };
}
pub(crate) use built;
