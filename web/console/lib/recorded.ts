/** What the history keeps of a field: not its value, but which layer it was, with the operations of an override. */
import type { DataSource } from '../generated/graphql';
import { SOURCES } from './fields';
import { words } from './format';
import { type Difference, differences, isObject, type Json, plain } from './items';

/** A record of a layer as one line; undefined where it is none. */
function layer(value: unknown): string | undefined {
  if (!isObject(value) || typeof value['source'] !== 'string') return undefined;
  const source = SOURCES[value['source'] as DataSource]?.label ?? value['source'];
  const mode = typeof value['mode'] === 'string' ? words(value['mode']) : undefined;
  const parts = [source, mode, value['provider'], value['release'], value['model'], operations(value['operations'])];
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' · ');
}

function operations(value: Json | undefined): string | undefined {
  if (!isObject(value)) return value === undefined || value === null ? undefined : plain(value);
  const parts = Object.entries(value).filter(([, part]) => part !== null && !(Array.isArray(part) && part.length === 0));
  return parts.map(([name, part]) => `${words(name).toLowerCase()}: ${plain(part)}`).join('; ');
}

/** What a change of the history changed. */
export function recordedDifferences(before: unknown, after: unknown): Difference[] {
  const [then, now] = [layer(before), layer(after)];
  if (then === undefined && now === undefined) return differences(before, after);
  if (then === now) return [{ label: '', before: undefined, after: `${now ?? ''} · with a new value` }];
  return [{ label: '', before: then, after: now }];
}
