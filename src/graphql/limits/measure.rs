//! How large the operations of a document are. Each fragment is measured once, however often it is put in.

use std::collections::{BTreeSet, HashMap};

use async_graphql::{
    Positioned, ServerError,
    parser::types::{ExecutableDocument, OperationType, Selection, SelectionSet},
};

/// How large the largest operation of a document is, with its fragments put in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Size {
    /// How many operations the document has.
    pub(super) operations: usize,
    /// How many fields are selected at the root.
    pub(super) root_fields: usize,
    /// How many fields and fragments are selected.
    pub(super) selections: usize,
    /// How many fields have another name in the answer.
    pub(super) aliases: usize,
    /// How many directives there are.
    pub(super) directives: usize,
    /// How deep selections are nested; those of the schema itself do not count.
    pub(super) depth: usize,
    /// How deep selections of the schema itself are nested.
    pub(super) introspection_depth: usize,
}

impl Size {
    /// Both in one operation.
    fn beside(self, other: Self) -> Self {
        Self {
            operations: self.operations.saturating_add(other.operations),
            root_fields: self.root_fields.saturating_add(other.root_fields),
            selections: self.selections.saturating_add(other.selections),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            ..self.larger(other)
        }
    }

    /// The larger of both in each respect.
    fn larger(self, other: Self) -> Self {
        Self {
            operations: self.operations.max(other.operations),
            root_fields: self.root_fields.max(other.root_fields),
            selections: self.selections.max(other.selections),
            aliases: self.aliases.max(other.aliases),
            directives: self.directives.max(other.directives),
            depth: self.depth.max(other.depth),
            introspection_depth: self.introspection_depth.max(other.introspection_depth),
        }
    }
}

/// Measures all operations of a document. An error where fragments put in each other.
pub(super) fn measure(document: &ExecutableDocument) -> Result<Size, ServerError> {
    let mut measuring = Measuring { document, known: HashMap::new(), under_way: BTreeSet::new() };
    let mut largest = Size::default();
    for (_, operation) in document.operations.iter() {
        let set = &operation.node.selection_set;
        let own = Size { directives: operation.node.directives.len(), ..Size::default() };
        largest = largest.larger(measuring.set(&set.node)?.beside(own));
    }
    // Fragments that nothing uses are walked by whoever validates the document.
    for name in document.fragments.keys() {
        measuring.fragment(name.as_str())?;
    }
    Ok(Size { operations: document.operations.iter().count(), ..largest })
}

struct Measuring<'a> {
    document: &'a ExecutableDocument,
    known: HashMap<&'a str, Size>,
    under_way: BTreeSet<&'a str>,
}

impl<'a> Measuring<'a> {
    fn set(&mut self, set: &'a SelectionSet) -> Result<Size, ServerError> {
        set.items.iter().try_fold(Size::default(), |sum, item| Ok(sum.beside(self.selection(item)?)))
    }

    fn selection(&mut self, item: &'a Positioned<Selection>) -> Result<Size, ServerError> {
        match &item.node {
            Selection::Field(field) => {
                let below = self.set(&field.node.selection_set.node)?;
                let of_schema = field.node.name.node.starts_with("__");
                let deeper = |depth: usize| depth.saturating_add(1);
                let (depth, introspection_depth) = if of_schema {
                    (0, deeper(below.depth.max(below.introspection_depth)))
                } else {
                    (deeper(below.depth), if below.introspection_depth > 0 { deeper(below.introspection_depth) } else { 0 })
                };
                let own = Size {
                    selections: 1,
                    aliases: usize::from(field.node.alias.is_some()),
                    directives: field.node.directives.len(),
                    ..Size::default()
                };
                Ok(Size { root_fields: 1, depth, introspection_depth, ..below.beside(own) })
            }
            Selection::InlineFragment(fragment) => {
                let own = Size { selections: 1, directives: fragment.node.directives.len(), ..Size::default() };
                Ok(self.set(&fragment.node.selection_set.node)?.beside(own))
            }
            Selection::FragmentSpread(spread) => {
                let own = Size { selections: 1, directives: spread.node.directives.len(), ..Size::default() };
                Ok(self.fragment(spread.node.fragment_name.node.as_str())?.beside(own))
            }
        }
    }

    /// One that is not there is told by who validates the document.
    fn fragment(&mut self, name: &str) -> Result<Size, ServerError> {
        let Some((name, fragment)) = self.document.fragments.get_key_value(name) else { return Ok(Size::default()) };
        if let Some(known) = self.known.get(name.as_str()) {
            return Ok(*known);
        }
        if !self.under_way.insert(name.as_str()) {
            return Err(ServerError::new(format!("The fragment `{name}` puts itself in."), Some(fragment.pos)));
        }
        let size = self.set(&fragment.node.selection_set.node)?;
        self.under_way.remove(name.as_str());
        self.known.insert(name.as_str(), size);
        Ok(size)
    }
}

/// Refuses mutations that ask for the same twice, which would be done once or twice depending on who executes it. To be asked
/// of a document whose size was found to be good.
pub(super) fn check_mutations(document: &ExecutableDocument) -> Result<(), ServerError> {
    let mut mutations = document.operations.iter().filter(|(_, operation)| operation.node.ty == OperationType::Mutation);
    mutations.try_for_each(|(_, operation)| once_each(document, &operation.node.selection_set.node, &mut BTreeSet::new()))
}

fn once_each<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet, seen: &mut BTreeSet<&'a str>) -> Result<(), ServerError> {
    for item in &set.items {
        match &item.node {
            Selection::Field(field) => {
                let name = field.node.response_key().node.as_str();
                if !seen.insert(name) {
                    let message = format!("The mutation asks for `{name}` twice: give one of them another name, as in `again: {name}`.");
                    return Err(ServerError::new(message, Some(item.pos)));
                }
            }
            Selection::InlineFragment(fragment) => once_each(document, &fragment.node.selection_set.node, seen)?,
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = document.fragments.get(&spread.node.fragment_name.node) {
                    once_each(document, &fragment.node.selection_set.node, seen)?;
                }
            }
        }
    }
    Ok(())
}

/// True when a document asks for the schema itself.
pub(super) fn asks_for_schema(document: &ExecutableDocument) -> bool {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set.node);
    operations.chain(fragments).any(is_about_schema)
}

fn is_about_schema(set: &SelectionSet) -> bool {
    set.items.iter().any(|item| match &item.node {
        Selection::Field(field) => matches!(field.node.name.node.as_str(), "__schema" | "__type" | "_service"),
        Selection::InlineFragment(fragment) => is_about_schema(&fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => false,
    })
}
