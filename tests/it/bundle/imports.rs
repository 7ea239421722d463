//! Importing another release over the bundle.

use std::{fs, io::Write, path::Path, sync::Arc};

use rolegraph::{
    domain::{
        fields::Field,
        values::{Education, RatedElementList, TaskList, TextList, ToolList, Wages, WorkExperience},
    },
    providers::bundle::{BlsOews, Bundle, Import, ImportError, OnetDatabase, import},
};
use tempfile::TempDir;

use super::{BUNDLE, claim, fixtures, official, onet, value};

const SKILLS: &str = "O*NET-SOC Code\tElement ID\tElement Name\tScale ID\tData Value\tN\tStandard Error\tLower CI Bound\tUpper CI Bound\t\
                      Recommend Suppress\tNot Relevant\tDate\tDomain Source\n";

/// A folder with one file.
fn folder(name: &str, text: &str) -> TempDir {
    let folder = tempfile::Builder::new().prefix("db_31_0_text").tempdir().expect("a folder");
    fs::write(folder.path().join(name), text).expect("written");
    folder
}

fn row(code: &str, element: &str, value: &str) -> String {
    format!("{code}\t{element}\tReading Comprehension\tIM\t{value}\t8\t0.1250\t3.8800\t4.3700\tN\tn/a\t08/2023\tAnalyst\n")
}

/// Why a file is refused.
fn refusal(name: &str, text: &str) -> String {
    let folder = folder(name, text);
    import(folder.path(), Some("31.0"), &BUNDLE).expect_err("refused").to_string()
}

fn overlay(import: Import) -> Arc<Bundle> {
    Arc::new(BUNDLE.with_overlay(import.tables).expect("it opens"))
}

#[test]
fn a_file_that_ends_within_a_row_is_refused() {
    let text = format!("{SKILLS}{}", row("11-1011.00", "2.A.1.a", "4.12"));
    assert_eq!(
        refusal("Skills.txt", text.trim_end()),
        "Skills.txt, line 2, column `Domain Source`: the file is cut off here, its last line has no end"
    );
    assert_eq!(
        refusal("Skills.txt", &text[..text.len() - 30]),
        "Skills.txt, line 2, column `Lower CI Bound`: the file is cut off here, its last line has no end"
    );
    assert_eq!(refusal("Skills.txt", SKILLS), "Skills.txt: has no rows");
    assert_eq!(refusal("Skills.txt", ""), "Skills.txt, line 1: column `O*NET-SOC Code` is missing");
}

#[test]
fn a_row_of_another_width_is_refused() {
    let short = format!("{SKILLS}{}11-1011.00\t2.A.1.b\tActive Listening\n", row("11-1011.00", "2.A.1.a", "4.12"));
    assert_eq!(refusal("Skills.txt", &short), "Skills.txt, line 3, column `Scale ID`: the row ends before it, with 3 of 13 columns");
    let long = format!("{SKILLS}{}", row("11-1011.00", "2.A.1.a", "4.12").replace("Analyst", "Analyst\tagain"));
    assert_eq!(
        refusal("Skills.txt", &long),
        "Skills.txt, line 2, column `Domain Source`: the row goes on after this last column, with 14 columns instead of 13"
    );
}

#[test]
fn a_missing_column_is_refused() {
    let text = format!("{SKILLS}{}", row("11-1011.00", "2.A.1.a", "4.12")).replace("Data Value", "Value");
    assert_eq!(refusal("Skills.txt", &text), "Skills.txt, line 1: column `Data Value` is missing");
}

#[test]
fn an_unknown_code_is_refused() {
    let refused = |code, element| refusal("Skills.txt", &format!("{SKILLS}{}", row(code, element, "4.12")));
    let occupation = "Skills.txt, line 2, column `O*NET-SOC Code`: `11-1012.00` is unknown: no such code in Occupation Data";
    assert_eq!(refused("11-1012.00", "2.A.1.a"), occupation);
    let element = "Skills.txt, line 2, column `Element ID`: `9.Z` is unknown: no such code in Content Model Reference";
    assert_eq!(refused("11-1011.00", "9.Z"), element);
    let dwas = "O*NET-SOC Code\tTask ID\tDWA ID\tDate\tDomain Source\n11-1011.00\t8823\t4.A\t07/2014\tAnalyst\n";
    let dwa = "Tasks to DWAs.txt, line 2, column `DWA ID`: `4.A` is unknown: no such code in DWA Reference";
    assert_eq!(refusal("Tasks to DWAs.txt", dwas), dwa);
}

