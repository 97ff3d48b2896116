/// An end user as a row of the issuer's database holds one: plain strings, every field filled.
#[derive(Clone, Debug)]
#[allow(missing_docs, reason = "the vendor's names")]
pub struct Person {
    pub consumer_id: String,
    pub title: String,
    pub first_name: String,
    pub middle_name: String,
    pub last_name: String,
    pub second_last_name: String,
    pub gender: String,
    pub date_of_birth: String,
    pub nationality: String,
    pub language: String,
    pub email: String,
    pub calling_code: String,
    pub phone_number: String,
    pub recipient_name: String,
    pub line1: String,
    pub line2: String,
    pub line3: String,
    pub line4: String,
    pub city: String,
    pub state: String,
    pub zip_code: String,
    pub country_code: String,
    pub channels: Vec<String>,
}

impl Person {
    /// Somebody who does not exist, as consumer number `number`.
    pub fn example(number: usize) -> Self {
        Self {
            consumer_id: Self::consumer_id(number),
            title: "Mrs.".into(),
            first_name: "Zoé".into(),
            middle_name: "Quentine".into(),
            last_name: "Vaucanson".into(),
            second_last_name: "Jacquard".into(),
            gender: "FEMALE".into(),
            date_of_birth: "1979-08-17".into(),
            nationality: "BE".into(),
            language: "fre".into(),
            email: "zoe.vaucanson@example.org".into(),
            calling_code: "+33".into(),
            phone_number: "612345678".into(),
            recipient_name: "Établissements Vaucanson Frères".into(),
            line1: "12 rue de la République, 3e étage".into(),
            line2: "Bâtiment C".into(),
            line3: "Escalier 4".into(),
            line4: "Porte gauche".into(),
            city: "Grenoble".into(),
            state: "ARA".into(),
            zip_code: "38000".into(),
            country_code: "FR".into(),
            channels: ["EMAIL", "IN_APP_NOTIFICATION", "SMS"].map(Into::into).into(),
        }
    }

    /// The same person before it was made fit: typographic punctuation, blanks, other codes.
    pub fn as_a_bank_has_one() -> Self {
        Self {
            middle_name: " ".into(),
            last_name: "d’Alembert".into(),
            second_last_name: String::new(),
            nationality: "BEL".into(),
            language: "fr-BE".into(),
            line1: "12 rue de la République – 3° étage".into(),
            line2: "Bâtiment\u{a0}C ".into(),
            line3: String::new(),
            line4: String::new(),
            country_code: "250".into(),
            ..Self::example(0)
        }
    }

    fn consumer_id(number: usize) -> String {
        format!("c-{number:08}")
    }

    /// The same person in letters that progenitor's checks let through: they read the `\p{L}` of the vendor's patterns
    /// as the characters `p`, `{`, `L` and `}`, and refuse `Ada`. As many bytes as before.
    #[must_use]
    pub fn in_letters_of_the_pattern(mut self) -> Self {
        let Self {
            title,
            first_name,
            middle_name,
            last_name,
            second_last_name,
            ..
        } = &mut self;
        let names = [title, first_name, middle_name, last_name, second_last_name];
        for text in names {
            *text = letters_of_the_pattern(text);
        }
        let Self {
            recipient_name,
            line1,
            line2,
            line3,
            line4,
            city,
            state,
            ..
        } = &mut self;
        for text in [recipient_name, line1, line2, line3, line4, city, state] {
            *text = letters_of_the_pattern(text);
        }
        self
    }
}

/// Any number of people, consumer after consumer, spelled by `spelled` once.
pub fn people(spelled: fn(Person) -> Person) -> impl Iterator<Item = Person> {
    let person = spelled(Person::example(0));
    (0_usize..).map(move |number| Person {
        consumer_id: Person::consumer_id(number),
        ..person.clone()
    })
}

fn letters_of_the_pattern(text: &str) -> String {
    let let_through = |byte: u8| b"pLNM{} ,.'_#;:/-".contains(&byte);
    text.bytes()
        .map(|byte| if let_through(byte) { char::from(byte) } else { 'p' })
        .collect()
}
