//! Numbers, amounts of money, telephone and bank account numbers.

use crate::factsheet::kind::Kind;
use crate::factsheet::scan::{
    ALNUM, ALPHA, DIGIT, HEX, HIGH, LOWER, UNDER, UPPER, WORD, at, before, blank, ends, is, run,
    run_most, value, was,
};

use super::Word;

/// Units that a blank may part from the number. Each may have a power and stand before or behind
/// a slash.
const UNITS: &[&str] = &[
    "Ki", "Mi", "Gi", "Ti", "ms", "ns", "us", "µs", "μs", "sec", "secs", "min", "mins", "hrs",
    "kB", "KB", "MB", "GB", "TB", "PB", "KiB", "MiB", "GiB", "TiB", "PiB", "kb", "Kb", "Mb", "Gb",
    "kbit", "Mbit", "Gbit", "kbps", "Mbps", "Gbps", "bps", "IOPS", "px", "pt", "em", "rem", "dpi",
    "DPI", "ppi", "fps", "rpm", "Hz", "kHz", "MHz", "GHz", "THz", "kg", "mg", "µg", "μg", "ng",
    "lb", "lbs", "oz", "km", "cm", "mm", "nm", "µm", "μm", "mi", "ft", "yd", "mph", "mW", "µW",
    "kW", "MW", "GW", "kWh", "MWh", "GWh", "Wh", "kVA", "mV", "µV", "kV", "mA", "µA", "nA", "mAh",
    "Ah", "kΩ", "MΩ", "Ω", "pF", "nF", "µF", "μF", "dB", "dBm", "Pa", "hPa", "kPa", "mmHg", "MPa",
    "GPa", "bar", "mbar", "kN", "kn", "Nm", "°C", "°F", "mL", "ml", "dL", "cl", "µL", "μL", "mol",
    "mmol", "µmol", "μmol", "nmol", "mM", "µM", "nM", "kDa", "kJ", "MJ", "GJ", "kcal", "eV", "keV",
    "MeV", "GeV", "ppm", "ppb", "bp", "lx", "ha",
];

/// Units of one letter that a blank may part from the number; capitals from a decimal one only.
const LETTERS: &[&str] = &["s", "m", "h", "g", "l", "V", "W", "A", "J", "K", "N", "L", "M"];

/// Units that are taken only when they touch the number.
const TOUCHING: &[&str] = &[
    "p", "s", "m", "h", "d", "g", "W", "V", "A", "K", "k", "M", "B", "G", "T", "L", "J", "N", "°",
    "vh", "vw", "bp",
];

/// What stands behind the slash of a unit and nowhere else.
const PER: &[&str] = &["op", "day", "hr", "year", "month", "week", "head", "d"];

/// Suffixes that give a literal its type.
const TYPES: [&str; 19] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32",
    "f64", "f", "L", "u", "UL", "n",
];

/// Currency codes that are no English words.
const CODES: [&[u8; 3]; 30] = [
    b"USD", b"EUR", b"GBP", b"JPY", b"CHF", b"CNY", b"RMB", b"INR", b"AUD", b"CAD", b"NZD", b"SEK",
    b"NOK", b"DKK", b"PLN", b"CZK", b"HUF", b"BRL", b"MXN", b"KRW", b"RUB", b"ZAR", b"SGD", b"HKD",
    b"TWD", b"ILS", b"AED", b"THB", b"BTC", b"ETH",
];

/// Names of currencies that are not also weights or words.
const NAMES: [&str; 11] =
    ["cents", "dollars", "euros", "euro", "francs", "kronor", "kr", "pence", "yen", "yuan", "zł"];

