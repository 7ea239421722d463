import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { JobOrder, JobOrderField, JobRowFragment } from '../generated/graphql';
import { words } from '../lib/format';
import type { LongList } from '../lib/long-list';
import { Failed } from '../ui/states';
import type { Column } from './columns';

/** So many rows before the end, the next page is asked for. */
const AHEAD = 30;

interface Props {
  list: LongList<JobRowFragment>;
  columns: Column[];
  rowHeight: number;
  order: JobOrder;
  sort: (field: JobOrderField) => void;
  chosen: ReadonlySet<string>;
  choose: (id: string, on: boolean) => void;
  chooseAll: (on: boolean) => void;
}

/** The list: only rows that are to be seen are in the page, however many there are. */
export function JobsTable({ list, columns, rowHeight, order, sort, chosen, choose, chooseAll }: Props) {
  const { count, at, see, hasMore, loading, more, error } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
  });
  useEffect(() => rows.measure(), [rows, rowHeight]);
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => see(first, last), [see, first, last]);
  useEffect(() => {
    if (hasMore && !loading && !error && last >= count - AHEAD) more();
  }, [hasMore, loading, error, last, count, more]);
  const template = `2.5rem minmax(12rem, 2.5fr) ${columns.map((column) => column.width).join(' ')}`;
  const all = count > 0 && chosen.size === count;

  return (
    <div className="table-scroller" ref={scroller} tabIndex={0} role="region" aria-label="List of jobs">
      <div role="table" aria-label="Jobs" aria-rowcount={(list.total ?? count) + 1} className="table" style={{ '--columns': template } as object}>
        <div role="rowgroup" className="table-head">
          <div role="row" aria-rowindex={1} className="row">
            <div role="columnheader" className="pick">
              <input type="checkbox" aria-label="Choose all that are loaded" checked={all} onChange={(event) => chooseAll(event.target.checked)} />
            </div>
            <Header label="Title" by="TITLE" order={order} sort={sort} />
            {columns.map(({ id, label, order: by, right }) => (
              <Header key={id} label={label} by={by} order={order} sort={sort} right={right} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className="table-body" style={{ height: rows.getTotalSize() }}>
          {shown.map(({ index, start }) => (
            <div role="row" aria-rowindex={index + 2} className="row" key={index} style={{ transform: `translateY(${start}px)` }}>
              <Cells job={at(index)} columns={columns} chosen={chosen} choose={choose} />
            </div>
          ))}
        </div>
      </div>
      {loading && (
        <p className="hint pad" role="status">
          Loading more…
        </p>
      )}
      {error && <Failed error={error} again={more} />}
    </div>
  );
}

interface CellsProps extends Pick<Props, 'columns' | 'chosen' | 'choose'> {
  /** Undefined while its page is read again. */
  job: JobRowFragment | undefined;
}

/** Not made anew while one scrolls. */
const Cells = memo(function Cells({ job, columns, chosen, choose }: CellsProps) {
  if (!job) {
    return (
      <div role="cell" className="hint waiting">
        Loading…
      </div>
    );
  }
  return (
    <>
      <div role="cell" className="pick">
        <input type="checkbox" aria-label={`Choose ${job.title}`} checked={chosen.has(job.id)} onChange={(event) => choose(job.id, event.target.checked)} />
      </div>
      <div role="cell" className="title-cell">
        <Link to={`/jobs/${encodeURIComponent(job.id)}`} title={job.title}>
          {job.title}
        </Link>
        <span className="second" title={job.company?.name}>
          {job.company?.name ?? words(job.kind)}
        </span>
      </div>
      {columns.map(({ id, cell, right }) => (
        <div role="cell" key={id} className={right ? 'right' : ''}>
          {cell(job)}
        </div>
      ))}
    </>
  );
});

interface HeaderProps {
  label: string;
  by: JobOrderField | undefined;
  order: JobOrder;
  sort: (field: JobOrderField) => void;
  right?: boolean | undefined;
}

function Header({ label, by, order, sort, right }: HeaderProps) {
  const sorted = by !== undefined && order.field === by;
  const direction = order.direction === 'DESC' ? 'descending' : 'ascending';
  return (
    <div role="columnheader" className={right ? 'right' : ''} aria-sort={sorted ? direction : undefined}>
      {by === undefined ? (
        label
      ) : (
        <button type="button" className="sort" onClick={() => sort(by)}>
          {label}
          <span aria-hidden="true">{sorted ? (direction === 'ascending' ? ' ↑' : ' ↓') : ''}</span>
        </button>
      )}
    </div>
  );
}
