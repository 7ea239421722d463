//! The bundled data, and what is imported over it.
//!
//! The expectations in `fixtures/bundle/` were made from the official files by `fixtures/bundle/make.py`, which shares
//! nothing with the reader. Where the official files lie beside the checkout (`../shared/data`), more is compared.

mod combined;
mod exactness;
mod imports;
mod packing;
mod seed;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, LazyLock},
};

use rolegraph::{
    domain::{claim::Claim, fields::Field, soc::SocCode, values::FieldValue},
    providers::{
        Provider,
        bundle::{BlsOews, BlsProjections, Bundle, OnetDatabase},
    },
};

static BUNDLE: LazyLock<Arc<Bundle>> = LazyLock::new(|| Arc::new(Bundle::embedded().expect("the compiled-in bundle opens")));

fn code(text: &str) -> SocCode {
    text.parse().expect("a code")
}

fn onet() -> OnetDatabase {
    OnetDatabase::new(Arc::clone(&BUNDLE))
}

fn oews() -> BlsOews {
    BlsOews::new(Arc::clone(&BUNDLE)).expect("the footnotes are there")
}

fn projections() -> BlsProjections {
    BlsProjections::new(Arc::clone(&BUNDLE))
}

/// The one claim of a provider for a field of a code.
async fn claim(provider: &dyn Provider, asked: &str, field: Field) -> Claim {
    let mut claims = provider.fetch(&[code(asked)], &[field]).await.expect("the bundle is readable").claims;
    assert_eq!(claims.len(), 1, "one claim for {field} of {asked}");
    claims.remove(0)
}

/// The value of a provider for a field of a code.
async fn value<T>(provider: &dyn Provider, asked: &str, field: Field) -> Option<T>
where
    T: Clone,
    for<'a> &'a T: TryFrom<&'a FieldValue>,
{
    let claim = claim(provider, asked, field).await;
    claim.value.as_ref().and_then(|value| <&T>::try_from(value).ok().cloned())
}

/// The lines of an expectation, as fields.
fn golden(name: &str) -> Vec<Vec<String>> {
    split(&fs::read_to_string(fixtures().join(name)).expect("a fixture"))
}

fn split(text: &str) -> Vec<Vec<String>> {
    text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/bundle")
}

/// The official files, where they lie beside the checkout.
fn official() -> Option<PathBuf> {
    Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data")).filter(|path| path.is_dir())
}

/// A file of the official data, as rows without the header.
fn official_rows(path: &str) -> Option<Vec<Vec<String>>> {
    let text = fs::read_to_string(official()?.join(path)).expect("an official file");
    Some(split(&text).split_off(1))
}

/// The 30 seed occupations: the published code, and the O*NET code that is asked first of all.
fn seed_codes() -> Vec<String> {
    golden("outlook.tsv").into_iter().map(|row| row[0].clone()).collect()
}