/// The number at `i`, with what makes it exact.
pub(crate) fn number(b: &[u8], i: usize) -> Option<(Kind, usize, usize)> {
    if let Some(end) = duration(b, i) {
        return Some((Kind::Number, i, end));
    }
    let digits = grouped(b, i);
    if b[i] == b'0'
        && matches!(at(b, i + 1), b'x' | b'X' | b'b' | b'B' | b'o' | b'O')
        && let Some(end) = literal(b, i)
    {
        return Some((Kind::Number, i, end));
    }
    let mut j = digits;
    let plain = b[i..j].iter().all(u8::is_ascii_digit);
    let mut telling = !plain;
    // 34,075,620
    if plain && j - i <= 3 {
        for _ in 0..10 {
            if at(b, j) == b',' && run_most(b, j + 1, DIGIT, 4) == j + 4 && !is(b, j + 4, WORD) {
                j += 4;
                telling = true;
            } else {
                break;
            }
        }
        // Half of a list: 123,456,78.
        if telling && at(b, j) == b',' && is(b, j + 1, DIGIT) {
            j = digits;
            telling = false;
        }
    }
    // Money as most of Europe writes it: 1.234,56 €.
    if let Some(end) = amount_then_currency(b, i) {
        return Some((Kind::Currency, i, end));
    }
    // 5 000 km
    if j - i <= 3 && !telling {
        let end = in_threes(b, i);
        if end > j
            && blank(b, end).is_some()
            && let Some(end) = unit(b, i, end, true)
        {
            return Some((Kind::Number, i, end));
        }
    }
    let part = was(b, i, DIGIT) || before(b, i) == b'.' && was(b, i - 1, WORD);
    if at(b, j) == b'.' && is(b, j + 1, DIGIT) && !part {
        let end = run(b, j + 1, DIGIT);
        if at(b, end) == b'.' && is(b, end + 1, DIGIT) {
            return None;
        }
        j = end;
        telling = true;
    }
    // 2,5 kg
    if j == digits && at(b, j) == b',' && is(b, j + 1, DIGIT) && !part {
        let end = run_most(b, j + 1, DIGIT, 4);
        if let Some(end) = unit(b, i, end, false).filter(|_| end - j <= 3) {
            return usable(b, i, end).then_some((Kind::Number, i, end));
        }
    }
    let whole = j == digits;
    // 2301.12345v2
    if !whole && at(b, j) == b'v' && is(b, j + 1, DIGIT) && j - i >= 9 {
        let end = run_most(b, j + 1, DIGIT, 3);
        if ends(b, end) {
            return Some((Kind::Number, i, end));
        }
    }
    if matches!(at(b, j), b'e' | b'E') {
        let sign = usize::from(matches!(at(b, j + 1), b'-' | b'+'));
        let end = run_most(b, j + 1 + sign, DIGIT, 4);
        if end > j + 1 + sign
            && (ends(b, end) || TYPES.iter().any(|t| b[end..].starts_with(t.as_bytes())))
        {
            j = end;
            telling = true;
        }
    }
    if let Some(end) = times_ten(b, j) {
        j = end;
        telling = true;
    }
    if let Some(end) = unit(b, i, j, whole) {
        return usable(b, i, end).then_some((Kind::Number, i, end));
    }
    // 1568x728, 1920×1080
    let mut end = j;
    for _ in 0..3 {
        let sign = match at(b, end) {
            b'x' => 1,
            0xc3 if at(b, end + 1) == 0x97 => 2,
            _ => break,
        };
        let side = run(b, end + sign, DIGIT);
        if side == end + sign {
            break;
        }
        end = side;
    }
    if end > j && ends(b, end) && j - i >= 2 && end - j > 2 {
        let end = unit(b, i, end, true).unwrap_or(end);
        return Some((Kind::Number, i, end));
    }
    if at(b, j) == b'x' && telling && ends(b, j + 1) {
        return Some((Kind::Number, i, j + 1));
    }
    if !ends(b, j) {
        let typed = TYPES.iter().find(|t| b[j..].starts_with(t.as_bytes()) && ends(b, j + t.len()));
        return typed.filter(|_| telling || j - i >= 5).map(|t| (Kind::Number, i, j + t.len()));
    }
    let long = || j - i >= 5 || (j - i == 4 && !(1000..2100).contains(&value(&b[i..j])));
    telling = telling || long();
    (telling && usable(b, i, j)).then_some((Kind::Number, i, j))
}

/// Whether a word is four digits that are a year only in writing about the past.
pub(crate) fn old_year(b: &[u8], word: &Word) -> bool {
    word.digits == 4
        && word.end - word.start == 4
        && (1000..1800).contains(&value(&b[word.start..word.end]))
        && usable(b, word.start, word.end)
}

