/** One item of a list, for each kind of list. */
import type { ComponentType } from 'react';
import type { DataSource } from '../generated/graphql';
import { money, number, words } from '../lib/format';
import { isObject, itemText, type Item, type Json } from '../lib/items';
import { SourceBadge, Tag } from '../ui/badge';

interface Kind {
  /** Null for plain lists. */
  Head: ComponentType | null;
  Row: ComponentType<{ item: Item; source: DataSource | undefined }>;
}

const figure = (value: Json | undefined): string => (typeof value === 'number' ? number(value) : '–');

/** BLS publishes a bound in place of what is above its cap. */
function wage(value: Json | undefined): string {
  if (!isObject(value) || typeof value['amount'] !== 'number') return '–';
  return `${value['atLeast'] === true ? '≥ ' : ''}${money(value['amount'])}`;
}

function Importance({ value }: { value: Json | undefined }) {
  const known = typeof value === 'number' ? value : null;
  return (
    <span className="importance">
      <span className="track" aria-hidden="true">
        <span className="filled" style={{ width: `${known ?? 0}%` }} />
      </span>
      <span className="figures">{figure(value)}</span>
    </span>
  );
}

function Named({ item, source }: { item: Item; source: DataSource | undefined }) {
  return (
    <>
      {itemText(item)} {source && <SourceBadge source={source} />}
    </>
  );
}

const WAGES = ['annualP10', 'annualP25', 'annualMedian', 'annualP75', 'annualP90'];

export const ITEMS: Record<'texts' | 'tasks' | 'rated' | 'tools' | 'wages', Kind> = {
  texts: { Head: null, Row: ({ item, source }) => (
      <li>
        <Named item={item} source={source} />
      </li>
    ) },
  tasks: {
    Head: () => (
      <tr>
        <th scope="col">Task</th>
        <th scope="col">Type</th>
        <th scope="col" className="right">
          Importance
        </th>
      </tr>
    ),
    Row: ({ item, source }) => (
      <tr>
        <td>
          <Named item={item} source={source} />
        </td>
        <td>{typeof item['type'] === 'string' ? <Tag>{words(item['type'])}</Tag> : '–'}</td>
        <td className="right">{figure(item['importance'])}</td>
      </tr>
    ),
  },
  rated: {
    Head: () => (
      <tr>
        <th scope="col">Name</th>
        <th scope="col" className="right">
          Importance
        </th>
        <th scope="col" className="right">
          Level
        </th>
      </tr>
    ),
    Row: ({ item, source }) => (
      <tr>
        <td>
          <Named item={item} source={source} />
        </td>
        <td className="right">
          <Importance value={item['importance']} />
        </td>
        <td className="right">{figure(item['level'])}</td>
      </tr>
    ),
  },
  tools: {
    Head: () => (
      <tr>
        <th scope="col">Name</th>
        <th scope="col">Category</th>
        <th scope="col">Asked for</th>
      </tr>
    ),
    Row: ({ item, source }) => (
      <tr>
        <td>
          <Named item={item} source={source} />
        </td>
        <td>{typeof item['category'] === 'string' ? item['category'] : '–'}</td>
        <td>
          {item['hotTechnology'] === true ? <Tag tone="warn">Hot</Tag> : null} {item['inDemand'] === true ? <Tag tone="good">In demand</Tag> : null}
        </td>
      </tr>
    ),
  },
  wages: {
    Head: () => (
      <tr>
        <th scope="col">Area</th>
        {['P10', 'P25', 'Median', 'P75', 'P90', 'Employees'].map((label) => (
          <th scope="col" key={label} className="right">
            {label}
          </th>
        ))}
      </tr>
    ),
    Row: ({ item }) => (
      <tr>
        <td>{itemText(item)}</td>
        {WAGES.map((name) => (
          <td key={name} className="right">
            {wage(item[name])}
          </td>
        ))}
        <td className="right">{figure(item['employment'])}</td>
      </tr>
    ),
  },
};
