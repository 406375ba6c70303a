//! The kinds of exact strings.

use serde::{Deserialize, Serialize};

/// What an exact string is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A run of seven or more hexadecimal digits with letters and digits in it: hashes, commits,
    /// colours, MAC and PCI addresses, fingerprints. `0x…` is a [`Kind::Number`]; words that happen to be
    /// spelled with a to f (`defaced`) are not hex.
    Hex,
    /// 8-4-4-4-12 hexadecimal digits.
    Uuid,
    /// Base64 (plain or URL-safe) of 16 or more characters, shorter only when padded. Told from
    /// names by how often upper case, lower case and digits alternate.
    Base64,
    /// A JSON web token.
    Jwt,
    /// Anything with `scheme://`, `www.`, a bare host under a common top-level domain (or another
    /// one when it is long, with a hyphen or a digit), `arn:…`, the identifier of a paper (`10.1038/…`),
    /// and `user@host:path` as git writes it.
    Url,
    /// An e-mail address, or a user of a machine whose name cannot be a word: `root@web-01`.
    Email,
    /// An IPv4 or IPv6 address, with port, prefix length or zone. Four numbers up to 255 are taken
    /// for an address rather than a version.
    Ip,
    /// A file path or file name, with `:line:column` or `#L12` when it has one. `and/or` and
    /// `he/she` are prose: a relative path needs an extension, or three parts that are not small
    /// words. A name without a slash needs a known extension. A Windows path may have blanks.
    Path,
    /// Three or more dotted numbers, or two after a `v`, with pre-release and build; with the name
    /// before it (`serde-1.0.229`, `gpt-5.6-sol`, `name@1.2.3`, `curl/8.5.0`).
    Version,
    /// A command-line flag, `--long` or `-s`. A dash of prose is none: `--long` must not touch a
    /// word before it, and a word that is common in prose needs signs of a command line around it.
    Flag,
    /// `ABC-123`, `CVE-…`, `GHSA-…`, `#1234`, `owner/repository#12`, and codes of capitals and digits
    /// with hyphens (`KM-2200-A4`, `T-0419`). Not names such as UTF-8, SHA-256, COVID-19 or F-16.
    Ticket,
    /// Decimals, percentages, thousands separators, units, hexadecimal, octal and binary literals,
    /// sizes such as 1568x728, and whole numbers of five digits or more, or of four when they
    /// cannot be years (or hardly: 1078 in code). Small counts, years, list, page and chapter numbers are prose.
    Number,
    /// ISO dates, times and time stamps; written dates with day, month and year, in seven languages.
    Date,
    /// An amount with a currency sign, code or name. `$1` is a shell variable.
    Currency,
    /// A telephone number: international with `+`, 3-3-4 digits, or groups of nine digits or more
    /// that begin with a nought.
    Phone,
    /// An international bank account number whose check digits are right.
    Iban,
    /// `camelCase`, `PascalCase`, `snake_case`, `SCREAMING_SNAKE`, and codes that mix letters and
    /// digits (`8VX2KQ`), names of machines and interfaces with a number (`meter-gw-04`, `eth0.120`),
    /// of classes with their packages (`org.example.Foo`). Two capitals in one word are a name (McDonald, PowerPoint) unless the
    /// line looks like code; three are an identifier. iPhone, eBay and macOS are names; `_words_`
    /// are emphasised.
    Identifier,
    /// A word that cannot be read for sure at any size: letters of two scripts, or 0 and O, 1, l
    /// and I mixed the way codes mix them.
    LookAlike,
}

impl Kind {
    /// Every kind, in the order in which a sheet lists them.
    pub const ALL: [Self; 18] = [
        Self::Hex,
        Self::Uuid,
        Self::Base64,
        Self::Jwt,
        Self::Url,
        Self::Email,
        Self::Ip,
        Self::Path,
        Self::Version,
        Self::Flag,
        Self::Ticket,
        Self::Number,
        Self::Date,
        Self::Currency,
        Self::Phone,
        Self::Iban,
        Self::Identifier,
        Self::LookAlike,
    ];

    /// Its name: a heading of the sheet, a key of the report.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hex => "hex",
            Self::Uuid => "uuid",
            Self::Base64 => "base64",
            Self::Jwt => "jwt",
            Self::Url => "url",
            Self::Email => "email",
            Self::Ip => "ip",
            Self::Path => "path",
            Self::Version => "version",
            Self::Flag => "flag",
            Self::Ticket => "ticket",
            Self::Number => "number",
            Self::Date => "date",
            Self::Currency => "currency",
            Self::Phone => "phone",
            Self::Iban => "iban",
            Self::Identifier => "identifier",
            Self::LookAlike => "look-alike",
        }
    }

    /// How much a wrong character matters, 0 to 1. A wrong digit in an account number or a hash
    /// makes it useless and nobody notices; a misread identifier is mostly caught by its meaning.
    pub fn weight(self) -> f64 {
        match self {
            Self::Iban | Self::Uuid | Self::Hex | Self::Email | Self::LookAlike => 1.0,
            Self::Ip | Self::Phone | Self::Ticket | Self::Currency => 0.95,
            Self::Url | Self::Jwt | Self::Base64 => 0.9,
            Self::Number | Self::Date | Self::Version => 0.8,
            Self::Path => 0.7,
            Self::Flag => 0.6,
            Self::Identifier => 0.5,
        }
    }
}

/// A value for each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PerKind<T>([T; Kind::ALL.len()]);

impl<T: Default + Copy> Default for PerKind<T> {
    fn default() -> Self {
        Self([T::default(); Kind::ALL.len()])
    }
}

impl<T> std::ops::Index<Kind> for PerKind<T> {
    type Output = T;
    fn index(&self, kind: Kind) -> &T {
        &self.0[kind as usize]
    }
}

impl<T> std::ops::IndexMut<Kind> for PerKind<T> {
    fn index_mut(&mut self, kind: Kind) -> &mut T {
        &mut self.0[kind as usize]
    }
}

impl<T: Copy> PerKind<T> {
    /// Kinds and values, in the order of [`Kind::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Kind, T)> + '_ {
        Kind::ALL.into_iter().map(|kind| (kind, self[kind]))
    }
}

impl PerKind<u64> {
    /// The sum over all kinds.
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }
}
