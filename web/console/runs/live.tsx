import { useQuery, useSubscription } from 'urql';
import { Link } from 'wouter';
import { CancelRunDocument, RunDocument, type RunFragment, RunProgressDocument, RunsDocument } from '../generated/graphql';
import { useTellingAct } from '../lib/act';
import { count, moment, number, words } from '../lib/format';
import { useFollowedRuns } from '../lib/runs';
import { ENDED } from '../bulk/operation';
import { Tag } from '../ui/badge';
import { Progress } from '../ui/progress';

export const isRunning = ({ status }: { status: string }): boolean => !ENDED.includes(status);

export const LATEST = { first: 20 };

/** Runs that are under way, and those that were started in this tab, with their progress as it goes on. */
export function LiveRuns() {
  const [{ data }] = useQuery({ query: RunsDocument, variables: LATEST });
  const followed = useFollowedRuns();
  const running = (data?.enrichmentRuns.nodes ?? []).filter(isRunning);
  const ids = [...new Set([...followed, ...running.map(({ id }) => id)])];
  if (ids.length === 0) return null;
  return (
    <section className="card" aria-labelledby="live-title">
      <h2 id="live-title">Enrichment runs</h2>
      <ul className="results">
        {ids.map((id) => (
          <li key={id}>
            <RunById id={id} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function RunById({ id }: { id: string }) {
  const [{ data }] = useQuery({ query: RunDocument, variables: { id } });
  const run = data?.enrichmentRun;
  return run ? <RunLine run={run} /> : null;
}

export function RunLine({ run }: { run: RunFragment }) {
  const running = isRunning(run);
  const tell = useTellingAct();
  useSubscription({ query: RunProgressDocument, variables: { id: run.id }, pause: !running });
  return (
    <div className="run">
      <p className="tags">
        <Link to={`/runs/${encodeURIComponent(run.id)}`}>{moment(run.createdAt)}</Link>
        <RunTag run={run} />
        <span>
          {number(run.done)} of {count(run.total, 'job')}
          {run.failed > 0 && `, ${number(run.failed)} with a field that could not be asked for`}
        </span>
      </p>
      {running && <Progress done={run.done} total={run.total} label="Progress of the run" />}
      {running && (
        <button type="button" onClick={() => void tell(CancelRunDocument, { id: run.id }, 'The run is cancelled.')}>
          Cancel
        </button>
      )}
    </div>
  );
}

export function RunTag({ run: { status } }: { run: RunFragment }) {
  return <Tag tone={status === 'COMPLETE' ? 'good' : status === 'FAILED' ? 'bad' : 'warn'}>{words(status)}</Tag>;
}
