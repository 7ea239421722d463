import { useRef } from 'react';
import type { JobField } from '../generated/graphql';
import { words } from '../lib/format';
import { itemText, type Json } from '../lib/items';
import { Tag } from '../ui/badge';
import { newRow, type Row } from './draft';
import { type Prop, propsOf } from './props';

interface Props {
  field: JobField;
  rows: Row[];
  change: (rows: Row[]) => void;
}

/** The items of a list: hide, edit, add, and bring into another order. */
export function RowsEditor({ field, rows, change }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const put = (place: number, part: Partial<Row>) => change(rows.map((row, index) => (index === place ? { ...row, ...part } : row)));
  const move = (place: number, by: number) => {
    const next = [...rows];
    const [row] = next.splice(place, 1);
    if (row) next.splice(place + by, 0, row);
    change(next);
  };
  const add = () => {
    change([...rows, newRow()]);
    window.setTimeout(() => list.current?.lastElementChild?.querySelector('input')?.focus());
  };
  return (
    <>
      {rows.length > 0 && (
        <p className="edit-head" aria-hidden="true">
          {propsOf(field).map(({ name, label, kind }) => (
            <span key={name} className={`prop-${kind}`}>
              {kind === 'check' ? '' : label}
            </span>
          ))}
        </p>
      )}
      <ul className="edit-rows" ref={list}>
        {rows.map((row, place) => (
          <li key={row.id} className={row.hidden ? 'is-hidden' : ''}>
            <RowFields field={field} row={row} put={(values) => put(place, { values })} />
            <div className="actions">
              <RowState row={row} field={field} />
              <button type="button" aria-label={`Move ${itemText(row.values)} up`} disabled={place === 0} onClick={() => move(place, -1)}>
                ↑
              </button>
              <button type="button" aria-label={`Move ${itemText(row.values)} down`} disabled={place === rows.length - 1} onClick={() => move(place, 1)}>
                ↓
              </button>
              {row.official ? (
                <button type="button" aria-label={`${row.hidden ? 'Show' : 'Hide'} ${itemText(row.values)}`} onClick={() => put(place, { hidden: !row.hidden })}>
                  {row.hidden ? 'Show' : 'Hide'}
                </button>
              ) : (
                <button type="button" aria-label={`Remove ${itemText(row.values)}`} onClick={() => change(rows.filter((one) => one !== row))}>
                  Remove
                </button>
              )}
            </div>
          </li>
        ))}
      </ul>
      <button type="button" className="start" onClick={add}>
        Add an item
      </button>
    </>
  );
}

function RowState({ row, field }: { row: Row; field: JobField }) {
  if (row.official === null) return <Tag>Own</Tag>;
  if (row.hidden) return <Tag tone="warn">Hidden</Tag>;
  const edited = propsOf(field).some(({ name }) => (row.values[name] ?? null) !== (row.official?.[name] ?? null));
  return edited ? <Tag tone="warn">Edited</Tag> : null;
}

function RowFields({ field, row, put }: { field: JobField; row: Row; put: (values: Record<string, Json>) => void }) {
  const props = propsOf(field).filter((prop) => row.official === null || !prop.onlyOwn);
  return (
    <div className="edit-fields">
      {props.map((prop) => (
        <div key={prop.name} className={`edit-prop prop-${prop.kind}`}>
          {prop.kind !== 'check' && (
            <span className="prop-label" aria-hidden="true">
              {prop.label}
            </span>
          )}
          <PropInput
            prop={prop}
            label={`${prop.label} of ${itemText(row.values) || 'the new item'}`}
            value={row.values[prop.name]}
            disabled={row.hidden}
            change={(value) => put({ ...row.values, [prop.name]: value })}
          />
        </div>
      ))}
    </div>
  );
}

interface InputProps {
  prop: Prop;
  label: string;
  value: Json | undefined;
  disabled?: boolean;
  change: (value: Json) => void;
}

export function PropInput({ prop, label, value, disabled = false, change }: InputProps) {
  const shared = { 'aria-label': label, disabled, className: `prop-${prop.kind}` };
  if (prop.kind === 'check') {
    return (
      <label className="check">
        <input type="checkbox" {...shared} checked={value === true} onChange={(event) => change(event.target.checked)} />
        <span aria-hidden="true">{prop.label}</span>
      </label>
    );
  }
  if (prop.kind === 'choice') {
    return (
      <select {...shared} value={String(value ?? '')} onChange={(event) => change(event.target.value || null)}>
        <option value="">{prop.label}</option>
        {prop.options?.map((option) => (
          <option key={option} value={option}>
            {words(option)}
          </option>
        ))}
      </select>
    );
  }
  const number = prop.kind === 'number';
  return (
    <input
      {...shared}
      type={number ? 'number' : 'text'}
      step={number ? 'any' : undefined}
      placeholder={prop.label}
      required={prop.required}
      value={value === null || value === undefined ? '' : String(value)}
      onChange={(event) => change(number ? (event.target.value === '' ? null : Number(event.target.value)) : event.target.value)}
    />
  );
}
