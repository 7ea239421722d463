//! Answers as they come: nearly everything is a text, and a block that was not asked for is null or missing.

use serde::Deserialize;

use super::super::wire::{Figure, Flag, List, Needed, Part, Text};

#[derive(Debug, Deserialize)]
pub(super) struct Details {
    #[serde(default, rename = "OccupationDetail")]
    pub(super) occupations: Part<List<Occupation>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Occupation {
    pub(super) tasks: Part<List<Task>>,
    pub(super) dwas: Part<List<Dwa>>,
    #[serde(rename = "SkillsDataList")]
    pub(super) skills: Part<List<Element>>,
    #[serde(rename = "KnowledgeDataList")]
    pub(super) knowledge: Part<List<Element>>,
    #[serde(rename = "AbilityDataList")]
    pub(super) abilities: Part<List<Element>>,
    pub(super) alternate_titles: Part<Vec<Part<Text>>>,
    pub(super) education_training: Part<Training>,
    pub(super) wages: Part<Wages>,
    pub(super) projections: Part<Projections>,
    #[serde(rename = "ToolsAndTechOccupationDetails")]
    pub(super) tools: Part<Technologies>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Task {
    #[serde(rename = "TaskDescription")]
    pub(super) statement: Needed,
    #[serde(default, rename = "TaskId")]
    pub(super) id: Text,
    #[serde(default, rename = "DataValue")]
    pub(super) rating: Figure,
}

/// A detailed work activity of a task.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Dwa {
    pub(super) dwa_id: Needed,
    pub(super) task_id: Needed,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Element {
    #[serde(default, rename = "ElementId")]
    pub(super) id: Text,
    #[serde(rename = "ElementName")]
    pub(super) name: Needed,
    /// 1 to 5.
    #[serde(default, rename = "DataValue")]
    pub(super) rating: Figure,
    /// 0 to 100.
    #[serde(default, rename = "Importance")]
    pub(super) importance: Figure,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Training {
    #[serde(rename = "EducationType")]
    pub(super) shares: Part<List<Share>>,
    #[serde(rename = "EducationTitle")]
    pub(super) education: Text,
    #[serde(rename = "ExperienceTitle")]
    pub(super) experience: Text,
    #[serde(rename = "TrainingTitle")]
    pub(super) on_the_job: Text,
    pub(super) mat_occupation: Part<Publication>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Share {
    pub(super) education_level: Needed,
    #[serde(default)]
    pub(super) value: Figure,
}

/// The occupation that figures belong to.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Publication {
    #[serde(alias = "MatOccCode", alias = "SocCode")]
    pub(super) code: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Wages {
    #[serde(rename = "NationalWagesList")]
    pub(super) national: Part<List<WageRow>>,
    pub(super) wage_year: Figure,
    pub(super) soc_wage_info: Part<Publication>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct WageRow {
    pub(super) rate_type: Text,
    pub(super) pct10: Figure,
    pub(super) pct25: Figure,
    pub(super) median: Figure,
    pub(super) pct75: Figure,
    pub(super) pct90: Figure,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Projections {
    pub(super) estimated_year: Figure,
    pub(super) projected_year: Figure,
    #[serde(rename = "Projections")]
    pub(super) rows: Part<List<Projection>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Projection {
    pub(super) state_name: Text,
    pub(super) stfips: Text,
    pub(super) estimated_employment: Figure,
    pub(super) projected_employment: Figure,
    pub(super) per_cent_change: Figure,
    pub(super) projected_annual_job_opening: Figure,
    pub(super) estimated_year: Figure,
    pub(super) projected_year: Figure,
}

#[derive(Debug, Deserialize)]
pub(super) struct TechTool {
    #[serde(default, rename = "TechToolOccupationDetails")]
    pub(super) block: Part<Technologies>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Technologies {
    pub(super) tools: Part<Categories>,
    pub(super) technology: Part<Categories>,
}

/// Which of the two names is used where is not settled among the clients in the field.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Categories {
    categories: Part<List<Category>>,
    category_list: Part<List<Category>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Category {
    pub(super) title: Text,
    pub(super) examples: Part<List<Example>>,
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Example {
    #[serde(rename = "Name")]
    pub(super) name: Needed,
    #[serde(default, rename = "Hot_Technology")]
    pub(super) hot: Flag,
    #[serde(default, rename = "In_Demand")]
    pub(super) in_demand: Flag,
}

impl Categories {
    fn all(part: &Part<Self>) -> Vec<Category> {
        let categories = part.clone().known().unwrap_or_default();
        let lists = [categories.categories, categories.category_list];
        lists.into_iter().flat_map(|list| list.known().unwrap_or_default().0).collect()
    }
}

impl Technologies {
    pub(super) fn tool_categories(&self) -> Vec<Category> {
        Categories::all(&self.tools)
    }

    pub(super) fn technology_categories(&self) -> Vec<Category> {
        Categories::all(&self.technology)
    }

    pub(super) fn has_tools(&self) -> bool {
        !self.tool_categories().is_empty()
    }

    pub(super) fn has_any(&self) -> bool {
        self.has_tools() || !self.technology_categories().is_empty()
    }
}
