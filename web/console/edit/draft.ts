/** What somebody is about to save of one field, and the input that says it to the API. */
import type { FieldValueInput, JobField } from '../generated/graphql';
import { FIELDS, isList } from '../lib/fields';
import { isObject, type Item, itemsOf, itemText, type Json } from '../lib/items';
import { type Prop, propsOf } from './props';

export type Mode = 'patch' | 'replace' | 'blank';

export interface Row {
  /** Of this page only. */
  id: number;
  /** The key that the API knows it by; null for what is new. */
  key: string | null;
  /** The official item; null for one's own. */
  official: Item | null;
  hidden: boolean;
  values: Record<string, Json>;
}

export interface Draft {
  mode: Mode;
  /** Edits on the official list. */
  patch: Row[];
  /** A list of one's own. */
  own: Row[];
  /** A value that is no list. */
  whole: Record<string, Json>;
}

let last = 0;
export const newRow = (values: Record<string, Json> = {}, key: string | null = null, official: Item | null = null): Row => ({
  id: (last += 1),
  key,
  official,
  hidden: false,
  values,
});

export interface Known {
  value: unknown;
  /** The official value now; null where there is none. */
  official: unknown;
  operations: unknown;
  mode: Mode | null;
}

export function draftOf(field: JobField, known: Known): Draft {
  const official = itemsOf(known.official);
  const mode = known.mode ?? (isList(field) && official.length > 0 ? 'patch' : 'replace');
  const whole = Array.isArray(known.value) ? itemsOf(known.value)[0] : known.value;
  return {
    mode,
    patch: patched(field, official, mode === 'patch' ? known.operations : null),
    own: itemsOf(known.value).map((item) => newRow(picked(propsOf(field), item), item.key)),
    whole: picked(propsOf(field), isObject(whole) ? whole : {}),
  };
}

/** Wages have their figures in an object, with whether they are a bound. */
function picked(props: Prop[], from: Record<string, Json>): Record<string, Json> {
  const value = (part: Json | undefined): Json => (isObject(part) ? (part['amount'] ?? null) : (part ?? null));
  return Object.fromEntries(props.map(({ name }) => [name, value(from[name])]).filter(([, part]) => part !== null));
}

export interface Operations {
  add: Item[];
  edit: Item[];
  hide: string[];
  order: string[];
}

export function operationsOf(told: unknown): Operations {
  const parts = isObject(told) ? told : {};
  const keys = (part: Json | undefined): string[] => (Array.isArray(part) ? part.map(String) : []);
  return { add: itemsOf(parts['add']), edit: itemsOf(parts['edit']), hide: keys(parts['hide']), order: keys(parts['order']) };
}

function patched(field: JobField, official: Item[], told: unknown): Row[] {
  const props = propsOf(field);
  const { add, edit, hide, order } = operationsOf(told);
  const edits = new Map(edit.map((item) => [item.key, item]));
  const rows = official.map((item) => {
    const row = newRow({ ...picked(props, item), ...picked(props, edits.get(item.key) ?? {}) }, item.key, item);
    return { ...row, hidden: hide.includes(item.key) };
  });
  const all = [...rows, ...add.map((item) => newRow(picked(props, item), item.key))];
  const place = (row: Row) => (row.key !== null && order.includes(row.key) ? order.indexOf(row.key) : order.length);
  return all.toSorted((a, b) => place(a) - place(b));
}

/** What the draft is in the API's words. */
export function inputOf(field: JobField, draft: Draft): FieldValueInput {
  return { [FIELDS[field].input]: valueOf(field, draft) } as FieldValueInput;
}

function valueOf(field: JobField, draft: Draft): object {
  if (draft.mode === 'blank') return { blank: true };
  if (!isList(field)) return { replace: draft.whole };
  if (draft.mode === 'replace') return { replace: draft.own.map((row) => ownInput(field, row.values)) };
  return { patch: patchOf(field, draft.patch) };
}

/** A list of texts takes its own items as texts. */
function ownInput(field: JobField, values: Record<string, Json>): unknown {
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== ''));
  return FIELDS[field].shape === 'texts' ? String(given['text'] ?? '') : given;
}

function patchOf(field: JobField, rows: Row[]): object {
  const official = rows.filter((row) => row.official !== null);
  return {
    add: rows.filter((row) => row.official === null).map((row) => ownInput(field, row.values)),
    edit: official.filter((row) => !row.hidden).flatMap((row) => edited(field, row)),
    hide: official.filter((row) => row.hidden).map((row) => row.key),
    order: orderOf(rows),
  };
}

function edited(field: JobField, row: Row): object[] {
  const given = Object.entries(row.values).filter(([name, value]) => value !== null && value !== '' && value !== (row.official?.[name] ?? (value === false ? false : null)));
  const names = propsOf(field).filter((prop) => !prop.onlyOwn).map(({ name }) => name);
  const changed = given.filter(([name]) => names.includes(name));
  return changed.length === 0 ? [] : [{ key: row.key, ...Object.fromEntries(changed) }];
}

/** As many keys as it takes to bring the rows into their order: behind them, all is where it is by itself. */
function orderOf(rows: Row[]): string[] {
  const shown = rows.filter((row) => !row.hidden);
  const byItself = [...shown].sort((a, b) => Number(a.official === null) - Number(b.official === null) || a.id - b.id);
  const lastMoved = shown.findLastIndex((row, place) => row !== byItself[place]);
  return shown.slice(0, lastMoved + 1).flatMap((row) => (row.key === null ? [] : [row.key]));
}

/** The operations of an override without what they do to one item; null when nothing is left. */
export function without(field: JobField, told: unknown, key: string): FieldValueInput | null {
  const { add, edit, hide, order } = operationsOf(told);
  const props = propsOf(field);
  const left = {
    add: add.filter((item) => item.key !== key).map((item) => ownInput(field, picked(props, item))),
    edit: edit.filter((item) => item.key !== key),
    hide: hide.filter((one) => one !== key),
    order: order.filter((one) => one !== key),
  };
  if (Object.values(left).every((part) => part.length === 0)) return null;
  return { [FIELDS[field].input]: { patch: left } } as FieldValueInput;
}

/** Which item a problem's path means, and what of it. */
export function whereIn(draft: Draft, path: string[]): string {
  const at = path.findIndex((part) => ['add', 'edit', 'replace'].includes(part));
  const place = Number(path[at + 1]);
  const part = path[at];
  if (at < 0 || !Number.isInteger(place)) return path.slice(at < 0 ? path.length : at + 1).join(' ');
  const rows = part === 'replace' ? draft.own : draft.patch.filter((row) => (part === 'add') === (row.official === null) && !row.hidden && isTouched(row, part));
  const row = rows[place];
  return [row ? `“${itemText(row.values)}”` : `item ${place + 1}`, ...path.slice(at + 2)].join(', ');
}

function isTouched(row: Row, part: string | undefined): boolean {
  return part !== 'edit' || Object.entries(row.values).some(([name, value]) => value !== (row.official?.[name] ?? null) && value !== '');
}