#[test]
fn a_number_that_is_none_is_refused() {
    for value in ["4,12", "inf", "1e3", "", "n/a", "4.1.2", "+4"] {
        let text = format!("{SKILLS}{}", row("11-1011.00", "2.A.1.a", value));
        assert_eq!(refusal("Skills.txt", &text), format!("Skills.txt, line 2, column `Data Value`: `{value}` is not a number"));
    }
    let flag = format!("{SKILLS}{}", row("11-1011.00", "2.A.1.a", "4.12").replace("\tN\t", "\tyes\t"));
    assert_eq!(refusal("Skills.txt", &flag), "Skills.txt, line 2, column `Recommend Suppress`: `yes` is neither Y nor N");
}

#[test]
fn a_repeated_row_is_refused() {
    let text = format!("{SKILLS}{}{}", row("11-1011.00", "2.A.1.a", "4.12"), row("11-1011.00", "2.A.1.a", "4.13"));
    assert_eq!(refusal("Skills.txt", &text), "Skills.txt, line 3, column `Scale ID`: the row repeats line 2 of Skills.txt");
}

#[test]
fn text_that_is_not_utf8_is_refused() {
    let folder = folder("Skills.txt", "");
    fs::write(folder.path().join("Skills.txt"), [SKILLS.as_bytes(), b"11-1011.00\t\xff\n"].concat()).expect("written");
    assert_eq!(import(folder.path(), Some("31.0"), &BUNDLE).expect_err("refused").to_string(), "Skills.txt, line 2: not UTF-8 text");
}

#[test]
fn one_bad_file_keeps_the_good_ones_out() {
    let folder = folder("Skills.txt", &format!("{SKILLS}{}", row("11-1011.00", "2.A.1.a", "4.12")));
    fs::write(folder.path().join("Job Zones.txt"), "O*NET-SOC Code\tJob Zone\tDate\tDomain Source\n11-1011.00\tfive\t08/2023\tAnalyst\n")
        .expect("written");
    let refused = import(folder.path(), Some("31.0"), &BUNDLE).expect_err("refused");
    assert_eq!(refused.to_string(), "Job Zones.txt, line 2, column `Job Zone`: `five` is not a number");
}

#[test]
fn a_folder_that_is_no_release_is_refused() {
    let empty = tempfile::tempdir().expect("a folder");
    let told = import(empty.path(), None, &BUNDLE).expect_err("refused");
    assert!(matches!(told, ImportError::NoTables { .. }), "{told}");
    let told = import(&empty.path().join("nowhere"), None, &BUNDLE).expect_err("refused");
    assert!(matches!(told, ImportError::Io { .. }), "{told}");
    let part = folder("Essential Skills.txt", &format!("{SKILLS}{}", row("11-1011.00", "2.A.1.a", "4.12")));
    let told = import(part.path(), Some("30.3"), &BUNDLE).expect_err("refused").to_string();
    assert_eq!(told, "`Essential Skills.txt` is there, but `Transferable Skills.txt`, which belongs to the same table, is not");
    let twice = folder("Skills.txt", SKILLS);
    fs::create_dir(twice.path().join("old")).expect("a folder");
    fs::write(twice.path().join("old/Skills.txt"), SKILLS).expect("written");
    let told = import(twice.path(), Some("30.0"), &BUNDLE).expect_err("refused").to_string();
    assert_eq!(told, "`Skills.txt` and `old/Skills.txt` are the same table: point to a folder that holds one release");
}

#[test]
fn the_release_is_told_by_the_read_me_or_the_name_or_the_caller() {
    let table = format!("{SKILLS}{}", row("11-1011.00", "2.A.1.a", "4.12"));
    let named = folder("Skills.txt", &table);
    let release = |folder: &Path, told| import(folder, told, &BUNDLE).map(|import| import.tables[0].release.clone());
    assert_eq!(release(named.path(), None).expect("imported"), "O*NET 31.0");
    assert_eq!(release(named.path(), Some("31.1")).expect("imported"), "O*NET 31.1");
    fs::write(named.path().join("Read Me.txt"), "O*NET 30.2 Database\nFebruary 2026 Release\n").expect("written");
    assert_eq!(release(named.path(), None).expect("imported"), "O*NET 30.2");
    let nameless = tempfile::Builder::new().prefix("onet").rand_bytes(0).tempdir_in(named.path()).expect("a folder");
    fs::write(nameless.path().join("Skills.txt"), &table).expect("written");
    let refused = release(nameless.path(), None).expect_err("refused").to_string();
    assert!(refused.ends_with("tells which release this is: name it with --release"), "{refused}");
}

