/// What is wrong with the settings of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// A signing key is too short to be safe.
    #[error("a signing key of the issued tokens has fewer than 32 bytes: make one with `openssl rand 32`")]
    ShortKey,
    /// No client can present this id.
    #[error("the client id of the issued tokens is empty or holds a colon, which HTTP Basic cannot carry")]
    ClientId,
    /// Anybody could present no secret.
    #[error("a client secret of the issued tokens is empty")]
    Secret,
    /// The lifetime of tokens is out of range.
    #[error("the issued tokens must live 1 second to 15 minutes")]
    Lifetime,
    /// The path of the token endpoint is none.
    #[error("the path of the token endpoint must begin with `/`")]
    Path,
    /// Nothing computes the codes of tokens.
    #[error("tokens cannot be issued without the feature `aws-lc-rs` or `ring`")]
    NoProvider,
}
