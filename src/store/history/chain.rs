//! The chain of hashes over history: adding links, and reading them to be checked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rolegraph_entity::{change, changeset, history_chain as head};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use crate::{
    domain::history::{LinkText, SetText, chain_of},
    store::{CHUNK, Result, Store, Unit},
};

/// How many links are read at once.
const PAGE: u64 = 1_000;

/// What a changeset's row says.
fn set_text(row: &changeset::Model) -> SetText<'_> {
    SetText { id: row.id, company: row.company_id, actor: &row.actor, action: &row.action, note: row.note.as_deref(), at: row.created_at }
}

/// What a change's row says.
fn link_text(row: &change::Model, link: i64) -> LinkText<'_> {
    LinkText {
        id: row.id,
        changeset: row.changeset_id,
        position: row.position,
        company: row.company_id,
        job: row.job_id,
        field: row.field.as_deref(),
        action: &row.action,
        before: row.before.as_deref(),
        after: row.after.as_deref(),
        link,
    }
}

/// The hash of a changeset that is about to be written.
pub(super) fn set_hash(row: &changeset::Model) -> String {
    set_text(row).hash()
}

impl Unit {
    /// Makes rows that are about to be written links of their chains. Nobody else adds to these chains until the end of the unit.
    pub(super) async fn link(&self, rows: &mut [change::Model], set: &str) -> Result<()> {
        let chains: BTreeSet<_> = rows.iter().map(|row| chain_of(row.job_id)).collect();
        let mut ends = self.hold_chains(&chains.into_iter().collect::<Vec<_>>()).await?;
        for row in rows {
            let chain = chain_of(row.job_id);
            let end = ends.entry(chain).or_default();
            end.0 += 1;
            end.1 = link_text(row, end.0).hash(&end.1, set);
            (row.chain, row.link, row.hash) = (Some(chain), Some(end.0), Some(end.1.clone()));
        }
        let ends: Vec<_> =
            ends.into_iter().map(|(id, (links, hash))| head::ActiveModel { id: Set(id), links: Set(links), hash: Set(hash) }).collect();
        for ends in ends.chunks(CHUNK) {
            let newer = OnConflict::column(head::Column::Id).update_columns([head::Column::Links, head::Column::Hash]).to_owned();
            head::Entity::insert_many(ends.to_vec()).on_conflict(newer).exec_without_returning(&self.txn).await?;
        }
        Ok(())
    }

    /// Where chains end, locked in the order of their ids: their length, and the hash of their last link.
    async fn hold_chains(&self, chains: &[Uuid]) -> Result<BTreeMap<Uuid, (i64, String)>> {
        let mut ends = BTreeMap::new();
        for chains in chains.chunks(CHUNK) {
            let none = chains.iter().map(|id| head::ActiveModel { id: Set(*id), links: Set(0), hash: Set(String::new()) });
            let once = OnConflict::column(head::Column::Id).do_nothing().to_owned();
            head::Entity::insert_many(none).on_conflict(once).exec_without_returning(&self.txn).await?;
            let held = head::Entity::find().filter(head::Column::Id.is_in(chains.iter().copied())).order_by_asc(head::Column::Id);
            let held = held.lock_exclusive().all(&self.txn).await?;
            ends.extend(held.into_iter().map(|row| (row.id, (row.links, row.hash))));
        }
        Ok(ends)
    }
}

/// A row of history that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tampered {
    /// The table.
    pub table: &'static str,
    /// The row.
    pub id: Uuid,
    /// What is wrong with it.
    pub reason: String,
}

/// What came of checking history.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryCheck {
    /// How many changes fit.
    pub changes: u64,
    /// How many chains there are.
    pub chains: u64,
    /// How many changes are from before there were chains, and cannot be checked.
    pub unchained: u64,
    /// The rows that do not fit.
    pub tampered: Vec<Tampered>,
}

/// The end of the chain that is being read. After a row that does not fit there are two: by what it says, and by its hash;
/// the next one shows which was altered, so that one altered byte is one row that does not fit.
#[derive(Debug, Default)]
struct End {
    chain: Option<Uuid>,
    links: i64,
    hashes: Vec<String>,
}

