//! The faces that draw what the named Latin faces lack: which they are and what they are for. The
//! build script reads this table too, to pack the files and to note what each face can draw.
//!
//! `fonts/README.md` has versions, licences and sizes.

/// A face packed into the binary.
pub(crate) struct Packed {
    /// The name that `--font` takes.
    pub(crate) name: &'static str,
    /// File under `fonts/`.
    pub(crate) file: &'static str,
    /// The licence, as an SPDX expression.
    pub(crate) licence: &'static str,
    /// The scripts it is first choice for: ISO 15924 codes with blanks between.
    pub(crate) scripts: &'static str,
    /// What it is good for, in a few words.
    pub(crate) purpose: &'static str,
    /// How far the ink of running text reaches above and below the baseline, in em: 99 words of 100
    /// of the Universal Declaration of Human Rights, or 99 letters of 100 where it is not written in
    /// the script.
    pub(crate) reach: [f32; 2],
    /// What it is sized by.
    pub(crate) fit: Fit,
}

/// What a face of the chain is sized by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// Its letters go with the small letters of the first face.
    Letters,
    /// It fills the line: ideographs, emoji.
    Line,
}

/// Every packed face. Of two that could draw a character that neither is first choice for, the one
/// that stands first does; the pixel font at the end draws what no other face has.
pub(crate) const FACES: &[Packed] = &[
    noto(
        "noto-sans",
        "noto/NotoSans-Regular.ttf",
        "Latn Grek Cyrl",
        "Latin, Greek and Cyrillic beyond the named faces",
        [0.77, 0.24],
    ),
    noto("noto-sans-symbols", "noto/NotoSansSymbols-Regular.ttf", "", "symbols", [0.77, 0.24]),
    noto(
        "noto-sans-symbols2",
        "noto/NotoSansSymbols2-Regular.ttf",
        "",
        "symbols, Braille",
        [0.70, 0.19],
    ),
    noto("noto-sans-math", "noto/NotoSansMath-Regular.ttf", "", "mathematics", [0.82, 0.28]),
    noto("noto-sans-arabic", "noto/NotoSansArabic-Regular.ttf", "Arab", "Arabic", [0.94, 0.55]),
    noto(
        "noto-sans-armenian",
        "noto/NotoSansArmenian-Regular.ttf",
        "Armn",
        "Armenian",
        [0.77, 0.24],
    ),
    noto(
        "noto-sans-balinese",
        "noto/NotoSansBalinese-Regular.ttf",
        "Bali",
        "Balinese",
        [1.00, 0.83],
    ),
    noto("noto-sans-bamum", "noto/NotoSansBamum-Regular.ttf", "Bamu", "Bamum", [0.85, 0.14]),
    noto("noto-sans-batak", "noto/NotoSansBatak-Regular.ttf", "Batk", "Batak", [0.86, 0.19]),
    noto("noto-sans-bengali", "noto/NotoSansBengali-Regular.ttf", "Beng", "Bengali", [0.92, 0.27]),
    noto(
        "noto-sans-buginese",
        "noto/NotoSansBuginese-Regular.ttf",
        "Bugi",
        "Buginese",
        [0.98, 0.19],
    ),
    noto("noto-sans-buhid", "noto/NotoSansBuhid-Regular.ttf", "Buhd", "Buhid", [0.72, 0.25]),
    noto(
        "noto-sans-canadian-aboriginal",
        "noto/NotoSansCanadianAboriginal-Regular.ttf",
        "Cans",
        "Canadian Aboriginal",
        [0.92, 0.02],
    ),
    noto("noto-sans-cham", "noto/NotoSansCham-Regular.ttf", "Cham", "Cham", [1.02, 0.33]),
    noto(
        "noto-sans-cherokee",
        "noto/NotoSansCherokee-Regular.ttf",
        "Cher",
        "Cherokee",
        [0.73, 0.27],
    ),
    noto("noto-sans-coptic", "noto/NotoSansCoptic-Regular.ttf", "Copt", "Coptic", [0.88, 0.24]),
    noto(
        "noto-sans-devanagari",
        "noto/NotoSansDevanagari-Regular.ttf",
        "Deva",
        "Devanagari",
        [0.90, 0.27],
    ),
    noto(
        "noto-sans-ethiopic",
        "noto/NotoSansEthiopic-Regular.ttf",
        "Ethi",
        "Ethiopic",
        [0.85, 0.09],
    ),
    noto(
        "noto-sans-georgian",
        "noto/NotoSansGeorgian-Regular.ttf",
        "Geor",
        "Georgian",
        [0.77, 0.25],
    ),
    noto(
        "noto-sans-glagolitic",
        "noto/NotoSansGlagolitic-Regular.ttf",
        "Glag",
        "Glagolitic",
        [0.94, 0.11],
    ),
    noto(
        "noto-sans-gujarati",
        "noto/NotoSansGujarati-Regular.ttf",
        "Gujr",
        "Gujarati",
        [0.90, 0.29],
    ),
    noto(
        "noto-sans-gurmukhi",
        "noto/NotoSansGurmukhi-Regular.ttf",
        "Guru",
        "Gurmukhi",
        [0.90, 0.29],
    ),
    noto("noto-sans-hanunoo", "noto/NotoSansHanunoo-Regular.ttf", "Hano", "Hanunoo", [0.80, 0.17]),
    noto("noto-sans-hebrew", "noto/NotoSansHebrew-Regular.ttf", "Hebr", "Hebrew", [0.76, 0.21]),
    noto(
        "noto-sans-javanese",
        "noto/NotoSansJavanese-Regular.ttf",
        "Java",
        "Javanese",
        [1.01, 0.88],
    ),
    noto("noto-sans-kannada", "noto/NotoSansKannada-Regular.ttf", "Knda", "Kannada", [0.81, 0.53]),
    noto(
        "noto-sans-kayah-li",
        "noto/NotoSansKayahLi-Regular.ttf",
        "Kali",
        "Kayah Li",
        [0.77, 0.24],
    ),
    noto("noto-sans-khmer", "noto/NotoSansKhmer-Regular.ttf", "Khmr", "Khmer", [0.97, 0.54]),
    noto("noto-sans-lao", "noto/NotoSansLao-Regular.ttf", "Laoo", "Lao", [1.11, 0.28]),
    noto("noto-sans-lepcha", "noto/NotoSansLepcha-Regular.ttf", "Lepc", "Lepcha", [0.85, 0.23]),
    noto("noto-sans-limbu", "noto/NotoSansLimbu-Regular.ttf", "Limb", "Limbu", [0.88, 0.29]),
    noto("noto-sans-lisu", "noto/NotoSansLisu-Regular.ttf", "Lisu", "Lisu", [0.72, 0.15]),
    noto(
        "noto-sans-malayalam",
        "noto/NotoSansMalayalam-Regular.ttf",
        "Mlym",
        "Malayalam",
        [0.84, 0.34],
    ),
    noto("noto-sans-mandaic", "noto/NotoSansMandaic-Regular.ttf", "Mand", "Mandaic", [0.72, 0.40]),
    noto(
        "noto-sans-meetei-mayek",
        "noto/NotoSansMeeteiMayek-Regular.ttf",
        "Mtei",
        "Meetei Mayek",
        [1.02, 0.32],
    ),
    noto(
        "noto-sans-mongolian",
        "noto/NotoSansMongolian-Regular.ttf",
        "Mong",
        "Mongolian",
        [0.84, 0.26],
    ),
    noto("noto-sans-myanmar", "noto/NotoSansMyanmar-Regular.ttf", "Mymr", "Myanmar", [1.00, 0.49]),
    noto("noto-sans-nko", "noto/NotoSansNKo-Regular.ttf", "Nkoo", "N'Ko", [1.06, 0.27]),
    noto(
        "noto-sans-new-tai-lue",
        "noto/NotoSansNewTaiLue-Regular.ttf",
        "Talu",
        "New Tai Lue",
        [0.85, 0.29],
    ),
    noto("noto-sans-ogham", "noto/NotoSansOgham-Regular.ttf", "Ogam", "Ogham", [0.96, 0.10]),
    noto(
        "noto-sans-ol-chiki",
        "noto/NotoSansOlChiki-Regular.ttf",
        "Olck",
        "Ol Chiki",
        [0.73, 0.01],
    ),
    noto("noto-sans-oriya", "noto/NotoSansOriya-Regular.ttf", "Orya", "Oriya", [0.90, 0.29]),
    noto(
        "noto-sans-phags-pa",
        "noto/NotoSansPhagsPa-Regular.ttf",
        "Phag",
        "Phags-pa",
        [0.68, 0.08],
    ),
    noto("noto-sans-rejang", "noto/NotoSansRejang-Regular.ttf", "Rjng", "Rejang", [0.98, 0.20]),
    noto("noto-sans-runic", "noto/NotoSansRunic-Regular.ttf", "Runr", "Runic", [0.72, 0.00]),
    noto(
        "noto-sans-samaritan",
        "noto/NotoSansSamaritan-Regular.ttf",
        "Samr",
        "Samaritan",
        [1.06, 0.05],
    ),
    noto(
        "noto-sans-saurashtra",
        "noto/NotoSansSaurashtra-Regular.ttf",
        "Saur",
        "Saurashtra",
        [1.02, 0.26],
    ),
    noto("noto-sans-sinhala", "noto/NotoSansSinhala-Regular.ttf", "Sinh", "Sinhala", [0.97, 0.27]),
    noto(
        "noto-sans-sundanese",
        "noto/NotoSansSundanese-Regular.ttf",
        "Sund",
        "Sundanese",
        [0.97, 0.30],
    ),
    noto(
        "noto-sans-syloti-nagri",
        "noto/NotoSansSylotiNagri-Regular.ttf",
        "Sylo",
        "Syloti Nagri",
        [0.97, 0.27],
    ),
    noto("noto-sans-syriac", "noto/NotoSansSyriac-Regular.ttf", "Syrc", "Syriac", [0.75, 0.41]),
    noto("noto-sans-tagalog", "noto/NotoSansTagalog-Regular.ttf", "Tglg", "Tagalog", [0.86, 0.24]),
    noto(
        "noto-sans-tagbanwa",
        "noto/NotoSansTagbanwa-Regular.ttf",
        "Tagb",
        "Tagbanwa",
        [0.81, 0.16],
    ),
    noto("noto-sans-tai-le", "noto/NotoSansTaiLe-Regular.ttf", "Tale", "Tai Le", [0.91, 0.26]),
    noto(
        "noto-sans-tai-tham",
        "noto/NotoSansTaiTham-Regular.ttf",
        "Lana",
        "Tai Tham",
        [1.00, 0.47],
    ),
    noto(
        "noto-sans-tai-viet",
        "noto/NotoSansTaiViet-Regular.ttf",
        "Tavt",
        "Tai Viet",
        [1.05, 0.29],
    ),
    noto("noto-sans-tamil", "noto/NotoSansTamil-Regular.ttf", "Taml", "Tamil", [0.84, 0.32]),
    noto("noto-sans-telugu", "noto/NotoSansTelugu-Regular.ttf", "Telu", "Telugu", [0.87, 0.47]),
    noto("noto-sans-thaana", "noto/NotoSansThaana-Regular.ttf", "Thaa", "Thaana", [0.89, 0.42]),
    noto("noto-sans-thai", "noto/NotoSansThai-Regular.ttf", "Thai", "Thai", [1.01, 0.27]),
    noto(
        "noto-sans-tifinagh",
        "noto/NotoSansTifinagh-Regular.ttf",
        "Tfng",
        "Tifinagh",
        [0.72, 0.01],
    ),
    noto("noto-sans-vai", "noto/NotoSansVai-Regular.ttf", "Vaii", "Vai", [0.73, 0.01]),
    noto("noto-sans-yi", "noto/NotoSansYi-Regular.ttf", "Yiii", "Yi", [0.88, 0.04]),
    noto(
        "noto-serif-tibetan",
        "noto/NotoSerifTibetan-Regular.ttf",
        "Tibt",
        "Tibetan",
        [1.16, 0.61],
    ),
    line(
        "wqy-microhei",
        "wqy-microhei/WenQuanYiMicroHei.ttf",
        "Apache-2.0",
        "Hani Hang Hira Kana Bopo",
        "Chinese, Japanese, Korean",
        [0.85, 0.12],
    ),
    line(
        "noto-emoji",
        "noto-emoji/NotoEmoji-Regular.ttf",
        "OFL-1.1",
        "Zsye",
        "emoji, one colour",
        [0.85, 0.17],
    ),
    line(
        "unifont",
        "unifont/unifont.hex",
        "OFL-1.1",
        "",
        "last resort: every character of the plane",
        [0.875, 0.125],
    ),
];

const fn noto(
    name: &'static str,
    file: &'static str,
    scripts: &'static str,
    purpose: &'static str,
    reach: [f32; 2],
) -> Packed {
    Packed { name, file, licence: "OFL-1.1", scripts, purpose, reach, fit: Fit::Letters }
}

const fn line(
    name: &'static str,
    file: &'static str,
    licence: &'static str,
    scripts: &'static str,
    purpose: &'static str,
    reach: [f32; 2],
) -> Packed {
    Packed { name, file, licence, scripts, purpose, reach, fit: Fit::Line }
}
