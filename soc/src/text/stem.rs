//! Light stemming and spelling variants of single words.

/// British spellings and their American form, as O*NET writes them, by ending.
const ENDINGS: &[(&str, &str)] = &[
    ("isation", "ization"),
    ("ising", "izing"),
    ("iser", "izer"),
    ("ise", "ize"),
    ("yse", "yze"),
    ("yser", "yzer"),
    ("ysing", "yzing"),
    ("ogue", "og"),
    ("elling", "eling"),
    ("eller", "eler"),
];

/// Words whose ending only looks British.
const NOT_BRITISH: &[&str] = &[
    "raise",
    "rise",
    "wise",
    "noise",
    "cruise",
    "exercise",
    "supervise",
    "franchise",
    "enterprise",
    "merchandise",
    "advise",
    "precise",
    "premise",
    "revise",
    "televise",
    "surprise",
    "expertise",
    "promise",
    "otherwise",
    "disguise",
    "concise",
    "paradise",
    "raising",
    "rising",
    "cruising",
    "supervising",
    "advising",
    "advertise",
    "advertising",
    "advertiser",
    "merchandiser",
    "merchandising",
    "franchising",
    "exercising",
    "revising",
    "praise",
    "poise",
    "tortoise",
    "improvise",
    "adviser",
    "cruiser",
    "riser",
    "promising",
    "fundraiser",
    "fundraising",
    "appraiser",
    "appraising",
    "appraise",
    "teller",
    "seller",
    "selling",
    "telling",
    "bookseller",
    "dwelling",
    "welling",
    "cell",
    "retelling",
    "storyteller",
    "storytelling",
    "miser",
    "dialogue",
    "arising",
    "noising",
    "comprise",
    "comprising",
    "anise",
    "treatise",
    "devise",
    "devising",
    "incise",
    "excise",
    "demise",
    "chastise",
    "despise",
    "spelling",
    "smelling",
    "shelling",
    "sheller",
    "speller",
    "propeller",
];

/// Whole words that the endings do not reach.
const WORDS: &[(&str, &str)] = &[
    ("labour", "labor"),
    ("labourer", "laborer"),
    ("colour", "color"),
    ("colourist", "colorist"),
    ("moulding", "molding"),
    ("moulder", "molder"),
    ("mould", "mold"),
    ("centre", "center"),
    ("theatre", "theater"),
    ("programme", "program"),
    ("programmes", "programs"),
    ("tyre", "tire"),
    ("aluminium", "aluminum"),
    ("armoured", "armored"),
    ("counsellor", "counselor"),
    ("jewellery", "jewelry"),
    ("grey", "gray"),
    ("defence", "defense"),
    ("licence", "license"),
    ("plough", "plow"),
    ("fibre", "fiber"),
    ("paediatric", "pediatric"),
    ("gynaecologist", "gynecologist"),
    ("orthopaedic", "orthopedic"),
    ("anaesthetic", "anesthetic"),
    ("anaesthetist", "anesthetist"),
    ("haematology", "hematology"),
    ("litre", "liter"),
    ("metre", "meter"),
    ("tailor", "tailor"),
    ("storey", "story"),
    ("sulphur", "sulfur"),
    ("cheque", "check"),
    ("kerb", "curb"),
    ("organisational", "organizational"),
    ("behaviour", "behavior"),
    ("behavioural", "behavioral"),
    ("neighbourhood", "neighborhood"),
    ("harbour", "harbor"),
    ("flavour", "flavor"),
    ("honour", "honor"),
    ("vapour", "vapor"),
    ("odour", "odor"),
    ("upholstery", "upholstery"),
    ("pedlar", "peddler"),
    ("lorry", "truck"),
    ("railway", "railroad"),
    ("aeroplane", "airplane"),
    ("chemist", "chemist"),
    ("catalogue", "catalog"),
    ("manoeuvre", "maneuver"),
    ("woollen", "woolen"),
    ("groundsman", "groundskeeper"),
    ("1st", "first"),
    ("2nd", "second"),
    ("3rd", "third"),
    ("ict", "it"),
];

/// Brings a word into its American spelling and takes a plural `s` off.
///
/// The rules are those of Harman's S-stemmer (1991), which leaves `ss`, `us` and `is` alone.
pub fn stem(word: &str) -> String {
    let single = singular(word);
    american(&single).unwrap_or(single)
}

fn singular(word: &str) -> String {
    if word.len() > 4 && word.ends_with("ies") {
        return format!("{}y", &word[..word.len() - 3]);
    }
    if word.len() > 4 && ["sses", "shes", "ches", "xes", "zes"].iter().any(|e| word.ends_with(e)) {
        return word[..word.len() - 2].to_owned();
    }
    if word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|e| word.ends_with(e)) {
        return word[..word.len() - 1].to_owned();
    }
    word.to_owned()
}

fn american(word: &str) -> Option<String> {
    if let Some((_, to)) = WORDS.iter().find(|(from, _)| *from == word) {
        return Some((*to).to_owned());
    }
    if word.len() < 6 || NOT_BRITISH.contains(&word) {
        return None;
    }
    let (from, to) = ENDINGS.iter().find(|(from, _)| word.ends_with(from))?;
    Some(format!("{}{to}", &word[..word.len() - from.len()]))
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn plurals_lose_their_ending() {
        assert_eq!(stem("nurses"), "nurse");
        assert_eq!(stem("secretaries"), "secretary");
        assert_eq!(stem("dispatches"), "dispatch");
        assert_eq!(stem("bus"), "bus");
    }

    #[test]
    fn british_spelling_becomes_american() {
        assert_eq!(stem("labourers"), "laborer");
        assert_eq!(stem("organiser"), "organizer");
        assert_eq!(stem("supervise"), "supervise");
    }
}
