import { useMemo } from 'react';
import { useQuery } from 'urql';
import { type DataSource, ItemSourcesDocument, type JobField } from '../generated/graphql';
import { FIELDS } from '../lib/fields';

export type ItemSources = ReadonlyMap<string, DataSource>;

/** Who produced each item of a list. Asked for only where `mixed`: elsewhere all come from one source. */
export function useItemSources(id: string, field: JobField, mixed: boolean): ItemSources | undefined {
  const [{ data }] = useQuery({ query: ItemSourcesDocument, variables: { id }, pause: !mixed });
  return useMemo(() => {
    if (!mixed || !data?.job) return undefined;
    const part = Object.entries(data.job).find(([name]) => name === FIELDS[field].input)?.[1];
    if (typeof part !== 'object') return undefined;
    const items = 'items' in part ? part.items : part.value;
    return new Map(items.map(({ key, source }) => [key, source]));
  }, [data, field, mixed]);
}
