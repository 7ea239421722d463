//! Pages by keyset: a page begins after the last row of the one before, whatever was inserted meanwhile.

use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait, Order, SimpleExpr, Value},
};
use uuid::Uuid;

use crate::domain::page::{Page, PageRequest};

/// Narrows `select` to a page ordered by `(key, id)`, asking for one row more than the page holds.
pub(super) fn narrow<E, K>(
    mut select: Select<E>,
    key: impl ColumnTrait,
    id: impl ColumnTrait,
    descending: bool,
    page: &PageRequest<K>,
) -> Select<E>
where
    E: EntityTrait,
    K: Clone + Into<Value>,
{
    let pair = || Expr::tuple([Expr::col(key.as_column_ref()), Expr::col(id.as_column_ref())]);
    let at = |(value, row): &(K, Uuid)| Expr::tuple([Expr::val(value.clone()), Expr::val(*row)]);
    let bounds = [(page.after.as_ref(), !descending), (page.before.as_ref(), descending)];
    for (bound, greater) in bounds.into_iter().filter_map(|(bound, greater)| bound.map(|b| (b, greater))) {
        let side: SimpleExpr = if greater { pair().gt(at(bound)) } else { pair().lt(at(bound)) };
        select = select.filter(Condition::all().add(side));
    }
    let order = if descending == page.backwards { Order::Asc } else { Order::Desc };
    select.order_by(key, order.clone()).order_by(id, order).limit(page.size + 1)
}

/// The page that the rows asked for by [`narrow`] make.
pub(super) fn assemble<T, K>(mut rows: Vec<T>, page: &PageRequest<K>) -> Page<T> {
    let more = rows.len() as u64 > page.size;
    rows.truncate(usize::try_from(page.size).unwrap_or(usize::MAX));
    if page.backwards {
        rows.reverse();
    }
    let (has_previous, has_next) = if page.backwards { (more, page.before.is_some()) } else { (page.after.is_some(), more) };
    Page { items: rows, has_previous, has_next }
}
