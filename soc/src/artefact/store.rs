//! Many short texts in one allocation.

/// Texts one after another in one string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextStore {
    text: String,
    ends: Vec<u32>,
}

impl TextStore {
    /// Puts a text at the end.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }

    /// Text number `i`; empty if there is none.
    pub fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends.get(i - 1).copied().unwrap_or(u32::MAX) };
        let end = self.ends.get(i).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All texts in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
    }

    /// The texts as one, a line each.
    pub fn to_lines(&self) -> String {
        self.iter().collect::<Vec<_>>().join("\n")
    }

    /// The inverse of [`TextStore::to_lines`] for a known number of texts.
    pub fn from_lines(lines: &str, count: usize) -> Self {
        lines.split('\n').take(count).collect()
    }
}

impl<T: AsRef<str>> FromIterator<T> for TextStore {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let mut store = Self::default();
        texts.into_iter().for_each(|text| store.push(&text.as_ref().replace('\n', " ")));
        store.text.shrink_to_fit();
        store.ends.shrink_to_fit();
        store
    }
}

#[cfg(test)]
mod tests {
    use super::TextStore;

    #[test]
    fn texts_come_back_as_they_were() {
        let store: TextStore = ["one", "", "three"].into_iter().collect();
        assert_eq!((store.get(0), store.get(1), store.get(2), store.get(3)), ("one", "", "three", ""));
        assert_eq!(TextStore::from_lines(&store.to_lines(), 3), store);
    }
}
