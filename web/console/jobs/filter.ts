/** The filter of the list, as it stands in the address. */
import type { DataSource, JobField, JobFilter, JobKind, JobOrder, JobOrderField, SocStatus } from '../generated/graphql';
import { FIELD_NAMES } from '../lib/fields';

export const KINDS: JobKind[] = ['OCCUPATION', 'FEATURED_ROLE'];
export const STATUSES: SocStatus[] = ['APPROVED', 'IN_REVIEW', 'PROPOSED', 'UNASSIGNED'];
export const SOURCES: DataSource[] = ['ONET', 'BLS', 'AI', 'CUSTOM'];
const ORDERS: JobOrderField[] = ['TITLE', 'UPDATED_AT', 'CREATED_AT'];

function among<Name extends string>(names: readonly Name[], text: string | null): Name | null {
  return names.find((name) => name === text) ?? null;
}

/** Reads a filter; what it does not know it leaves out. */
export function readFilter(params: URLSearchParams): JobFilter {
  const field = (name: string): JobField | null => among(FIELD_NAMES, params.get(name));
  const missing = params.getAll('missing').filter((name): name is JobField => among(FIELD_NAMES, name) !== null);
  const stale = params.get('stale');
  const filter = {
    search: params.get('q')?.trim() || null,
    kind: among(KINDS, params.get('kind')),
    socStatus: among(STATUSES, params.get('soc')),
    socCode: params.get('code')?.trim() || null,
    source: among(SOURCES, params.get('source')),
    company: params.get('company'),
    missing: missing.length > 0 ? missing : null,
    overridden: field('overridden'),
    drifted: field('drifted'),
    stale: stale === 'true' ? true : stale === 'false' ? false : null,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== null));
}

export function readOrder(params: URLSearchParams): JobOrder {
  return {
    field: among(ORDERS, params.get('sort')) ?? 'TITLE',
    direction: params.get('direction') === 'DESC' ? 'DESC' : 'ASC',
  };
}

/** The address of the list with that filter. */
export function jobsAddress(filter: Record<string, string>): string {
  return `/jobs?${new URLSearchParams(filter)}`;
}
