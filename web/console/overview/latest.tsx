import { useEffect, useRef } from 'react';
import { useQuery, useSubscription } from 'urql';
import { Link } from 'wouter';
import { AnyChangeDocument, LatestChangesDocument } from '../generated/graphql';
import { FIELDS } from '../lib/fields';
import { moment, words } from '../lib/format';
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
        {({ jobs }) =>
          jobs.nodes.length === 0 ? (
            <Empty title="Nothing has changed yet" />
          ) : (
            <ul className="results">
              {jobs.nodes.map(({ id, title, updatedAt, history }) => {
                const [change] = history.nodes;
                return (
                  <li key={id} className="latest">
                    <p>
                      <Link to={`/jobs/${encodeURIComponent(id)}?view=history`}>{title}</Link>
                      {change && (
                        <span className="hint">
                          {' '}
                          {words(change.changeset.action)}
                          {change.field && `, ${FIELDS[change.field].label.toLowerCase()}`} · {change.changeset.actor.name}
                        </span>
                      )}
                    </p>
                    <time className="hint" dateTime={updatedAt}>
                      {moment(updatedAt)}
                    </time>
                  </li>
                );
              })}
            </ul>
          )
        }
      </Answered>
    </section>
  );
}
