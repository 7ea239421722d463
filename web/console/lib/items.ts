/** Values of fields, which the API gives as JSON, in the parts that people see. */

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Item {
  key: string;
  /** Names of values as the API has them. */
  [name: string]: Json;
}

export function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The items of a list; empty for everything else. Areas are the keys of wages. */
export function itemsOf(value: unknown): Item[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isObject).map((one) => ({ ...one, key: String(one['key'] ?? one['area'] ?? '') }));
}

/** What an item is called. */
export function itemText(item: Record<string, Json>): string {
  return String(item['text'] ?? item['statement'] ?? item['name'] ?? item['area'] ?? item['key'] ?? '');
}

/** Figures and marks of an item besides its text, as one line. */
export function itemDetail(item: Record<string, Json>): string {
  const parts = Object.entries(item).filter(([name, value]) => DETAILS.includes(name) && value !== null && value !== undefined && value !== false);
  return parts.map(([name, value]) => (value === true ? words(name) : `${words(name)} ${plain(value)}`)).join(' · ');
}

const DETAILS = ['importance', 'level', 'type', 'kind', 'category', 'hotTechnology', 'inDemand', 'annualMedian', 'employment', 'year'];

function words(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** A value as text, for a line of a difference. */
export function plain(value: Json | undefined): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.map((one) => (isObject(one) ? itemText(one) : plain(one))).join(', ') || 'empty';
  if (isObject(value)) return 'amount' in value ? plain(value['amount']) : Object.entries(value).map(([name, one]) => `${words(name)} ${plain(one)}`).join(', ');
  return String(value);
}

export interface Difference {
  label: string;
  /** Undefined where it was not there. */
  before: string | undefined;
  after: string | undefined;
}

/** What differs between two values, item by item. Keys come before everything else, since texts may change. */
export function differences(before: unknown, after: unknown): Difference[] {
  if (Array.isArray(before) || Array.isArray(after)) return ofLists(itemsOf(before), itemsOf(after));
  if (isObject(before) || isObject(after)) return ofObjects(isObject(before) ? before : {}, isObject(after) ? after : {});
  if (before === after) return [];
  return [{ label: '', before: shown(before as Json), after: shown(after as Json) }];
}

const shown = (value: Json | undefined): string | undefined => (value === undefined || value === null ? undefined : plain(value));
const line = (item: Item | undefined): string | undefined => item && [itemText(item), itemDetail(item)].filter(Boolean).join(' · ');

function ofLists(before: Item[], after: Item[]): Difference[] {
  const then = new Map(before.map((item) => [item.key, item]));
  const now = new Map(after.map((item) => [item.key, item]));
  const keys = [...new Set([...then.keys(), ...now.keys()])];
  const rows = keys.map((key) => ({ label: '', before: line(then.get(key)), after: line(now.get(key)) })).filter((row) => row.before !== row.after);
  if (rows.length > 0 || before.length === 0) return rows;
  const moved = before.some((item, place) => after[place]?.key !== item.key);
  return moved ? [{ label: 'Order', before: before.map(itemText).join(', '), after: after.map(itemText).join(', ') }] : [];
}

/** What follows from every change by itself. */
const BESIDES = ['version', 'socApprovedAt', 'socApprovedBy', 'digest'];

function ofObjects(before: Record<string, Json>, after: Record<string, Json>): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !BESIDES.includes(name));
  return names
    .map((name) => ({ label: words(name), before: shown(before[name]), after: shown(after[name]) }))
    .filter((row) => row.before !== row.after);
}
