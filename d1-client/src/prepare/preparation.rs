//! A record, field by field: what is fit as it is stays, what a rule corrects is told, and so is what none can.

use d1_generated::{
    Invalid, Rule as VendorRule,
    types::{
        AddressLine, CallingCode, City, CountryCode, DateOfBirth, EmailAddress, Gender, NationalNumber,
        PersonName, PersonalInformation, PhoneNumber, PostalAddress, PostalCode, RecipientName, Subdivision,
        Title,
    },
};

use super::{
    Advice, Change, Field, Problem, ProblemKind, Record, Rule, Rules,
    address::{self, LINES},
    advice::Known,
    country, language,
    rule::RuleSet,
    text::{self, Alphabet, Corrected},
};
use crate::ConsumerId;

/// Nearly every record has fewer.
const MOST_CHANGES: usize = 16;

const MISSING: &str = "is required";
const CHARACTERS: &str = "has characters that the field does not take";

/// The codes of a field, and the rule that finds them.
struct CodeList {
    rule: Rule,
    has: fn(&str) -> bool,
    find: fn(&str) -> Option<&'static str>,
    kind: ProblemKind,
    words: &'static str,
}

const LANGUAGES: CodeList = CodeList {
    rule: Rule::Language,
    has: language::is_listed,
    find: language::language,
    kind: ProblemKind::Language,
    words: "must be a language of ISO 639",
};

const COUNTRIES: CodeList = CodeList {
    rule: Rule::Country,
    has: country::is_assigned,
    find: country::country,
    kind: ProblemKind::Country,
    words: "must be a country of ISO 3166-1",
};

/// What became of a record: the result, what was changed, what is not fit, and advice. `Debug` shows no value.
///
/// ```
/// use d1_client::prepare::{Record, Rules};
///
/// let prepared = Rules::standard().prepare(&Record::new().first_name("Ann").last_name("O’Neill").country("IRL"));
/// assert_eq!(prepared.changes()[0].to_string(), "lastName: punctuation");
/// // A country begins an address, and the rest of it is missing.
/// assert_eq!(prepared.problems()[0].to_string(), "residencyAddress.line1 is required");
/// assert!(prepared.personal_information().is_none());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[must_use]
pub struct Preparation {
    person: Option<PersonalInformation>,
    changes: Vec<Change>,
    problems: Vec<Problem>,
    advice: Vec<Advice>,
}

impl Preparation {
    /// The person as D1 takes it; `None` if there are [`problems`](Self::problems).
    #[must_use]
    pub const fn personal_information(&self) -> Option<&PersonalInformation> {
        self.person.as_ref()
    }

    /// The same, to be sent.
    #[must_use]
    pub fn into_personal_information(self) -> Option<PersonalInformation> {
        self.person
    }

    /// Which fields were changed by which rules, in the order of [`Field`]. A field that is not fit is not told here.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Which fields are not fit, and by which rules of the vendor's, in the order of [`Field`].
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What to look at, if the rules [advise](Rules::advise). Of a record with problems, as far as it is fit.
    pub fn advice(&self) -> &[Advice] {
        &self.advice
    }
}

impl Rules {
    /// Applies the rules to a record, and says what was done.
    pub fn prepare(&self, record: &Record<'_>) -> Preparation {
        prepare(self, record)
    }
}