#[tokio::test]
async fn only_the_tables_of_the_release_are_replaced() {
    let import = import(&fixtures().join("mini/onet/30.0"), Some("31.0"), &BUNDLE).expect("imported");
    assert_eq!((import.tables.len(), import.unknown_tasks), (9, 0));
    let newer = OnetDatabase::new(overlay(import));
    for field in [Field::Tasks, Field::Skills, Field::RelatedTitles, Field::Education] {
        let (new, old) = (claim(&newer, "31-1121.00", field).await, claim(&onet(), "31-1121.00", field).await);
        assert_eq!(new.value, old.value, "{field}");
        let kept = field == Field::Education;
        assert_eq!(new.release.as_deref(), Some(if kept { "O*NET 29.3" } else { "O*NET 31.0" }), "{field}");
    }
}

#[tokio::test]
async fn the_official_zip_is_read_as_its_folder_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("db_30_0_text.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).expect("a file"));
    for entry in fs::read_dir(fixtures().join("mini/onet/30.0")).expect("a folder") {
        let file = entry.expect("an entry").path();
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        zip.start_file(format!("db_30_0_text/{name}"), zip::write::SimpleFileOptions::default()).expect("started");
        // The official files end their lines as Windows does.
        let text = fs::read_to_string(&file).expect("a file").replace('\n', "\r\n");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("finished");
    let zipped = import(&path, None, &BUNDLE).expect("imported");
    let plain = import(&fixtures().join("mini/onet/30.0"), None, &BUNDLE).expect("imported");
    assert_eq!(zipped.tables.len(), 9);
    for (zipped, plain) in zipped.tables.iter().zip(&plain.tables) {
        assert_eq!((&zipped.name, &zipped.release, &zipped.bytes), (&plain.name, &plain.release, &plain.bytes));
    }
    fs::write(&path, "no zip").expect("written");
    let told = import(&path, None, &BUNDLE).expect_err("refused");
    assert!(matches!(told, ImportError::Zip { .. }), "{told}");
}

/// Rows of a fixture as the layout from 30.3 on has them.
fn columns(file: &str, header: &str, pick: &[usize], keep: impl Fn(&[&str]) -> bool) -> String {
    let text = fs::read_to_string(fixtures().join("mini/onet").join(file)).expect("a fixture");
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>()).filter(|row| keep(row));
    let picked = rows.map(|row| pick.iter().map(|place| row[*place]).collect::<Vec<_>>().join("\t") + "\n");
    format!("{header}\n{}", picked.collect::<String>())
}

#[tokio::test]
async fn the_layout_from_30_3_on_says_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).expect("written");
    let all: Vec<usize> = (0..13).collect();
    let skills = |prefix: &'static str| columns("30.0/Skills.txt", SKILLS.trim_end(), &all, move |row| row[1].starts_with(prefix));
    write("Essential Skills.txt", skills("2.A"));
    write("Transferable Skills.txt", skills("2.B"));
    let software = "O*NET-SOC Code\tElement ID\tElement Name\tWorkplace Example\tHot Technology\tIn Demand";
    write("Software Skills.txt", columns("30.0/Technology Skills.txt", software, &[0, 2, 3, 1, 4, 5], |_| true));
    write("Job Titles.txt", columns("30.0/Alternate Titles.txt", "O*NET-SOC Code\tJob Title", &[0, 1], |_| true));
    let training = "29.3/Education, Training, and Experience.txt";
    let header = fs::read_to_string(fixtures().join("mini/onet").join(training)).expect("a fixture");
    let header = header.lines().next().expect("a header");
    write("Education.txt", columns(training, header, &all, |row| row[1].starts_with("2.D")));
    write("Training and Experience.txt", columns(training, header, &all, |row| row[1].starts_with('3')));

    let import = import(folder.path(), Some("30.3"), &BUNDLE).expect("imported");
    let names: Vec<_> = import.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["Technology Skills", "Alternate Titles", "Skills", "Education, Training, and Experience"]);
    let newer = OnetDatabase::new(overlay(import));
    for code in ["11-3013.00", "31-1121.00", "31-1122.00", "31-1120"] {
        assert_eq!(value::<RatedElementList>(&newer, code, Field::Skills).await, value(&onet(), code, Field::Skills).await);
        assert_eq!(value::<TextList>(&newer, code, Field::RelatedTitles).await, value(&onet(), code, Field::RelatedTitles).await);
        assert_eq!(value::<Education>(&newer, code, Field::Education).await, value(&onet(), code, Field::Education).await);
        assert_eq!(value::<WorkExperience>(&newer, code, Field::WorkExperience).await, value(&onet(), code, Field::WorkExperience).await);
    }
    let new: ToolList = value(&newer, "31-1121.00", Field::ToolsAndTechnology).await.expect("tools");
    let old: ToolList = value(&onet(), "31-1121.00", Field::ToolsAndTechnology).await.expect("tools");
    let told =
        |list: &ToolList| list.0.iter().map(|t| (t.name.clone(), t.category.clone(), t.hot_technology, t.in_demand)).collect::<Vec<_>>();
    assert_eq!(told(&new), told(&old));
    assert_eq!(new.0[0].commodity_code, None, "the layout has no commodity codes for software");
    assert_eq!(claim(&newer, "31-1121.00", Field::Skills).await.release.as_deref(), Some("O*NET 30.3"));
}

