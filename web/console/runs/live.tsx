import { useQuery, useSubscription } from 'urql';
import { Link } from 'wouter';
import { CancelRunDocument, LatestRunsDocument, RunDocument, type RunFragment, RunProgressDocument } from '../generated/graphql';
import { useTellingAct } from '../lib/act';
import { count, moment, number, words } from '../lib/format';
import { useFollowedRuns } from '../lib/runs';
import { ENDED } from '../bulk/operation';
import { Tag } from '../ui/badge';
import { Progress } from '../ui/progress';

export const isRunning = ({ status }: { status: string }): boolean => !ENDED.includes(status);

/** The runs that are known: the last one of the jobs that changed last, and those that were started in this tab. */
export function useRuns() {
  const [answer, again] = useQuery({ query: LatestRunsDocument });
  const followed = useFollowedRuns();
  const known = new Map<string, RunFragment>();
  for (const { enrichment } of answer.data?.jobs.nodes ?? []) if (enrichment.lastRun) known.set(enrichment.lastRun.id, enrichment.lastRun);
  const runs = [...known.values()].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt));
  return { answer, again, runs, started: followed.filter((id) => !known.has(id)) };
}

/** Runs that are under way, with their progress as it goes on. */
export function LiveRuns() {
  const { runs } = useRuns();
  const followed = useFollowedRuns();
  const ids = [...new Set([...followed, ...runs.filter(isRunning).map(({ id }) => id)])];
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

export function RunById({ id }: { id: string }) {
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
