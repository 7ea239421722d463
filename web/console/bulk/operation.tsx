import { useMemo, useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { Link } from 'wouter';
import { BulkOperationDocument, type OperationFragment, OperationProgressDocument, OperationResultsDocument, type OperationResultsQuery } from '../generated/graphql';
import { useUndo } from '../lib/act';
import { FIELDS } from '../lib/fields';
import { count, number, words } from '../lib/format';
import { type Difference as Row, differences } from '../lib/items';
import { usePages } from '../lib/pages';
import { Tag } from '../ui/badge';
import { DiffLines } from '../ui/diff';
import { More } from '../ui/more';
import { Progress } from '../ui/progress';
import { Empty } from '../ui/states';

export const ENDED = ['COMPLETE', 'PARTIAL', 'FAILED', 'CANCELLED'];

interface Props {
  id: string;
  /** What is known already. */
  first: OperationFragment;
  /** Only the results, without the state and the way back. */
  quiet?: boolean;
}

/** A bulk operation while it runs and when it is done: progress, what came of every job, and the way back. */
export function OperationView({ id, first, quiet = false }: Props) {
  const [{ data }] = useQuery({ query: BulkOperationDocument, variables: { id }, pause: quiet });
  const operation = data?.bulkOperation ?? first;
  const running = !ENDED.includes(operation.status);
  useSubscription({ query: OperationProgressDocument, variables: { id }, pause: !running });
  return (
    <div className="operation">
      {!quiet && <State operation={operation} />}
      {!running && <Results id={id} failed={operation.failed} />}
    </div>
  );
}

function State({ operation }: { operation: OperationFragment }) {
  const { status, total, done, failed, changeset, dryRun } = operation;
  const undo = useUndo();
  const [busy, setBusy] = useState(false);
  const revert = async () => {
    if (!changeset) return;
    setBusy(true);
    await undo(changeset.id);
    setBusy(false);
  };
  return (
    <div className="operation-state" role="status">
      <p className="tags">
        <Tag tone={status === 'COMPLETE' ? 'good' : status === 'FAILED' ? 'bad' : 'warn'}>{words(status)}</Tag>
        {dryRun && <Tag>Dry run</Tag>}
        <span>
          {number(done)} of {count(total, 'job')}
          {failed > 0 && `, ${number(failed)} failed`}
        </span>
      </p>
      <Progress done={done} total={total} label="Progress of the operation" />
      {changeset && !dryRun && (
        <div className="actions">
          {changeset.revertedBy ? (
            <Tag>Undone</Tag>
          ) : (
            <button type="button" disabled={busy} onClick={() => void revert()}>
              Undo all of it
            </button>
          )}
        </div>
      )}
    </div>
  );
}

type Result = NonNullable<OperationResultsQuery['bulkOperation']>['results']['nodes'][number];

function Results({ id, failed }: { id: string; failed: number }) {
  const [onlyFailed, setOnlyFailed] = useState(false);
  const variables = useMemo(() => ({ id, first: 50, onlyFailed }), [id, onlyFailed]);
  const pages = usePages(OperationResultsDocument, variables, (data) => data.bulkOperation?.results);
  return (
    <section aria-label="Results">
      {failed > 0 && (
        <label className="check">
          <input type="checkbox" checked={onlyFailed} onChange={(event) => setOnlyFailed(event.target.checked)} />
          Only what failed
        </label>
      )}
      <ul className="results">
        {pages.nodes.map((result, place) => (
          <ResultLine key={`${result.job.id}${result.field}${place}`} result={result} />
        ))}
      </ul>
      {pages.nodes.length === 0 && !pages.loading && !pages.error && <Empty title="No job is concerned" />}
      <More pages={pages} what="results" />
    </section>
  );
}

function ResultLine({ result: { job, field, changed, before, after, error } }: { result: Result }) {
  return (
    <li>
      <p className="result-head">
        <Link to={`/jobs/${encodeURIComponent(job.id)}`}>{job.title}</Link>
        {field && <span className="second">{FIELDS[field].label}</span>}
        {error ? <Tag tone="bad">Failed</Tag> : changed ? <Tag tone="good">Changed</Tag> : <Tag>Unchanged</Tag>}
      </p>
      {error && <p className="bad-text">{error.message}</p>}
      {changed && !error && <Difference rows={differences(before, after)} />}
    </li>
  );
}

/** So few are shown at once. */
const FEW = 3;

function Difference({ rows }: { rows: Row[] }) {
  if (rows.length <= FEW) return <DiffLines rows={rows} />;
  return (
    <details>
      <summary>{count(rows.length, 'difference')}</summary>
      <DiffLines rows={rows} />
    </details>
  );
}
