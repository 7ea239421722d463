import { memo, useCallback, useEffect, useRef, useState } from 'react';
import { type ReviewItemFragment, ReviewsDocument } from '../generated/graphql';
import { count, number } from '../lib/format';
import { usePages } from '../lib/pages';
import { Dialog } from '../ui/dialog';
import { Empty, Failed, Loading } from '../ui/states';
import { BatchApproval } from './batch';
import { Detail } from './detail';
import { KEYS, useKeys } from './keys';
import { type Entry, firstOf, useQueue } from './queue';

const PAGE = 50;
/** So many before the end of what is loaded, more is asked for. */
const AHEAD = 15;
const PENDING = { first: PAGE, status: 'PENDING' as const };

export function ReviewsPage() {
  const pages = usePages(ReviewsDocument, PENDING, (data) => data.socReviews);
  const queue = useQueue(pages.nodes);
  const { entries, at, current } = queue;
  // By the job: when a decision is undone, the job gets another review.
  const [choice, setChoice] = useState<{ job: string; code: string } | null>(null);
  const [help, setHelp] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const code = choice !== null && choice.job === current?.review.job.id ? choice.code : firstOf(current?.review);
  const choose = useCallback((job: string, next: string) => setChoice({ job, code: next }), []);
  const following = entries[at + 1];
  const { hasMore, loading, more } = pages;
  useEffect(() => {
    document.title = 'SOC review · rolegraph';
  }, []);
  useEffect(() => {
    if (hasMore && !loading && at >= entries.length - AHEAD) more();
  }, [hasMore, loading, at, entries.length, more]);

  useKeys((key) => {
    if (key === '?') setHelp(true);
    else if (key === 'j' || key === 'k') queue.go(at + (key === 'j' ? 1 : -1));
    else if (key === 'u') void queue.undo();
    else if (key === '/') search.current?.focus();
    else if (!current || current.decided) return false;
    else if (key === 'a' && code) queue.approve(current.review.id, code);
    else if (key === 'r') queue.reject(current.review.id);
    else if (/^[1-9]$/.test(key)) {
      const wanted = current.review.candidates[Number(key) - 1];
      if (wanted) choose(current.review.job.id, wanted.occupation.code);
    } else return false;
    return true;
  });

  const waiting = Math.max(0, (pages.total ?? 0) - entries.filter(({ decided }) => decided).length);
  return (
    <div className="reviews">
      <div className="page-head">
        <h1>SOC review</h1>
        <p className="hint" role="status">
          {pages.total === null ? '' : `${number(waiting)} waiting, ${number(queue.decided)} decided by you just now`}
        </p>
        <div className="actions">
          <button type="button" onClick={() => setHelp(true)}>
            Keys <kbd>?</kbd>
          </button>
          <button type="button" disabled={queue.decided === 0} onClick={() => void queue.undo()}>
            Undo <kbd>u</kbd>
          </button>
          <BatchApproval done={pages.again} />
        </div>
      </div>
      <Refused entries={entries} current={current} go={queue.go} />
      {entries.length === 0 || !current ? (
        <Nothing pages={pages} />
      ) : (
        <div className="review-grid">
          <QueueList entries={entries} at={at} go={queue.go} />
          <Detail
            key={at}
            entry={current}
            code={code}
            choose={choose}
            search={search}
            approve={queue.approve}
            reject={queue.reject}
            next={following && !following.decided ? following.review : undefined}
          />
        </div>
      )}
      <Help open={help} close={() => setHelp(false)} />
    </div>
  );
}

/** What could not be done, for who has gone on meanwhile: the way back. */
function Refused({ entries, current, go }: { entries: Entry[]; current: Entry | undefined; go: (to: number) => void }) {
  const refused = entries.filter((entry) => entry.problems.length > 0 && entry !== current);
  const [first] = refused;
  if (!first) return null;
  return (
    <div className="notice bad problems refused" role="alert">
      <p>
        {refused.length === 1
          ? `“${first.review.title}” was not decided: ${first.problems[0]?.message}`
          : `${count(refused.length, 'decision')} could not be made: see there.`}
      </p>
      <button type="button" onClick={() => go(entries.indexOf(first))}>
        Go there
      </button>
    </div>
  );
}

function Nothing({ pages }: { pages: ReturnType<typeof usePages<unknown, Record<string, never>, ReviewItemFragment>> }) {
  if (pages.error) return <Failed error={pages.error} again={pages.more} />;
  if (pages.loading || pages.nodes.length > 0) return <Loading what="reviews" />;
  return <Empty title="Nothing waits for a decision">New and changed roles get a review by themselves.</Empty>;
}

function QueueList({ entries, at, go }: { entries: Entry[]; at: number; go: (to: number) => void }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <ol className="queue" ref={list} aria-label="Reviews">
      {entries.map((entry, place) => (
        <QueueItem key={entry.review.id} entry={entry} place={place} current={place === at} go={go} />
      ))}
    </ol>
  );
}

/** Made anew only where something changed: the queue may be long, and each key has to be answered at once. */
const QueueItem = memo(function QueueItem({ entry, place, current, go }: { entry: Entry; place: number; current: boolean; go: (to: number) => void }) {
  const { review, decided, problems } = entry;
  return (
    <li>
      <button type="button" aria-current={current ? 'true' : undefined} onClick={() => go(place)}>
        <span className="queue-title">{review.title}</span>
        <span className={problems.length > 0 ? 'second bad-text' : 'second'}>{problems[0]?.message ?? mark(decided, review)}</span>
      </button>
    </li>
  );
});

function mark(decided: Entry['decided'], review: ReviewItemFragment): string {
  if (decided?.undoing) return 'Undoing…';
  if (decided) return decided.kind === 'approved' ? `✓ ${decided.code}` : '✗ rejected';
  const best = review.candidates[0];
  return best ? `${Math.round(best.confidence * 100)} % sure` : 'No candidate';
}

function Help({ open, close }: { open: boolean; close: () => void }) {
  return (
    <Dialog title="Keys" about="The whole queue is done from the keyboard. Keys rest while you type." open={open} onClose={close}>
      <dl className="facts keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
