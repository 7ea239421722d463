/** The queue of reviews as one person works through it: what was decided stays in its place, so that it can be undone. */
import { useCallback, useEffect, useReducer, useRef } from 'react';
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

export interface Decision {
  kind: 'approved' | 'rejected';
  code: string | null;
  /** Null while the server has not answered. */
  changeset: string | null;
  /** It is being taken back. */
  undoing?: boolean;
}

interface Queue {
  entries: Entry[];
  at: number;
  /** Places of entries, in the order in which they were decided. */
  trail: number[];
  /** Ids of reviews whose decision was undone: another review has the place of each. */
  gone: string[];
}

/** What a decision made. */
interface Made {
  changeset: string | null;
  problems: Problem[];
}

type Step =
  | { do: 'told'; reviews: ReviewItemFragment[] }
  | { do: 'go'; to: number }
  | { do: 'decide'; id: string; decision: Decision }
  | { do: 'answered'; id: string; changeset: string | null; problems: Problem[] }
  | { do: 'undo'; id: string; undoing: boolean }
  | { do: 'undone'; id: string; review: ReviewItemFragment };

const EMPTY: Queue = { entries: [], at: 0, trail: [], gone: [] };

function step(queue: Queue, what: Step): Queue {
  const { entries } = queue;
  switch (what.do) {
    case 'told': {
      const known = new Set([...entries.map(({ review }) => review.id), ...queue.gone]);
      const fresh = what.reviews.filter(({ id }) => !known.has(id));
      return { ...queue, entries: [...entries, ...fresh.map((review) => ({ review, problems: [] }))] };
    }
    case 'go':
      return { ...queue, at: Math.max(0, Math.min(what.to, entries.length - 1)) };
    case 'decide': {
      const place = entries.findIndex(({ review }) => review.id === what.id);
      const changed = put(entries, place, { decided: what.decision, problems: [] });
      return { ...queue, entries: changed, at: next(changed, place), trail: [...queue.trail, place] };
    }
    case 'answered': {
      const place = entries.findIndex(({ review }) => review.id === what.id);
      const entry = entries[place];
      if (!entry?.decided) return queue;
      if (what.problems.length === 0) return { ...queue, entries: put(entries, place, { decided: { ...entry.decided, changeset: what.changeset } }) };
      // It waits again, and says why. Who decides has gone on, and is not led away: the next key would mean another review.
      const back = put(entries, place, { decided: undefined, problems: what.problems });
      return { ...queue, entries: back, trail: queue.trail.filter((one) => one !== place) };
    }
    case 'undo': {
      const place = entries.findIndex(({ review }) => review.id === what.id);
      const decided = entries[place]?.decided;
      return decided ? { ...queue, at: place, entries: put(entries, place, { decided: { ...decided, undoing: what.undoing } }) } : queue;
    }
    case 'undone': {
      const place = entries.findIndex(({ review }) => review.id === what.id);
      const others = entries.map((entry, index) => (index === place ? { review: what.review, problems: [] } : entry));
      const gone = what.review.id === what.id ? queue.gone : [...queue.gone, what.id];
      return { entries: others, at: place, trail: queue.trail.filter((one) => one !== place), gone };
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

/** The code of the candidate that the ranker has first. */
export function firstOf(review: ReviewItemFragment | undefined): string | null {
  return review?.candidates[0]?.occupation.code ?? null;
}

export function useQueue(told: ReviewItemFragment[]) {
  const [queue, dispatch] = useReducer(step, EMPTY);
  const client = useClient();
  const act = useAct();
  const revert = useUndo();
  useEffect(() => dispatch({ do: 'told', reviews: told }), [told]);
  const current = queue.entries[queue.at];
  /** The changesets of decisions, also of those that are still on their way. */
  const made = useRef(new Map<string, Promise<string | null>>());

  /** Shows the decision at once, and sends it. */
  const decide = useCallback((id: string, kind: Decision['kind'], code: string | null, send: () => Promise<Made>) => {
    dispatch({ do: 'decide', id, decision: { kind, code, changeset: null } });
    const answered = send().then(({ changeset, problems }) => {
      dispatch({ do: 'answered', id, changeset, problems });
      return changeset;
    });
    made.current.set(id, answered);
  }, []);
  const approve = useCallback(
    (id: string, code: string) =>
      decide(id, 'approved', code, async () => {
        const { data, problems } = await act(ApproveSocDocument, { id, code });
        return { changeset: data?.approveSoc.changeset?.id ?? null, problems };
      }),
    [act, decide],
  );
  const reject = useCallback(
    (id: string) =>
      decide(id, 'rejected', null, async () => {
        const { data, problems } = await act(RejectSocDocument, { id });
        return { changeset: data?.rejectSoc.changeset?.id ?? null, problems };
      }),
    [act, decide],
  );
  const undo = useCallback(async () => {
    const entry = queue.trail.map((place) => queue.entries[place]).findLast((one) => one?.decided && !one.decided.undoing);
    if (!entry) return;
    const { id } = entry.review;
    dispatch({ do: 'undo', id, undoing: true });
    const changeset = await made.current.get(id);
    // A decision that was refused has nothing to take back.
    if (!changeset) return;
    const problems = await revert(changeset);
    if (problems.length > 0) return dispatch({ do: 'undo', id, undoing: false });
    // The job waits for a decision again, in a review of its own.
    const answer = await client.query(ReviewOfJobDocument, { id: entry.review.job.id }, { requestPolicy: 'network-only' }).toPromise();
    const review = answer.data?.job?.soc.review;
    if (review) dispatch({ do: 'undone', id: entry.review.id, review });
  }, [queue, revert, client]);
  const go = useCallback((to: number) => dispatch({ do: 'go', to }), []);
  return { ...queue, current, approve, reject, undo, go, decided: queue.trail.length };
}
