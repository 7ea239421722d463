/** The enrichment runs that were started in this tab: the overview shows them to their end. */
import { useSyncExternalStore } from 'react';

let runs: readonly string[] = [];
const listeners = new Set<() => void>();

export function followRun(id: string): void {
  runs = [id, ...runs.filter((one) => one !== id)];
  for (const listener of listeners) listener();
}

export function useFollowedRuns(): readonly string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => runs,
  );
}
