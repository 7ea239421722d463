//! The tables, one row each.

use super::{Column, Family, Kind, TableSpec, col};
use Kind::{
    CommodityOrNone, Decimal, DecimalOrNone, Dwa, Element, Flag, FlagOrNone, Integer, IntegerOrNone, Iwa, Occupation, Scale, Soc,
    SocOrNone, Task, Text,
};

const CODE: Column = col("O*NET-SOC Code", Occupation);
const DATE: Column = col("Date", Text);
const DOMAIN_SOURCE: Column = col("Domain Source", Text);

const RATINGS: &[Column] = &[
    CODE,
    col("Element ID", Element),
    col("Scale ID", Scale),
    col("Element Name", Text),
    col("Data Value", Decimal),
    col("N", IntegerOrNone),
    col("Standard Error", DecimalOrNone),
    col("Lower CI Bound", DecimalOrNone),
    col("Upper CI Bound", DecimalOrNone),
    col("Recommend Suppress", FlagOrNone),
    col("Not Relevant", FlagOrNone),
    DATE,
    DOMAIN_SOURCE,
];

const OEWS_FIGURES: [Column; 15] = [
    col("Employment", IntegerOrNone),
    col("Employment RSE %", DecimalOrNone),
    col("Hourly Mean", DecimalOrNone),
    col("Annual Mean", DecimalOrNone),
    col("Wage RSE %", DecimalOrNone),
    col("Hourly P10", DecimalOrNone),
    col("Hourly P25", DecimalOrNone),
    col("Hourly Median", DecimalOrNone),
    col("Hourly P75", DecimalOrNone),
    col("Hourly P90", DecimalOrNone),
    col("Annual P10", DecimalOrNone),
    col("Annual P25", DecimalOrNone),
    col("Annual Median", DecimalOrNone),
    col("Annual P75", DecimalOrNone),
    col("Annual P90", DecimalOrNone),
];

const fn with_figures<const N: usize>(first: &[Column], last: Column) -> [Column; N] {
    let mut columns = [last; N];
    let mut i = 0;
    while i + 1 < N {
        columns[i] = if i < first.len() { first[i] } else { OEWS_FIGURES[i - first.len()] };
        i += 1;
    }
    columns
}

const OEWS_NATIONAL: &[Column] =
    &with_figures::<19>(&[col("SOC Code", Soc), col("Title", Text), col("Level", Text)], col("Footnotes", Text));
const OEWS_STATE: &[Column] =
    &with_figures::<19>(&[col("SOC Code", Soc), col("State FIPS", Integer), col("State", Text)], col("Footnotes", Text));

/// An O*NET table whose rows belong to occupations.
const fn by_code(name: &'static str, files: &'static [&'static [&'static str]], unique: usize, columns: &'static [Column]) -> TableSpec {
    TableSpec { name, family: Family::Onet, files, columns, unique, by_code: true, bundled: true }
}