fn prepare(rules: &Rules, record: &Record<'_>) -> Preparation {
    let mut work = Work {
        rules,
        record,
        done: Preparation::default(),
    };
    work.done.changes.reserve(MOST_CHANGES);
    let consumer_id = work.consumer_id();
    let title = work.text::<Title>(Field::Title, Alphabet::AnyScript);
    let first_name = work.required::<PersonName>(Field::FirstName, Alphabet::AnyScript);
    let middle_name = work.text::<PersonName>(Field::MiddleName, Alphabet::AnyScript);
    let last_name = work.required::<PersonName>(Field::LastName, Alphabet::AnyScript);
    let second_last_name = work.text::<PersonName>(Field::SecondLastName, Alphabet::AnyScript);
    let gender = work.text::<Gender>(Field::Gender, Alphabet::Code);
    let date_of_birth = work.text::<DateOfBirth>(Field::DateOfBirth, Alphabet::Date);
    let nationality = work.code(Field::Nationality, &COUNTRIES);
    let language = work.code(Field::Language, &LANGUAGES);
    let email = work.text::<EmailAddress>(Field::Email, Alphabet::Email);
    let address = work.address();
    let number = work.phone(address.country.as_ref());

    if let Some(advice_rules) = &rules.advice {
        let known = Known {
            consumer_id: consumer_id.as_ref().map(ConsumerId::as_str),
            title: title.as_ref(),
            names: [&first_name, &middle_name, &last_name, &second_last_name].map(Option::as_ref),
            date_of_birth: date_of_birth.as_ref(),
            nationality: nationality.as_ref(),
            language: language.as_ref(),
            email: email.as_ref(),
            national_number: number.as_ref().map(|number| number.phone_number.as_str()),
            state: address.state.as_ref(),
            country: address.country.as_ref(),
        };
        advice_rules.give(&known, &mut work.done.advice);
    }
    if work.done.problems.is_empty()
        && let (Some(first_name), Some(last_name)) = (first_name, last_name)
    {
        let built = PersonalInformation::builder()
            .title(title)
            .first_name(first_name)
            .middle_name(middle_name)
            .last_name(last_name)
            .second_last_name(second_last_name)
            .gender(gender)
            .date_of_birth(date_of_birth)
            .nationality(nationality)
            .language(language)
            .email(email)
            .mobile_phone_number(number)
            .residency_address(address.build())
            .build();
        match built {
            Ok(built) => work.done.person = Some(built),
            // Every field was checked: a rule of several fields at once, should the vendor have one some day.
            Err(refused) => refused.fields().for_each(|refusal| {
                let field = Field::at(refusal.path()).unwrap_or(Field::FirstName);
                work.problem(field, ProblemKind::Format, refusal.rule());
            }),
        }
    }
    let mut done = work.done;
    done.problems.sort_by_key(|problem| problem.field);
    if let (Some(advice_rules), Some(person)) = (&rules.advice, &done.person) {
        advice_rules.give_click_to_pay(person, &mut done.advice);
    }
    done.advice.sort_by_key(|advice| advice.field);
    let problems = &done.problems;
    let is_unfit = |field| problems.iter().any(|problem| problem.field == field);
    done.changes.retain(|change| !is_unfit(change.field));
    done.changes.sort();
    done
}

/// A type of the vendor's that is made of a text and checked.
trait Checked: for<'t> TryFrom<&'t str, Error = Invalid> {}

impl<T: for<'t> TryFrom<&'t str, Error = Invalid>> Checked for T {}

/// An address, part by part.
#[derive(Default)]
struct Address {
    recipient_name: Option<RecipientName>,
    lines: [Option<AddressLine>; LINES],
    city: Option<City>,
    state: Option<Subdivision>,
    zip_code: Option<PostalCode>,
    country: Option<CountryCode>,
    /// Whether it is left out.
    is_omitted: bool,
}

impl Address {
    /// The address, if all that it must have is there.
    fn build(self) -> Option<PostalAddress> {
        if self.is_omitted {
            return None;
        }
        let [line1, line2, line3, line4] = self.lines;
        let built = PostalAddress::builder()
            .recipient_name(self.recipient_name)
            .line1(line1?)
            .line2(line2)
            .line3(line3)
            .line4(line4)
            .city(self.city?)
            .state(self.state?)
            .zip_code(self.zip_code?)
            .country_code(self.country?)
            .build();
        built.ok()
    }
}

struct Work<'r> {
    rules: &'r Rules,
    record: &'r Record<'r>,
    done: Preparation,
}

impl<'r> Work<'r> {
    fn has(&self, rule: Rule) -> bool {
        self.rules.applied.has(rule)
    }

    fn change(&mut self, field: Field, rule: Rule) {
        self.done.changes.push(Change { field, rule });
    }

    fn changes(&mut self, field: Field, by: RuleSet) {
        self.done
            .changes
            .extend(by.rules().map(|rule| Change { field, rule }));
    }

