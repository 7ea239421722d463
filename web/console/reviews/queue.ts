/** The queue of reviews as one person works through it: what was decided stays in its place, so that it can be undone. */
import { useCallback, useEffect, useReducer } from 'react';
import { useClient } from 'urql';
import { ApproveSocDocument, RejectSocDocument, type ReviewItemFragment, ReviewOfJobDocument } from '../generated/graphql';
import { useAct, useUndo } from '../lib/act';
import type { Problem } from '../lib/problems';

export interface Entry {
  review: ReviewItemFragment;
  /** What was decided here; undefined while it waits. */
  decided?: Decision | undefined;
  problems: Problem[];
}

interface Decision {
  kind: 'approved' | 'rejected';
  code: string | null;
  /** Null while the server has not answered. */
  changeset: string | null;
}

interface Queue {
  entries: Entry[];
  at: number;
  /** Places of entries, in the order in which they were decided. */
  trail: number[];
}

type Step =
  | { do: 'told'; reviews: ReviewItemFragment[] }
  | { do: 'go'; to: number }
  | { do: 'decide'; id: string; decision: Decision }
  | { do: 'answered'; id: string; changeset: string | null; problems: Problem[] }
  | { do: 'undone'; id: string; review: ReviewItemFragment };

const EMPTY: Queue = { entries: [], at: 0, trail: [] };

function step(queue: Queue, what: Step): Queue {
  const { entries } = queue;
  switch (what.do) {
    case 'told': {
      const known = new Set(entries.map(({ review }) => review.id));
      // A job has one review that waits: another one takes the place of what was undone.
      const fresh = what.reviews.filter(({ id }) => !known.has(id));
      return { ...queue, entries: [...entries, ...fresh.map((review) => ({ review, problems: [] }))] };
    }
    case 'go':
      return { ...queue, at: Math.max(0, Math.min(what.to, entries.length - 1)) };
    case 'decide': {
      const place = entries.findIndex(({ review }) => review.id === what.id);
      const changed = put(entries, place, { decided: what.decision, problems: [] });
      return { entries: changed, at: next(changed, place), trail: [...queue.trail, place] };
    }
    case 'answered': {
      const place = entries.findIndex(({ review }) => review.id === what.id);
      const entry = entries[place];
      if (!entry?.decided) return queue;
      if (what.problems.length === 0) return { ...queue, entries: put(entries, place, { decided: { ...entry.decided, changeset: what.changeset } }) };
      const back = put(entries, place, { decided: undefined, problems: what.problems });
      return { entries: back, at: place, trail: queue.trail.filter((one) => one !== place) };
    }
    case 'undone': {
      const place = entries.findIndex(({ review }) => review.id === what.id);
      const others = entries.map((entry, index) => (index === place ? { review: what.review, problems: [] } : entry));
      return { entries: others, at: place, trail: queue.trail.filter((one) => one !== place) };
    }
  }
}

function put(entries: Entry[], place: number, change: Partial<Entry>): Entry[] {
  return entries.map((entry, index) => (index === place ? { ...entry, ...change } : entry));
}

/** The next one that waits, behind this one or else before it. */
function next(entries: Entry[], place: number): number {
  const behind = entries.findIndex((entry, index) => index > place && !entry.decided);
  if (behind >= 0) return behind;
  const before = entries.findIndex((entry) => !entry.decided);
  return before >= 0 ? before : place;
}

export function useQueue(told: ReviewItemFragment[]) {
  const [queue, dispatch] = useReducer(step, EMPTY);
  const client = useClient();
  const act = useAct();
  const revert = useUndo();
  useEffect(() => dispatch({ do: 'told', reviews: told }), [told]);
  const current = queue.entries[queue.at];

  const approve = useCallback(
    async (id: string, code: string) => {
      dispatch({ do: 'decide', id, decision: { kind: 'approved', code, changeset: null } });
      const { data, problems } = await act(ApproveSocDocument, { id, code });
      dispatch({ do: 'answered', id, changeset: data?.approveSoc.changeset?.id ?? null, problems });
    },
    [act],
  );
  const reject = useCallback(
    async (id: string) => {
      dispatch({ do: 'decide', id, decision: { kind: 'rejected', code: null, changeset: null } });
      const { data, problems } = await act(RejectSocDocument, { id });
      dispatch({ do: 'answered', id, changeset: data?.rejectSoc.changeset?.id ?? null, problems });
    },
    [act],
  );
  const undo = useCallback(async () => {
    const entry = queue.entries[queue.trail.at(-1) ?? -1];
    if (!entry?.decided?.changeset) return;
    const problems = await revert(entry.decided.changeset);
    if (problems.length > 0) return;
    // The job waits for a decision again, in a review of its own.
    const answer = await client.query(ReviewOfJobDocument, { id: entry.review.job.id }, { requestPolicy: 'network-only' }).toPromise();
    const review = answer.data?.job?.soc.review;
    if (review) dispatch({ do: 'undone', id: entry.review.id, review });
  }, [queue, revert, client]);
  const go = useCallback((to: number) => dispatch({ do: 'go', to }), []);
  return { ...queue, current, approve, reject, undo, go, decided: queue.trail.length };
}
