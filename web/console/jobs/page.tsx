import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { Link, useSearchParams } from 'wouter';
import { type JobOrderField, JobsDocument } from '../generated/graphql';
import { number } from '../lib/format';
import { type LongList, useLongList } from '../lib/long-list';
import { Empty, Failed, Loading } from '../ui/states';
import { type Column, COLUMNS, USUAL } from './columns';
import { readFilter, readOrder } from './filter';
import { Filters } from './filters';
import { JobsTable } from './table';

const PAGE = 100;
/** More would not fit into an address. */
const MOST_NAMED = 100;
/** As the style has it: where there is little room, a title has two lines. */
const ROW_PX = 52;
const NARROW_ROW_PX = 76;
const NARROW = window.matchMedia('(max-width: 560px)');

export function JobsPage() {
  const [params, setParams] = useSearchParams();
  const address = params.toString();
  const variables = useMemo(() => {
    const read = new URLSearchParams(address);
    return { first: PAGE, filter: readFilter(read), orderBy: readOrder(read) };
  }, [address]);
  const list = useLongList(JobsDocument, variables, (data) => data.jobs);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const narrow = useNarrow();
  const columns = columnsFor(params.get('columns'), narrow);
  useEffect(() => setChosen(new Set()), [variables]);
  useEffect(() => {
    document.title = 'Jobs · rolegraph';
  }, []);

  const change = useCallback(
    (name: string, value: string) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          if (value === '') next.delete(name);
          else next.set(name, value);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  const sort = (field: JobOrderField) => {
    const turned = variables.orderBy.field === field && variables.orderBy.direction === 'ASC';
    setParams(
      (old) => {
        const next = new URLSearchParams(old);
        next.set('sort', field);
        next.set('direction', turned ? 'DESC' : 'ASC');
        return next;
      },
      { replace: true },
    );
  };
  const choose = (id: string, on: boolean) =>
    setChosen((old) => {
      const next = new Set(old);
      if (on) next.add(id);
      else next.delete(id);
      return next;
    });

  return (
    <div className="jobs-page">
      <div className="page-head">
        <h1>Jobs</h1>
        <p className="hint" role="status">
          {list.total === null ? '' : `${number(list.total)} found`}
        </p>
        <ColumnChoice chosen={columns.map((column) => column.id)} change={(ids) => change('columns', ids.join(','))} />
      </div>
      <Filters params={params} change={change} clear={() => setParams({}, { replace: true })} />
      {chosen.size > 0 && (
        <div className="selection" role="status">
          <p>{number(chosen.size)} chosen</p>
          <button type="button" onClick={() => setChosen(new Set())}>
            Choose none
          </button>
          {chosen.size <= MOST_NAMED && (
            <Link to={`/bulk?ids=${[...chosen].map(encodeURIComponent).join(',')}`} className="button primary">
              Bulk for these
            </Link>
          )}
          {list.total !== null && (
            <Link to={`/bulk?all&${address}`} className="button">
              Bulk for all {number(list.total)} that fit
            </Link>
          )}
        </div>
      )}
      <List list={list}>
        <JobsTable
          list={list}
          columns={columns}
          rowHeight={narrow ? NARROW_ROW_PX : ROW_PX}
          order={variables.orderBy}
          sort={sort}
          chosen={chosen}
          choose={choose}
          chooseAll={(on) => setChosen(on ? new Set(list.ids()) : new Set())}
        />
      </List>
    </div>
  );
}

function List({ list, children }: { list: LongList<unknown>; children: React.ReactNode }) {
  if (list.count > 0) return children;
  if (list.error) return <Failed error={list.error} again={list.more} />;
  if (list.loading) return <Loading what="jobs" />;
  return <Empty title="No job fits">Take a filter away, or search for something else.</Empty>;
}

function useNarrow(): boolean {
  return useSyncExternalStore(
    (listener) => {
      NARROW.addEventListener('change', listener);
      return () => NARROW.removeEventListener('change', listener);
    },
    () => NARROW.matches,
  );
}

function columnsFor(wanted: string | null, narrow: boolean): Column[] {
  const ids = wanted === null ? USUAL : wanted.split(',');
  return COLUMNS.filter(({ id }) => (narrow ? id === 'coverage' : ids.includes(id)));
}

function ColumnChoice({ chosen, change }: { chosen: string[]; change: (ids: string[]) => void }) {
  return (
    <details className="menu">
      <summary>Columns</summary>
      <fieldset>
        <legend className="sr">Columns that are shown</legend>
        {COLUMNS.map(({ id, label }) => (
          <label key={id} className="check">
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={(event) => change(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </details>
  );
}