/// End of `× 10⁻³` after a number.
fn times_ten(b: &[u8], j: usize) -> Option<usize> {
    let sign = j + blank(b, j).unwrap_or(0);
    if !b[sign.min(b.len())..].starts_with("×".as_bytes()) {
        return None;
    }
    let ten = sign + 2 + blank(b, sign + 2).unwrap_or(0);
    let end = power(b, ten + 2);
    (b[ten..].starts_with(b"10") && end > ten + 2).then_some(end)
}

/// Digits, with `_` between them, or `'` before each three.
fn grouped(b: &[u8], i: usize) -> usize {
    let mut j = run(b, i, DIGIT);
    while at(b, j) == b'_' && is(b, j + 1, DIGIT)
        || at(b, j) == b'\'' && run_most(b, j + 1, DIGIT, 4) == j + 4
    {
        j = run(b, j + 1, DIGIT);
    }
    j
}

/// 3h12m, 1d2h, 2m30.5s: from the longer unit to the shorter.
fn duration(b: &[u8], i: usize) -> Option<usize> {
    let (mut j, mut parts, mut units) = (i, 0, &b"dhms"[..]);
    loop {
        let mut end = run_most(b, j, DIGIT, 4);
        if parts > 0 && at(b, end) == b'.' {
            end = run_most(b, end + 1, DIGIT, 9);
        }
        let Some(unit) = units.iter().position(|&unit| unit == at(b, end)) else { break };
        if end == j {
            break;
        }
        (j, parts, units) = (end + 1, parts + 1, &units[unit + 1..]);
    }
    (parts >= 2 && ends(b, j)).then_some(j)
}

/// 0x1F, 0b1010, 0o755.
fn literal(b: &[u8], i: usize) -> Option<usize> {
    let hex = matches!(at(b, i + 1), b'x' | b'X');
    let class = if hex { HEX | UNDER } else { DIGIT | UNDER };
    let mut end = run(b, i + 2, class);
    while end > i + 2 && at(b, end) == b'\'' && run_most(b, end + 1, class, 5) == end + 5 {
        end = run(b, end + 1, class);
    }
    if end == i + 2 {
        return None;
    }
    let suffix =
        TYPES.iter().find(|t| b[end..].starts_with(t.as_bytes()) && ends(b, end + t.len()));
    let end = end + suffix.map_or(0, |t| t.len());
    ends(b, end).then_some(end)
}

/// End of a unit or per cent sign after the number from `i` to `j`.
fn unit(b: &[u8], i: usize, j: usize, whole: bool) -> Option<usize> {
    let spaced = blank(b, j);
    let from = j + spaced.unwrap_or(0);
    if at(b, from) == b'%' && !is(b, from + 1, ALNUM) {
        return Some(from + 1);
    }
    if b[from.min(b.len())..].starts_with("‰".as_bytes()) {
        return Some(from + 3);
    }
    if !is(b, from, ALPHA | HIGH) {
        return None;
    }
    let name = unit_name(b, from);
    if is_one(UNITS, b, from, name) {
        return per(b, name).or_else(|| ends(b, power(b, name)).then(|| power(b, name)));
    }
    if spaced.is_some() {
        if !is_one(LETTERS, b, from, name) {
            return per(b, name).filter(|_| is_one(TOUCHING, b, from, name));
        }
        let end = power(b, name);
        // 12 N. Main Street; but 12 V.
        let capital = is(b, from, UPPER) && b[from] != b'V';
        let alone = ends(b, end) && !(capital && (whole || at(b, end) == b'.'));
        return per(b, name).or_else(|| alone.then_some(end));
    }
    if !is_one(TOUCHING, b, from, name) {
        return None;
    }
    if let Some(end) = per(b, name) {
        return Some(end);
    }
    if !ends(b, name) {
        return None;
    }
    // 38.7° N
    if b[from..name] == *"°".as_bytes() {
        let side = name + usize::from(at(b, name) == b' ');
        let named = matches!(at(b, side), b'N' | b'S' | b'E' | b'W') && ends(b, side + 1);
        return Some(if named { side + 1 } else { name });
    }
    let unit = &b[from..name];
    // The 1990s, the 80s.
    let decade = unit == b"s"
        && whole
        && b[j - 1] == b'0'
        && (j - i == 4 || was(b, i, ALNUM) || (i >= 4 && b[..i].ends_with(b"the ")));
    // 3D, 4K, 2B: names; 12d and 1h are times.
    let letter = matches!(
        unit,
        [b'K' | b'A' | b'T' | b'V' | b'N' | b'G' | b'B' | b'L' | b'J' | b'W' | b'M']
    );
    let alone = letter && j - i == 1 && whole;
    (!decade && !alone && !was(b, i, ALPHA)).then_some(name)
}