    fn problem(&mut self, field: Field, kind: ProblemKind, rule: &'static str) {
        self.done.problems.push(Problem {
            field,
            kind,
            rule,
            characters: Vec::new(),
        });
    }

    /// Whether the record has something there, blank or not as the rule on blank texts has it.
    fn is_given(&self, field: Field) -> bool {
        let text = self.record.text(field);
        text.is_some_and(|text| !(self.has(Rule::Empty) && text::is_blank(text)))
    }

    fn required<T: Checked>(&mut self, field: Field, alphabet: Alphabet) -> Option<T> {
        let value = self.text(field, alphabet);
        self.require(field, value.is_some());
        value
    }

    /// Tells a required field that is not there, and was not told to be unfit.
    fn require(&mut self, field: Field, is_there: bool) {
        if self.is_missing(field, is_there) {
            self.problem(field, ProblemKind::Missing, MISSING);
        }
    }

    fn is_missing(&self, field: Field, is_there: bool) -> bool {
        !is_there && !self.done.problems.iter().any(|problem| problem.field == field)
    }

    fn text<T: Checked>(&mut self, field: Field, alphabet: Alphabet) -> Option<T> {
        let given = self.record.text(field)?;
        if let Ok(value) = T::try_from(given)
            && text::is_settled(given, self.rules.applied)
        {
            return Some(value);
        }
        let corrected = self.corrected(field, alphabet)?;
        self.checked(field, alphabet, corrected)
    }