/// A table of reference.
const fn reference(
    name: &'static str,
    family: Family,
    files: &'static [&'static [&'static str]],
    unique: usize,
    columns: &'static [Column],
) -> TableSpec {
    TableSpec { name, family, files, columns, unique, by_code: false, bundled: true }
}

/// All tables.
pub(crate) const TABLES: &[TableSpec] = &[
    by_code("Occupation Data", &[&["Occupation Data.txt"]], 1, &[CODE, col("Title", Text), col("Description", Text)]),
    by_code(
        "Task Statements",
        &[&["Task Statements.txt"]],
        2,
        &[
            CODE,
            col("Task ID", Integer),
            col("Task", Text),
            col("Task Type", Text),
            col("Incumbents Responding", IntegerOrNone),
            DATE,
            DOMAIN_SOURCE,
        ],
    ),
    TableSpec {
        bundled: false,
        ..by_code(
            "Task Ratings",
            &[&["Task Ratings.txt"]],
            4,
            &[
                CODE,
                col("Task ID", Task),
                col("Scale ID", Scale),
                col("Category", IntegerOrNone),
                col("Data Value", Decimal),
                col("N", IntegerOrNone),
                col("Recommend Suppress", FlagOrNone),
                DATE,
                DOMAIN_SOURCE,
            ],
        )
    },
    by_code(
        "Technology Skills",
        &[&["Technology Skills.txt"], &["Software Skills.txt"]],
        4,
        &[
            CODE,
            col("Example", Text).or("Workplace Example"),
            col("Commodity Code", CommodityOrNone).optional(),
            col("Commodity Title", Text).or("Element Name"),
            col("Hot Technology", Flag),
            col("In Demand", Flag),
        ],
    ),
    by_code(
        "Tools Used",
        &[&["Tools Used.txt"]],
        3,
        &[CODE, col("Example", Text), col("Commodity Code", CommodityOrNone), col("Commodity Title", Text)],
    ),
    by_code(
        "Alternate Titles",
        &[&["Alternate Titles.txt"], &["Job Titles.txt"]],
        // Release 29.3 gives two titles twice, once with and once without a short form.
        3,
        &[CODE, col("Alternate Title", Text).or("Job Title"), col("Short Title", Text).optional(), col("Source(s)", Text).optional()],
    ),
    by_code("Skills", &[&["Skills.txt"], &["Essential Skills.txt", "Transferable Skills.txt"]], 3, RATINGS),
    by_code("Knowledge", &[&["Knowledge.txt"]], 3, RATINGS),
    by_code("Abilities", &[&["Abilities.txt"]], 3, RATINGS),
    by_code(
        "Interests",
        &[&["Interests.txt"]],
        3,
        &[
            CODE,
            col("Element ID", Element),
            col("Scale ID", Scale),
            col("Element Name", Text),
            col("Data Value", Decimal),
            DATE,
            DOMAIN_SOURCE,
        ],
    ),
    by_code(
        "Sample of Reported Titles",
        &[&["Sample of Reported Titles.txt"]],
        2,
        &[CODE, col("Reported Job Title", Text), col("Shown in My Next Move", Flag)],
    ),
    by_code("Job Zones", &[&["Job Zones.txt"]], 1, &[CODE, col("Job Zone", Integer), DATE, DOMAIN_SOURCE]),
    reference(
        "Job Zone Reference",
        Family::Onet,
        &[&["Job Zone Reference.txt"]],
        1,
        &[
            col("Job Zone", Integer),
            col("Name", Text),
            col("Experience", Text),
            col("Education", Text),
            col("Job Training", Text),
            col("Examples", Text),
            col("SVP Range", Text),
        ],
    ),
    by_code(
        "Education, Training, and Experience",
        &[&["Education, Training, and Experience.txt"], &["Education.txt", "Training and Experience.txt"]],
        4,
        &[
            CODE,
            col("Element ID", Element),
            col("Scale ID", Scale),
            col("Category", IntegerOrNone),
            col("Element Name", Text),
            col("Data Value", Decimal),
            col("N", IntegerOrNone),
            col("Standard Error", DecimalOrNone),
            col("Lower CI Bound", DecimalOrNone),
            col("Upper CI Bound", DecimalOrNone),
            col("Recommend Suppress", FlagOrNone),
            DATE,
            DOMAIN_SOURCE,
        ],
    ),
    reference(
        "Education, Training, and Experience Categories",
        Family::Onet,
        &[&["Education, Training, and Experience Categories.txt"]],
        3,
        &[
            col("Element ID", Element),
            col("Scale ID", Scale),
            col("Category", Integer),
            col("Element Name", Text),
            col("Category Description", Text),
        ],
    ),
    by_code(
        "Related Occupations",
        &[&["Related Occupations.txt"]],
        2,
        &[CODE, col("Related O*NET-SOC Code", Occupation), col("Relatedness Tier", Text), col("Index", Integer)],
    ),
    by_code(
        "Emerging Tasks",
        &[&["Emerging Tasks.txt"]],
        2,
        &[
            CODE,
            col("Task", Text),
            col("Category", Text),
            col("Original Task ID", IntegerOrNone),
            col("Original Task", Text),
            DATE,
            DOMAIN_SOURCE,
        ],
    ),
    by_code("Tasks to DWAs", &[&["Tasks to DWAs.txt"]], 3, &[CODE, col("Task ID", Task), col("DWA ID", Dwa), DATE, DOMAIN_SOURCE]),
    reference(
        "DWA Reference",
        Family::Onet,
        &[&["DWA Reference.txt"]],
        1,
        &[col("DWA ID", Text), col("IWA ID", Iwa), col("Element ID", Element), col("DWA Title", Text)],
    ),
    reference(
        "IWA Reference",
        Family::Onet,
        &[&["IWA Reference.txt"]],
        1,
        &[col("IWA ID", Text), col("Element ID", Element), col("IWA Title", Text)],
    ),
    reference(
        "Content Model Reference",
        Family::Onet,
        &[&["Content Model Reference.txt"]],
        1,
        &[col("Element ID", Text), col("Element Name", Text), col("Description", Text)],
    ),
    reference(
        "Scales Reference",
        Family::Onet,
        &[&["Scales Reference.txt"]],
        1,
        &[col("Scale ID", Text), col("Scale Name", Text), col("Minimum", Decimal), col("Maximum", Decimal)],
    ),
    reference(
        "UNSPSC Reference",
        Family::Onet,
        &[&["UNSPSC Reference.txt"]],
        1,
        &[
            col("Commodity Code", Integer),
            col("Commodity Title", Text),
            col("Class Code", Integer),
            col("Class Title", Text),
            col("Family Code", Integer),
            col("Family Title", Text),
            col("Segment Code", Integer),
            col("Segment Title", Text),
        ],
    ),
    by_code(
        "Occupation Level Metadata",
        &[&["Occupation Level Metadata.txt"]],
        3,
        &[CODE, col("Item", Text), col("Response", Text), col("N", IntegerOrNone), col("Percent", DecimalOrNone), DATE],
    ),
    reference(
        "SOC 2018 Structure",
        Family::Soc,
        &[&["soc_2018_structure.tsv"]],
        1,
        &[
            col("SOC Code", Text),
            col("SOC Group", Text),
            col("Parent SOC Code", SocOrNone),
            col("SOC Title", Text),
            col("SOC Definition", Text),
        ],
    ),
    reference(
        "SOC 2018 Direct Match Titles",
        Family::Soc,
        &[&["soc_2018_direct_match_titles.tsv"]],
        0,
        &[col("SOC Code", Soc), col("SOC Title", Text), col("Direct Match Title", Text), col("Illustrative Example", Text)],
    ),
    reference(
        "SOC 2010 to SOC 2018",
        Family::Soc,
        &[&["soc_2010_to_2018.tsv"]],
        0,
        &[col("SOC 2010 Code", Text), col("SOC 2010 Title", Text), col("SOC 2018 Code", Soc), col("SOC 2018 Title", Text)],
    ),
    reference(
        "O*NET-SOC 2019 to SOC 2018",
        Family::Soc,
        &[&["onet_soc_2019_to_soc_2018.tsv"]],
        1,
        &[CODE, col("O*NET-SOC Title", Text), col("SOC 2018 Code", Soc), col("SOC 2018 Title", Text)],
    ),
    reference(
        "SOC 2018 to OEWS and EP",
        Family::Soc,
        &[&["soc_2018_to_oews_ep.tsv"]],
        1,
        &[
            col("SOC 2018 Code", Soc),
            col("SOC 2018 Title", Text),
            col("OEWS Code", SocOrNone).or("OEWS #### Code"),
            col("OEWS Match", Text),
            col("EP Code", SocOrNone).or("EP ####-## Code"),
            col("EP Match", Text),
        ],
    ),
    TableSpec { by_code: true, ..reference("OEWS National", Family::Oews, &[&["national_####.tsv"]], 1, OEWS_NATIONAL) },
    TableSpec { by_code: true, ..reference("OEWS State", Family::Oews, &[&["state_####.tsv"]], 2, OEWS_STATE) },
    reference("OEWS Footnotes", Family::Oews, &[&["footnotes.tsv"]], 1, &[col("Footnote Code", Text), col("Footnote Text", Text)]),
    TableSpec {
        by_code: true,
        ..reference(
            "Employment Projections",
            Family::Projections,
            &[&["ep_####_####.tsv"]],
            1,
            &[
                col("SOC Code", Soc),
                col("Title", Text),
                col("Occupation Type", Text),
                // The base year's comes first: columns that go by one pattern are told by their order.
                col("Employment", Decimal).or("Employment #### (thousands)"),
                col("Projected Employment", Decimal).or("Employment #### (thousands)"),
                col("Employment Change", Decimal).or("Employment Change ####-## (thousands)"),
                col("Employment Change %", Decimal).or("Employment Change ####-## %"),
                col("Percent Self Employed", DecimalOrNone).or("Percent Self Employed ####"),
                col("Annual Openings", DecimalOrNone).or("Annual Openings ####-## (thousands)"),
                // BLS writes `>=$239,200` where it caps.
                col("Median Annual Wage", Text).or("Median Annual Wage ####"),
                col("Typical Entry Education", Text),
                col("Work Experience", Text),
                col("On-the-job Training", Text),
            ],
        )
    },
];