/// End of what may be the name of a unit: up to six letters, after µ, μ or °.
fn unit_name(b: &[u8], from: usize) -> usize {
    let sign = match (at(b, from), at(b, from + 1)) {
        (0xc2, 0xb5 | 0xb0) | (0xce, 0xbc) => 2,
        _ => 0,
    };
    let end = run_most(b, from + sign, ALPHA, 6 - sign);
    if b[end..].starts_with("Ω".as_bytes()) { end + 2 } else { end }
}

fn is_one(units: &[&str], b: &[u8], from: usize, end: usize) -> bool {
    units.iter().any(|unit| unit.as_bytes() == &b[from..end])
}

/// End of a power after a unit: ², ³, ⁻¹, ^2.
fn power(b: &[u8], mut end: usize) -> usize {
    loop {
        end += match (at(b, end), at(b, end + 1)) {
            (0xc2, 0xb2 | 0xb3 | 0xb9) => 2,
            (0xe2, 0x81) => 3,
            (b'^', b'0'..=b'9') => 2,
            _ => return end,
        };
    }
}

/// End of the unit behind the slash of one whose name ends here: km/h, N/mm², ns/op.
fn per(b: &[u8], name: usize) -> Option<usize> {
    let from = power(b, name) + 1;
    if at(b, from - 1) != b'/' {
        return None;
    }
    let name = unit_name(b, from);
    // N/A is no unit.
    let small = is(b, from, LOWER) || matches!(at(b, from), b'L' | b'K');
    let known = is_one(UNITS, b, from, name)
        || small && is_one(LETTERS, b, from, name)
        || is_one(PER, b, from, name);
    let end = power(b, name);
    (known && ends(b, end)).then_some(end)
}