#[tokio::test]
async fn task_ratings_order_the_tasks_when_a_release_has_them() {
    let header = "O*NET-SOC Code\tTask ID\tTask\tScale ID\tCategory\tData Value\tN\tStandard Error\tLower CI Bound\tUpper CI Bound\t\
                  Recommend Suppress\tDate\tDomain Source\n";
    let old: TaskList = value(&onet(), "31-1121.00", Field::Tasks).await.expect("tasks");
    let rated = |key: &str, value: &str| format!("31-1121.00\t{key}\tx\tIM\tn/a\t{value}\t20\t0.1\t1.0\t5.0\tN\t08/2025\tIncumbent\n");
    let rows: String = [rated(&old.0[1].key, "4.50"), rated(&old.0[0].key, "3.50"), rated("99999999", "1.00")].concat();
    let folder = folder("Task Ratings.txt", &format!("{header}{rows}"));
    let import = import(folder.path(), None, &BUNDLE).expect("imported");
    assert_eq!(import.unknown_tasks, 1);
    let new: TaskList = value(&OnetDatabase::new(overlay(import)), "31-1121.00", Field::Tasks).await.expect("tasks");
    let first: Vec<_> = new.0.iter().take(3).map(|task| (task.key.as_str(), task.importance)).collect();
    assert_eq!(first, [(old.0[1].key.as_str(), Some(88.0)), (&old.0[0].key, Some(63.0)), (&old.0[2].key, None)]);
}

#[tokio::test]
async fn newer_wages_are_imported_by_the_name_of_their_file() {
    let text = |file: &str| fs::read_to_string(fixtures().join("mini/oews").join(file)).expect("a fixture");
    let folder = folder("national_2026.tsv", &text("national_2025.tsv").replace("\t35800\t", "\t36800\t"));
    let import = import(folder.path(), None, &BUNDLE).expect("imported");
    assert_eq!((import.tables.len(), import.tables[0].release.as_str()), (1, "OEWS May 2026"));
    let wages: Wages = value(&BlsOews::new(overlay(import)).expect("footnotes"), "31-1120", Field::Wages).await.expect("wages");
    assert_eq!(wages.0[0].annual_median.map(|wage| wage.amount), Some(36_800.0));
}

#[test]
fn the_releases_at_hand_can_be_imported() {
    let Some(official) = official() else { return };
    let old = import(&official.join("onet/29.3"), None, &BUNDLE).expect("imported");
    assert_eq!((old.tables.len(), old.unknown_tasks, old.tables[0].release.as_str()), (22, 0, "O*NET 29.3"));
    assert_eq!(BUNDLE.with_overlay(old.tables).expect("it opens").catalogue().expect("readable").occupations().len(), 1016);
    let new = import(&official.join("onet/30.0"), None, &BUNDLE).expect("imported");
    assert_eq!((new.tables.len(), new.tables[0].release.as_str()), (9, "O*NET 30.0"));
    let text = fs::read_to_string(official.join("onet/29.3/Tasks to DWAs.txt")).expect("an official file");
    let links = import(folder("Tasks to DWAs.txt", &text).path(), Some("29.3"), &BUNDLE).expect("imported");
    assert_eq!(links.unknown_tasks, 24, "30.0 dropped 20 tasks that 29.3 has");
}

#[test]
fn a_damaged_table_does_not_open() {
    let mut tables = import(&fixtures().join("mini/onet/30.0"), None, &BUNDLE).expect("imported").tables;
    let table = tables.remove(0);
    let damaged =
        |bytes: Vec<u8>| BUNDLE.with_overlay(vec![rolegraph::providers::bundle::PackedTable { bytes: bytes.into(), ..table.clone() }]);
    let cut = damaged(table.bytes[..table.bytes.len() - 1].to_vec()).expect_err("damaged").to_string();
    assert!(cut.starts_with("the packed table `Occupation Data` is damaged: "), "{cut}");
    let foreign = damaged(b"something else".to_vec()).expect_err("damaged").to_string();
    assert_eq!(foreign, "the packed table `Occupation Data` is damaged: it does not begin as a packed table does");
}
