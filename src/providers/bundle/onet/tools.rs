//! Tools and technology.

use super::super::{Bundle, BundleError};
use crate::domain::{
    soc::SocCode,
    values::{Tool, ToolKind, ToolList, text_key, tool_key},
};

/// The tools and technology of one occupation: technology first, hot ones first, then by name.
pub(super) fn own(bundle: &Bundle, code: SocCode) -> Result<Option<ToolList>, BundleError> {
    let mut list = technology(bundle, code)?;
    list.extend(tools(bundle, code)?);
    list.sort_by_cached_key(|tool| {
        (tool.kind == ToolKind::Tool, !tool.hot_technology, tool.name.to_lowercase(), tool.name.clone(), tool.key.clone())
    });
    Ok(Some(ToolList(list)).filter(|list| !list.0.is_empty()))
}

fn technology(bundle: &Bundle, code: SocCode) -> Result<Vec<Tool>, BundleError> {
    let table = bundle.table("Technology Skills")?;
    let columns = table.columns(["Example", "Commodity Code", "Commodity Title", "Hot Technology", "In Demand"])?;
    let [example, commodity, title, hot, demand] = columns;
    let rows = table.rows(code)?;
    let technology = rows.iter().map(|row| Tool {
        hot_technology: row.get(hot) == "Y",
        in_demand: row.get(demand) == "Y",
        ..tool(ToolKind::Technology, row.get(example), row.known(commodity), row.known(title))
    });
    Ok(technology.collect())
}

fn tools(bundle: &Bundle, code: SocCode) -> Result<Vec<Tool>, BundleError> {
    let table = bundle.table("Tools Used")?;
    let [example, commodity, title] = table.columns(["Example", "Commodity Code", "Commodity Title"])?;
    let rows = table.rows(code)?;
    Ok(rows.iter().map(|row| tool(ToolKind::Tool, row.get(example), row.known(commodity), row.known(title))).collect())
}

/// Releases from 30.3 on have no commodity codes for software: there the title of its category stands in the key.
fn tool(kind: ToolKind, name: &str, commodity: Option<&str>, title: Option<&str>) -> Tool {
    let category = title.map(text_key);
    Tool {
        key: tool_key(kind, commodity.or(category.as_deref()), name),
        name: name.to_owned(),
        kind,
        category: title.map(str::to_owned),
        commodity_code: commodity.map(str::to_owned),
        hot_technology: false,
        in_demand: false,
        origins: vec![],
    }
}
