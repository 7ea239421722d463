//! The corpus, from the tables of a bundle.

use std::collections::{BTreeSet, HashMap};

use crate::{
    domain::soc::corpus::{CodeText, Corpus, Employment, Group, Occupation, WordPieceTable},
    providers::bundle::{Bundle, BundleError},
};

type Read<T> = Result<Vec<T>, BundleError>;

/// Everything that the ranker is trained on.
pub fn corpus(bundle: &Bundle, word_pieces: WordPieceTable) -> Result<Corpus, BundleError> {
    let onet = |table: &str, column: &str| texts(bundle, table, "O*NET-SOC Code", column);
    let titles = [
        onet("Alternate Titles", "Alternate Title")?,
        onet("Alternate Titles", "Short Title")?,
        onet("Sample of Reported Titles", "Reported Job Title")?,
    ];
    Ok(Corpus {
        occupations: occupations(bundle)?,
        titles: titles.concat(),
        direct_matches: texts(bundle, "SOC 2018 Direct Match Titles", "SOC Code", "Direct Match Title")?,
        tasks: [onet("Task Statements", "Task")?, onet("Emerging Tasks", "Task")?].concat(),
        activities: activities(bundle)?,
        tools: [onet("Technology Skills", "Example")?, onet("Tools Used", "Example")?].concat(),
        groups: groups(bundle)?,
        employment: employment(bundle)?,
        word_pieces,
    })
}

/// The texts in a column with the codes that they belong to; rows without a text are left out.
fn texts(bundle: &Bundle, table: &str, code: &str, text: &str) -> Read<CodeText> {
    let table = bundle.table(table)?;
    let [code, text] = table.columns([code, text])?;
    let rows = table.all()?;
    let pairs = rows.iter().filter_map(|row| Some(CodeText { code: row.code(code)?, text: row.known(text)?.trim().to_owned() }));
    Ok(pairs.collect())
}

fn occupations(bundle: &Bundle) -> Read<Occupation> {
    let table = bundle.table("Occupation Data")?;
    let [code, title, description] = table.columns(["O*NET-SOC Code", "Title", "Description"])?;
    let rows = table.all()?;
    let read = rows.iter().filter_map(|row| {
        let own = |place: usize| row.known(place).unwrap_or_default().trim().to_owned();
        Some(Occupation { code: row.code(code)?, title: own(title), description: own(description) })
    });
    Ok(read.collect())
}

fn activities(bundle: &Bundle) -> Read<CodeText> {
    let table = bundle.table("DWA Reference")?;
    let [id, title] = table.columns(["DWA ID", "DWA Title"])?;
    let reference = table.all()?;
    let names: HashMap<&str, &str> = reference.iter().map(|row| (row.get(id), row.get(title).trim())).collect();
    let table = bundle.table("Tasks to DWAs")?;
    let [code, activity] = table.columns(["O*NET-SOC Code", "DWA ID"])?;
    let rows = table.all()?;
    let pairs: BTreeSet<_> = rows.iter().filter_map(|row| Some((row.code(code)?, *names.get(row.get(activity))?))).collect();
    Ok(pairs.into_iter().map(|(code, text)| CodeText { code, text: text.to_owned() }).collect())
}

fn groups(bundle: &Bundle) -> Read<Group> {
    let table = bundle.table("SOC 2018 Structure")?;
    let [code, title, definition] = table.columns(["SOC Code", "SOC Title", "SOC Definition"])?;
    let rows = table.all()?;
    let read = rows.iter().filter_map(|row| {
        let own = |place: usize| row.known(place).unwrap_or_default().trim().to_owned();
        Some(Group { code: row.code(code)?, title: own(title), definition: own(definition) })
    });
    Ok(read.collect())
}

fn employment(bundle: &Bundle) -> Read<Employment> {
    let table = bundle.table("OEWS National")?;
    let [code, persons] = table.columns(["SOC Code", "Employment"])?;
    let rows = table.all()?;
    Ok(rows.iter().filter_map(|row| Some(Employment { code: row.code(code)?, persons: row.number(persons)? })).collect())
}