impl Store {
    /// Checks all of history, row by row.
    pub async fn check_history(&self) -> Result<HistoryCheck> {
        let mut check = HistoryCheck::default();
        self.check_changesets(&mut check).await?;
        let heads: HashMap<_, _> = head::Entity::find().all(&self.db).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut seen = BTreeSet::new();
        let mut end = End::default();
        let mut after: Option<(Uuid, i64)> = None;
        loop {
            let rows = self.links_after(after).await?;
            let sets = self.sets_of(&rows).await?;
            for row in &rows {
                let chain = row.chain.unwrap_or_default();
                if end.chain != Some(chain) {
                    check_end(&mut check, &end, &heads);
                    end = End { chain: Some(chain), links: 0, hashes: vec![String::new()] };
                    seen.insert(chain);
                    check.chains += 1;
                }
                check_link(&mut check, &mut end, row, sets.get(&row.changeset_id));
            }
            match rows.last() {
                Some(last) => after = last.chain.zip(last.link),
                None => break,
            }
        }
        check_end(&mut check, &end, &heads);
        let empty = heads.values().filter(|head| head.links > 0 && !seen.contains(&head.id));
        check.tampered.extend(empty.map(|head| lost(head, 0)));
        check.unchained = change::Entity::find().filter(change::Column::Chain.is_null()).count(&self.db).await?;
        Ok(check)
    }

    async fn links_after(&self, after: Option<(Uuid, i64)>) -> Result<Vec<change::Model>> {
        let pair = Expr::tuple([Expr::col(change::Column::Chain), Expr::col(change::Column::Link)]);
        let behind = after.map(|(chain, link)| pair.gt(Expr::tuple([Expr::val(chain), Expr::val(link)])));
        let links = change::Entity::find()
            .filter(change::Column::Chain.is_not_null())
            .filter(Condition::all().add_option(behind))
            .order_by_asc(change::Column::Chain)
            .order_by_asc(change::Column::Link)
            .limit(PAGE);
        Ok(links.all(&self.db).await?)
    }

    async fn sets_of(&self, rows: &[change::Model]) -> Result<HashMap<Uuid, changeset::Model>> {
        let ids: BTreeSet<_> = rows.iter().map(|row| row.changeset_id).collect();
        let sets = changeset::Entity::find().filter(changeset::Column::Id.is_in(ids)).all(&self.db).await?;
        Ok(sets.into_iter().map(|row| (row.id, row)).collect())
    }

    async fn check_changesets(&self, check: &mut HistoryCheck) -> Result<()> {
        let mut after = Uuid::nil();
        loop {
            let sets = changeset::Entity::find().filter(changeset::Column::Id.gt(after)).order_by_asc(changeset::Column::Id).limit(PAGE);
            let sets = sets.all(&self.db).await?;
            let Some(last) = sets.last() else { return Ok(()) };
            after = last.id;
            let altered = sets.iter().filter(|row| row.hash.as_ref().is_some_and(|hash| *hash != set_text(row).hash()));
            check.tampered.extend(altered.map(|row| Tampered {
                table: "changesets",
                id: row.id,
                reason: "it does not say what was written".to_owned(),
            }));
        }
    }
}

fn check_link(check: &mut HistoryCheck, end: &mut End, row: &change::Model, set: Option<&changeset::Model>) {
    let mut wrong = |reason: String| check.tampered.push(Tampered { table: "changes", id: row.id, reason });
    let link = row.link.unwrap_or_default();
    if link != end.links + 1 {
        wrong(format!("before it {} changes of its chain are missing", link - end.links - 1));
        (end.links, end.hashes) = (link, row.hash.clone().into_iter().collect());
        return;
    }
    end.links = link;
    // An altered changeset is told by itself; its changes were made with the hash that it had, or that it should have.
    let sets = set.map(|set| [set.hash.clone().unwrap_or_default(), set_text(set).hash()]).into_iter().flatten();
    let expected: Vec<_> =
        sets.flat_map(|set| end.hashes.iter().map(move |end| link_text(row, link).hash(end, &set)).collect::<Vec<_>>()).collect();
    let stored = row.hash.clone().unwrap_or_default();
    if chain_of(row.job_id) == end.chain.unwrap_or_default() && expected.contains(&stored) {
        check.changes += 1;
        end.hashes = vec![stored];
    } else {
        wrong("it does not say what was written".to_owned());
        end.hashes = expected;
        end.hashes.push(stored);
    }
}

fn check_end(check: &mut HistoryCheck, end: &End, heads: &HashMap<Uuid, head::Model>) {
    let Some(chain) = end.chain else { return };
    match heads.get(&chain) {
        Some(head) if head.links == end.links && end.hashes.contains(&head.hash) => {}
        Some(head) if head.links > end.links => check.tampered.push(lost(head, end.links)),
        _ => {
            check.tampered.push(Tampered { table: "history_chains", id: chain, reason: "it does not say where its chain ends".to_owned() });
        }
    }
}

fn lost(head: &head::Model, found: i64) -> Tampered {
    Tampered { table: "history_chains", id: head.id, reason: format!("{} changes at the end of its chain are missing", head.links - found) }
}