    /// The text after the rules on texts; `None` if there is none, or a rule has it that there is none.
    fn corrected(&mut self, field: Field, alphabet: Alphabet) -> Option<Corrected<'r>> {
        let given = self.record.text(field)?;
        let corrected = if self.is_given(field) {
            Some(text::correct(given, alphabet, self.rules))
        } else {
            None
        };
        // A transliteration may leave nothing.
        let corrected =
            corrected.filter(|corrected| !(self.has(Rule::Empty) && text::is_blank(&corrected.text)));
        if corrected.is_none() {
            self.change(field, Rule::Empty);
        }
        corrected
    }

    fn checked<T: Checked>(
        &mut self,
        field: Field,
        alphabet: Alphabet,
        corrected: Corrected<'_>,
    ) -> Option<T> {
        let refused = match T::try_from(&corrected.text) {
            Ok(value) => {
                self.changes(field, corrected.changed_by);
                return Some(value);
            }
            Err(refused) => refused,
        };
        let given = self.record.text(field)?;
        if corrected.changed_by.has(Rule::Nfc) {
            // A few composed forms are longer than what they are made of.
            let without = text::correct(given, alphabet, &self.rules.clone().without(Rule::Nfc));
            if let Ok(value) = T::try_from(&without.text) {
                self.changes(field, without.changed_by);
                return Some(value);
            }
        }
        self.refuse(field, alphabet, given, &corrected.text, &refused);
        None
    }

    fn refuse(&mut self, field: Field, alphabet: Alphabet, given: &str, corrected: &str, refused: &Invalid) {
        let Some(refusal) = refused.fields().next() else {
            return;
        };
        let kind = match refusal.kind() {
            VendorRule::Length { max, .. } if corrected.chars().count() > max => Some(ProblemKind::TooLong),
            VendorRule::Length { .. } => Some(ProblemKind::TooShort),
            VendorRule::Values(_) => Some(ProblemKind::Value),
            _ => None,
        };
        if let Some(kind) = kind {
            self.problem(field, kind, refusal.rule());
        }
        let characters = match kind {
            Some(ProblemKind::Value) => Vec::new(),
            _ => text::refused(given, alphabet, self.rules),
        };
        if !characters.is_empty() {
            self.done.problems.push(Problem {
                field,
                kind: ProblemKind::Character,
                rule: CHARACTERS,
                characters,
            });
        } else if kind.is_none() {
            self.problem(field, ProblemKind::Format, refusal.rule());
        }
    }

    fn consumer_id(&mut self) -> Option<ConsumerId> {
        let given = self.record.text(Field::ConsumerId)?;
        match ConsumerId::new(given) {
            Ok(id) => Some(id),
            Err(refused) => {
                self.problem(Field::ConsumerId, ProblemKind::Format, refused.rule());
                None
            }
        }
    }

    /// A code of the list, one that a rule finds there, or one that it does not find and the vendor's pattern takes.
    fn code<T: Checked>(&mut self, field: Field, list: &CodeList) -> Option<T> {
        let given = self.record.text(field)?;
        if !self.has(list.rule) || (list.has)(given) {
            return self.text(field, Alphabet::Code);
        }
        let corrected = self.corrected(field, Alphabet::Code)?;
        let text = (list.find)(&corrected.text).unwrap_or(&corrected.text);
        let Ok(value) = T::try_from(text) else {
            self.problem(field, list.kind, list.words);
            return None;
        };
        self.changes(field, corrected.changed_by);
        if text != corrected.text {
            self.change(field, list.rule);
        }
        Some(value)
    }

    fn state(&mut self, country: Option<&CountryCode>) -> Option<Subdivision> {
        let Some(country) = country.filter(|_| self.has(Rule::Subdivision)) else {
            return self.text(Field::State, Alphabet::AnyScript);
        };
        let corrected = self.corrected(Field::State, Alphabet::AnyScript)?;
        if let Some(code) = country::subdivision(country.as_str(), &corrected.text)
            && let Ok(value) = Subdivision::try_from(code)
        {
            self.changes(Field::State, corrected.changed_by);
            if code != corrected.text {
                self.change(Field::State, Rule::Subdivision);
            }
            return Some(value);
        }
        self.checked(Field::State, Alphabet::AnyScript, corrected)
    }

    fn address(&mut self) -> Address {
        const ALL: [Field; 9] = [
            Field::RecipientName,
            Field::Line1,
            Field::Line2,
            Field::Line3,
            Field::Line4,
            Field::City,
            Field::State,
            Field::ZipCode,
            Field::Country,
        ];
        let before = (self.done.changes.len(), self.done.problems.len());
        let country = self.code(Field::Country, &COUNTRIES);
        let recipient_name = self.text(Field::RecipientName, Alphabet::AnyScript);
        let lines = self.lines();
        let city = self.text(Field::City, Alphabet::AnyScript);
        let state = self.state(country.as_ref());
        let zip_code = self.text(Field::ZipCode, Alphabet::PostalCode);
        let mut address = Address {
            recipient_name,
            lines,
            city,
            state,
            zip_code,
            country,
            is_omitted: false,
        };
        if !ALL.into_iter().any(|field| self.is_given(field)) {
            return address;
        }
        let required = [
            (Field::Line1, address.lines[0].is_some()),
            (Field::City, address.city.is_some()),
            (Field::State, address.state.is_some()),
            (Field::ZipCode, address.zip_code.is_some()),
            (Field::Country, address.country.is_some()),
        ];
        let is_missing = |(field, is_there)| self.is_missing(field, is_there);
        if !required.into_iter().any(is_missing) {
            return address;
        }
        if self.has(Rule::OmitAddress) {
            self.done.changes.truncate(before.0);
            self.done.problems.truncate(before.1);
            self.change(Field::ResidencyAddress, Rule::OmitAddress);
            address.is_omitted = true;
        } else {
            for (field, is_there) in required {
                self.require(field, is_there);
            }
        }
        address
    }

    fn lines(&mut self) -> [Option<AddressLine>; LINES] {
        const FIELDS: [Field; LINES] = [Field::Line1, Field::Line2, Field::Line3, Field::Line4];
        let before = (self.done.changes.len(), self.done.problems.len());
        let lines = FIELDS.map(|field| self.text(field, Alphabet::AnyScript));
        let is_too_long = self.done.problems[before.1..]
            .iter()
            .any(|problem| problem.kind == ProblemKind::TooLong);
        let begins_late = lines[0].is_none() && lines.iter().any(Option::is_some);
        if self.has(Rule::FoldAddress) && (is_too_long || begins_late) {
            let told = (
                self.done.changes.split_off(before.0),
                self.done.problems.split_off(before.1),
            );
            if let Some(folded) = self.folded(FIELDS) {
                return folded;
            }
            self.done.changes.extend(told.0);
            self.done.problems.extend(told.1);
        }
        lines
    }

    /// The lines folded, if they fit so.
    fn folded(&mut self, fields: [Field; LINES]) -> Option<[Option<AddressLine>; LINES]> {
        let longest = match AddressLine::try_from("").err()?.fields().next()?.kind() {
            VendorRule::Length { max, .. } => max,
            _ => return None,
        };
        let before = self.done.changes.len();
        let corrected = fields.map(|field| self.corrected(field, Alphabet::AnyScript));
        let given: Vec<&str> = corrected
            .iter()
            .flatten()
            .map(|corrected| &*corrected.text)
            .collect();
        let texts = address::fold(&given, longest).unwrap_or_default();
        let lines: Vec<_> = texts
            .iter()
            .map_while(|line| AddressLine::try_from(line.as_str()).ok())
            .collect();
        if lines.is_empty() || lines.len() < texts.len() {
            self.done.changes.truncate(before);
            return None;
        }
        for (index, field) in fields.into_iter().enumerate() {
            let was = corrected[index].as_ref();
            self.changes(field, was.map_or_else(RuleSet::default, |was| was.changed_by));
            if was.map(|was| &*was.text) != texts.get(index).map(String::as_str) {
                self.change(field, Rule::FoldAddress);
            }
        }
        let mut lines = lines.into_iter();
        Some([(); LINES].map(|()| lines.next()))
    }

    fn phone(&mut self, country: Option<&CountryCode>) -> Option<PhoneNumber> {
        let has_code = self.is_given(Field::CallingCode);
        if !self.is_given(Field::NationalNumber) {
            let is_blank = |field| self.record.text(field).is_some();
            let blank = [Field::CallingCode, Field::NationalNumber].map(is_blank);
            match (has_code, self.has(Rule::Empty)) {
                // A calling code alone is no number: what a form fills in by itself.
                (_, true) => {
                    for (field, blank) in [Field::CallingCode, Field::NationalNumber].into_iter().zip(blank) {
                        if blank {
                            self.change(field, Rule::Empty);
                        }
                    }
                }
                (true, false) => self.problem(Field::NationalNumber, ProblemKind::Missing, MISSING),
                (false, false) => {}
            }
            return None;
        }
        #[cfg(feature = "phone")]
        if self.has(Rule::Phone) {
            return self.read_phone(country);
        }
        let _ = country;
        let code = self.text::<CallingCode>(Field::CallingCode, Alphabet::Phone);
        let number = self.text::<NationalNumber>(Field::NationalNumber, Alphabet::Phone);
        self.require(Field::CallingCode, code.is_some());
        self.require(Field::NationalNumber, number.is_some());
        PhoneNumber::builder()
            .country_code(code?)
            .phone_number(number?)
            .build()
            .ok()
    }

    #[cfg(feature = "phone")]
    fn read_phone(&mut self, country: Option<&CountryCode>) -> Option<PhoneNumber> {
        let given = |field| self.record.text(field).filter(|_| self.is_given(field));
        let (code, number) = (given(Field::CallingCode), given(Field::NationalNumber)?);
        let country = match self
            .record
            .country_of_phone()
            .filter(|country| !text::is_blank(country))
        {
            Some(country) => country::country(country.trim()),
            None => country.map(CountryCode::as_str),
        };
        let read = match super::phone::read(code, number, country) {
            Ok(read) => read,
            Err(kind) => {
                self.problem(Field::MobilePhoneNumber, kind, super::phone::rule(kind));
                return None;
            }
        };
        if code != Some(&read.calling_code) || number != read.national {
            self.change(Field::MobilePhoneNumber, Rule::Phone);
        }
        if self.rules.advice.is_some()
            && let Some(kind) = read.advice()
        {
            self.done.advice.push(Advice {
                field: Field::MobilePhoneNumber,
                kind,
            });
        }
        let built = PhoneNumber::builder()
            .country_code(read.calling_code.as_str())
            .phone_number(read.national.as_str())
            .build();
        if built.is_err() {
            self.problem(
                Field::MobilePhoneNumber,
                ProblemKind::Phone,
                super::phone::rule(ProblemKind::Phone),
            );
        }
        built.ok()
    }
}