/// Whether a number stands for itself, rather than for a page, a chapter or a heading.
fn usable(b: &[u8], i: usize, end: usize) -> bool {
    // A heading: 3.1 Results. 3.1. "Results"
    let line = i == 0 || before(b, i) == b'\n' || b[..i].ends_with(b"# ");
    let title = end + usize::from(at(b, end) == b'.');
    if line
        && at(b, title) == b' '
        && end - i <= 5
        && (is(b, title + 1, UPPER) && is(b, title + 2, LOWER) || at(b, title + 1) == b'"')
    {
        return false;
    }
    let Some(gap) = b[..i].iter().rposition(|&c| c != b' ' && c != b'\n') else { return true };
    if gap + 1 == i {
        return !b[..i].ends_with(b"HTTP/");
    }
    let from =
        b[..=gap].iter().rposition(|c| !c.is_ascii_alphabetic() && *c != b'.').map_or(0, |p| p + 1);
    let word = &b[from..=gap];
    const NUMBERED: [&[u8]; 28] = [
        b"page",
        b"pages",
        b"p.",
        b"pp.",
        b"chapter",
        b"chapters",
        b"ch.",
        b"section",
        b"sections",
        b"sec.",
        b"figure",
        b"fig.",
        b"figs.",
        b"table",
        b"equation",
        b"eq.",
        b"appendix",
        b"article",
        b"part",
        b"volume",
        b"vol.",
        b"verse",
        b"step",
        b"no.",
        b"act",
        b"scene",
        b"line",
        b"lines",
    ];
    end - i > 4 && b[i..end].iter().all(u8::is_ascii_digit)
        || !NUMBERED.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// `.5` and `.75em`, from the dot.
pub(crate) fn bare_fraction(b: &[u8], i: usize) -> Option<usize> {
    let end = run(b, i + 1, DIGIT);
    if let Some(end) = unit(b, i + 1, end, false) {
        return Some(end);
    }
    (ends(b, end) && at(b, end) != b'.').then_some(end)
}

/// Digits with separators: 1,234.56, 1.234,56, 1'000.
fn money(b: &[u8], i: usize) -> usize {
    let mut j = run_most(b, i, DIGIT, 24);
    while j - i < 24 && matches!(at(b, j), b'.' | b',' | b'\'') && is(b, j + 1, DIGIT) {
        j = run_most(b, j + 1, DIGIT, 24);
    }
    j
}

/// End of up to three digits and more in threes, with blanks between them.
fn in_threes(b: &[u8], i: usize) -> usize {
    let mut j = run_most(b, i, DIGIT, 4);
    while j - i < 24
        && let Some(gap) = blank(b, j)
        && run_most(b, j + gap, DIGIT, 4) == j + gap + 3
    {
        j += gap + 3;
    }
    j
}

/// The same with blanks between groups of three, as before a currency: 1 245,00 €.
fn spaced_money(b: &[u8], i: usize) -> usize {
    let j = in_threes(b, i);
    let cents = usize::from(matches!(at(b, j), b',' | b'.'));
    if cents > 0 && is(b, j + 1, DIGIT) { run_most(b, j + 1, DIGIT, 3) } else { j }
}

fn sign(b: &[u8], i: usize) -> usize {
    match at(b, i) {
        b'$' => 1,
        0xc2 if matches!(at(b, i + 1), 0xa3 | 0xa5) => 2,
        // ₩ ₪ ₫ € ₱ ₴ ₹ ₺ ₽ ₿
        0xe2 if at(b, i + 1) == 0x82 && (0xa0..=0xbf).contains(&at(b, i + 2)) => 3,
        _ => 0,
    }
}

/// An amount after its sign, at the sign: $34,075,620, €12.50, $1.5M, £3 billion.
pub(crate) fn amount(b: &[u8], i: usize) -> Option<usize> {
    let sign = sign(b, i);
    if sign == 0 {
        return None;
    }
    // US$ 100, but a prompt is `$ 100`.
    let parted = at(b, i + sign) == b' ' && (sign > 1 || was(b, i, UPPER));
    let from = i + sign + usize::from(parted);
    if !is(b, from, DIGIT) {
        return None;
    }
    let end = money(b, from);
    let scaled = scale(b, end);
    // $1 and $2 are variables of a shell, a pattern or a query.
    if sign == 1 && end - from == 1 && scaled == end && !was(b, i, UPPER) {
        return None;
    }
    ends(b, scaled).then_some(scaled)
}

/// End of `k`, `M`, ` million` after an amount.
fn scale(b: &[u8], end: usize) -> usize {
    if matches!(at(b, end), b'k' | b'K' | b'm' | b'M' | b'B') && ends(b, end + 1) {
        return end + 1;
    }
    if b[end..].starts_with(b"bn") && ends(b, end + 2) {
        return end + 2;
    }
    if let Some(gap) = blank(b, end) {
        let words = [
            &b"thousand"[..],
            b"million",
            b"billion",
            b"trillion",
            b"bn",
            b"Mio",
            b"Mrd",
            b"lakh",
            b"crore",
        ];
        for word in words {
            if b[end + gap..].starts_with(word) && ends(b, end + gap + word.len()) {
                return end + gap + word.len();
            }
        }
    }
    end
}

/// An amount before its sign or code, at its first digit: 12,50 €, 100 USD.
fn amount_then_currency(b: &[u8], i: usize) -> Option<usize> {
    if before(b, i) == b'.' && was(b, i - 1, DIGIT) {
        return None;
    }
    let end = money(b, i);
    currency_after(b, end).or_else(|| {
        let spaced = spaced_money(b, i);
        if spaced > end { currency_after(b, spaced) } else { None }
    })
}

/// End of the sign, code or name of a currency after an amount.
fn currency_after(b: &[u8], end: usize) -> Option<usize> {
    let from = end + blank(b, end).unwrap_or(0);
    let sign = sign(b, from);
    if sign > 1 && !is(b, from + sign, DIGIT) {
        return Some(from + sign);
    }
    if is(b, from, UPPER) {
        let code = b.get(from..from + 3)?;
        return (CODES.iter().any(|known| **known == code) && ends(b, from + 3))
            .then_some(from + 3);
    }
    if from == end || !matches!(at(b, from), b'c' | b'd' | b'e' | b'f' | b'k' | b'p' | b'y' | b'z')
    {
        return None;
    }
    let name = NAMES.iter().find(|name| b[from..].starts_with(name.as_bytes()))?;
    ends(b, from + name.len()).then_some(from + name.len())
}

/// An amount after a currency code, at the code: EUR 12.50, US$ 100.
pub(crate) fn code_amount(b: &[u8], word: &Word) -> Option<usize> {
    let i = word.start;
    if word.end - i <= 2 && at(b, word.end) == b'$' {
        return amount(b, word.end);
    }
    if !CODES.iter().any(|code| b[i..].starts_with(*code)) {
        return None;
    }
    let gap = blank(b, i + 3).unwrap_or(0);
    if !is(b, i + 3 + gap, DIGIT) {
        return None;
    }
    let end = scale(b, money(b, i + 3 + gap));
    ends(b, end).then_some(end)
}

/// An international telephone number, at its `+`.
pub(crate) fn phone(b: &[u8], i: usize) -> Option<usize> {
    if at(b, i + 1) == b'0' {
        return None;
    }
    let mut digits = 0;
    let mut end = i;
    let mut j = i + 1;
    while j - i < 26 {
        match at(b, j) {
            b'0'..=b'9' => {
                digits += 1;
                end = j + 1;
            }
            b' ' | b'-' | b'.' | b'/' if was(b, j, DIGIT) || before(b, j) == b')' => {}
            b'(' | b')' => {}
            _ => break,
        }
        j += 1;
    }
    ((8..=15).contains(&digits) && ends(b, end)).then_some(end)
}

/// A number as dialled within a country, from its `0` or the bracket before: 0800-555-0147,
/// 01 70 18 99 55, (020) 7946 0018, 0711/7890-123, 0043 664 1234567.
fn national(b: &[u8], i: usize) -> Option<usize> {
    let open = at(b, i) == b'(';
    let from = i + usize::from(open);
    // A row of numbers is none.
    let part = matches!(before(b, i), b'-' | b'/' | b'.' | b':') && was(b, i - 1, ALNUM)
        || before(b, i) == b' ' && was(b, i - 1, DIGIT);
    if part {
        return None;
    }
    let area = run_most(b, from, DIGIT, 11);
    let abroad = b[from..].starts_with(b"00");
    if area < from + if abroad { 4 } else { 2 } || abroad && b[from + 2] == b'0' {
        return None;
    }
    let (mut groups, mut digits, mut end) = (1, area - from, area);
    if open && at(b, end) != b')' {
        return None;
    }
    loop {
        let gap = usize::from(open && groups == 1);
        let parted = matches!(at(b, end + gap), b' ' | b'-' | b'/' | b'.');
        let next = end + gap + usize::from(parted);
        let to = run_most(b, next, DIGIT, 11);
        if next == end || to < next + 2 || groups > 5 {
            break;
        }
        (groups, digits, end) = (groups + 1, digits + to - next, to);
    }
    // 02111-1307 is a ZIP code.
    if end - i == 10 && area == i + 5 && at(b, area) == b'-' {
        return None;
    }
    let goes_on = matches!(at(b, end), b'-' | b'/' | b'.' | b':') && is(b, end + 1, ALNUM);
    ((2..=5).contains(&groups) && (9..=14).contains(&digits) && ends(b, end) && !goes_on)
        .then_some(end)
}

/// The number of a card in four groups of four, whose check digit is right.
pub(crate) fn card(b: &[u8], i: usize) -> Option<usize> {
    let mut sum = 0;
    for group in 0..4 {
        let j = i + 5 * group;
        if run_most(b, j, DIGIT, 5) != j + 4 || group < 3 && at(b, j + 4) != b' ' {
            return None;
        }
        for (place, digit) in b[j..j + 4].iter().map(|digit| u32::from(digit - b'0')).enumerate() {
            sum += if place % 2 == 0 { 2 * digit - 9 * (digit / 5).min(1) } else { digit };
        }
    }
    let end = i + 19;
    (sum % 10 == 0 && ends(b, end)).then_some(end)
}

/// Groups of digits with hyphens, nine digits or more: 978-3-16-148410-0.
pub(crate) fn joined(b: &[u8], i: usize) -> Option<usize> {
    let (mut groups, mut digits, mut j) = (0, 0, i);
    let end = loop {
        let to = run_most(b, j, DIGIT, 20);
        (groups, digits) = (groups + 1, digits + to - j);
        if at(b, to) != b'-' || !is(b, to + 1, DIGIT) {
            break to;
        }
        j = to + 1;
    };
    (groups >= 3 && (9..=40).contains(&digits) && ends(b, end) && at(b, end) != b'-').then_some(end)
}

/// 555-123-4567, 555.123.4567, (555) 123-4567, 1-800-555-1234.
pub(crate) fn local_phone(b: &[u8], i: usize) -> Option<usize> {
    if (at(b, i) == b'0' || b[i..].starts_with(b"(0"))
        && let Some(end) = national(b, i)
    {
        return Some(end);
    }
    // 555-0199: no range starts with a nought.
    if run_most(b, i, DIGIT, 4) == i + 3
        && b[i + 3..].starts_with(b"-0")
        && run_most(b, i + 4, DIGIT, 5) == i + 8
        && ends(b, i + 8)
        && !(at(b, i + 8) == b'-' && is(b, i + 9, ALNUM))
        && !(matches!(before(b, i), b'-' | b'.') && was(b, i - 1, ALNUM))
    {
        return Some(i + 8);
    }
    let mut j = i;
    if at(b, j) == b'1' && at(b, j + 1) == b'-' {
        j += 2;
    }
    let open = at(b, j) == b'(';
    j += usize::from(open);
    let group = |j: usize, length: usize| run_most(b, j, DIGIT, length + 1) == j + length;
    if !group(j, 3) {
        return None;
    }
    j += 3;
    let sign = if open {
        if at(b, j) != b')' {
            return None;
        }
        j += 1;
        j += usize::from(at(b, j) == b' ');
        b'-'
    } else {
        j += 1;
        at(b, j - 1)
    };
    if !matches!(sign, b'-' | b'.') || !group(j, 3) || at(b, j + 3) != sign || !group(j + 4, 4) {
        return None;
    }
    j += 8;
    (ends(b, j)
        && !(matches!(at(b, j), b'-' | b'.') && is(b, j + 1, ALNUM))
        && !(matches!(before(b, i), b'-' | b'.') && was(b, i - 1, ALNUM)))
    .then_some(j)
}

/// An IBAN whose check digits are right, in one piece or in groups of four.
pub(crate) fn iban(b: &[u8], i: usize) -> Option<usize> {
    if !(is(b, i, UPPER) && is(b, i + 1, UPPER) && is(b, i + 2, DIGIT) && is(b, i + 3, DIGIT)) {
        return None;
    }
    let mut remainder = 0_u32;
    let mut length = 0;
    let mut best = None;
    let mut j = i;
    // The check is over the string with its first four characters moved to the end; those stand
    // for six digits (two letters, two digits), so the rest is taken first.
    let head = [b[i], b[i + 1], b[i + 2], b[i + 3]];
    while length < 34 {
        if is(b, j, UPPER | DIGIT) {
            if length >= 4 {
                remainder = push(remainder, b[j]);
            }
            length += 1;
            j += 1;
        } else if at(b, j) == b' ' && length % 4 == 0 && is(b, j + 1, UPPER | DIGIT) {
            j += 1;
            continue;
        } else {
            break;
        }
        let here = ends(b, j);
        if here && length >= 15 && head.iter().fold(remainder, |r, &c| push(r, c)) == 1 {
            best = Some(j);
        }
    }
    best
}

fn push(remainder: u32, c: u8) -> u32 {
    if c.is_ascii_digit() {
        (remainder * 10 + u32::from(c - b'0')) % 97
    } else {
        (remainder * 100 + u32::from(c - b'A') + 10) % 97
    }
}
