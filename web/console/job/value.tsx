import { useState } from 'react';
import type { JobField } from '../generated/graphql';
import { FIELDS } from '../lib/fields';
import { isObject, itemsOf, type Item, type Json } from '../lib/items';
import type { ItemSources } from './item-sources';
import { ITEMS } from './value-items';
import { Whole } from './value-whole';

const FEW = 6;

interface Props {
  field: JobField;
  value: unknown;
  /** So many items are shown at once. */
  few?: number;
  /** Where they differ from item to item. */
  sources?: ItemSources | undefined;
}

/** A value as people read it. */
export function Value({ field, value, few = FEW, sources }: Props) {
  const items = itemsOf(value);
  const [all, setAll] = useState(false);
  if (value === null || value === undefined) return <p className="hint">Deliberately empty.</p>;
  if (!Array.isArray(value)) return isObject(value) ? <Whole field={field} value={value as Record<string, Json>} /> : <p>{String(value)}</p>;
  if (items.length === 0) return <p className="hint">Deliberately empty.</p>;
  const shown = all ? items : items.slice(0, few);
  return (
    <>
      <ItemList field={field} items={shown} sources={sources} />
      {items.length > few && (
        <button type="button" className="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${items.length}`}
        </button>
      )}
    </>
  );
}

function ItemList({ field, items, sources }: { field: JobField; items: Item[]; sources: ItemSources | undefined }) {
  const { shape } = FIELDS[field];
  const { Head, Row } = ITEMS[shape === 'tasks' || shape === 'rated' || shape === 'tools' || shape === 'wages' ? shape : 'texts'];
  if (Head === null) {
    return (
      <ul className="texts">
        {items.map((item) => (
          <Row key={item.key} item={item} source={sources?.get(item.key)} />
        ))}
      </ul>
    );
  }
  return (
    <div className="value-scroller" tabIndex={shape === 'wages' ? 0 : undefined} role={shape === 'wages' ? 'region' : undefined} aria-label={shape === 'wages' ? FIELDS[field].label : undefined}>
      <table className={`values ${shape}`}>
        <thead>
          <Head />
        </thead>
        <tbody>
          {items.map((item) => (
            <Row key={item.key} item={item} source={sources?.get(item.key)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
