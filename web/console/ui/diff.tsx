import { useState } from 'react';
import { type Difference, differences } from '../lib/items';

const FIRST = 12;

/** What differs between two values, item by item. */
export function Diff({ before, after }: { before: unknown; after: unknown }) {
  return <DiffLines rows={differences(before, after)} />;
}

export function DiffLines({ rows }: { rows: Difference[] }) {
  const [all, setAll] = useState(false);
  if (rows.length === 0) return <p className="hint">No difference.</p>;
  const shown = all ? rows : rows.slice(0, FIRST);
  return (
    <>
      <ul className="diff">
        {shown.map((row, place) => (
          <DiffLine key={place} row={row} />
        ))}
      </ul>
      {rows.length > shown.length && (
        <button type="button" className="link" onClick={() => setAll(true)}>
          Show all {rows.length} differences
        </button>
      )}
    </>
  );
}

function DiffLine({ row: { label, before, after } }: { row: Difference }) {
  return (
    <li>
      {label && <span className="diff-label">{label}</span>}
      {before !== undefined && (
        <del>
          <span className="sr">Before: </span>
          {before}
        </del>
      )}
      {after !== undefined && (
        <ins>
          <span className="sr">After: </span>
          {after}
        </ins>
      )}
    </li>
  );
}
