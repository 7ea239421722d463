import { useEffect, useRef } from 'react';
import { useQuery, useSubscription } from 'urql';
import { Link } from 'wouter';
import { AnyChangeDocument, LatestChangesDocument, type LatestChangesQuery } from '../generated/graphql';
import { FIELDS } from '../lib/fields';
import { count, moment, words } from '../lib/format';
import { Answered, Empty } from '../ui/states';

/** However much changes, the list is asked for this often at most. */
const PAUSE_MS = 2_000;

export function LatestChanges() {
  const [answer, again] = useQuery({ query: LatestChangesDocument });
  const [{ data: changed }] = useSubscription({ query: AnyChangeDocument });
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (!changed || timer.current !== undefined) return;
    timer.current = window.setTimeout(() => {
      timer.current = undefined;
      again({ requestPolicy: 'network-only' });
    }, PAUSE_MS);
  }, [changed, again]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return (
    <section className="card" aria-labelledby="latest-title">
      <h2 id="latest-title">Latest changes</h2>
      <Answered answer={answer} what="the latest changes">
        {({ changesets }) =>
          changesets.nodes.length === 0 ? (
            <Empty title="Nothing has changed yet" />
          ) : (
            <ul className="results">
              {changesets.nodes.map((changeset) => (
                <Line key={changeset.id} changeset={changeset} />
              ))}
            </ul>
          )
        }
      </Answered>
    </section>
  );
}

type Latest = LatestChangesQuery['changesets']['nodes'][number];

function Line({ changeset: { action, at, note, actor, changes } }: { changeset: Latest }) {
  const [first] = changes.nodes;
  const others = changes.totalCount - 1;
  return (
    <li className="latest">
      <p>
        {first?.job ? <Link to={`/jobs/${encodeURIComponent(first.job.id)}?view=history`}>{first.job.title}</Link> : <strong>{words(action)}</strong>}
        <span className="hint">
          {' '}
          {first?.job && words(action)}
          {first?.field && `, ${FIELDS[first.field].label.toLowerCase()}`}
          {others > 0 && `, and ${count(others, 'more change')}`} · {actor.name}
          {note && ` · “${note}”`}
        </span>
      </p>
      <time className="hint" dateTime={at}>
        {moment(at)}
      </time>
    </li>
  );
}
