import { useState } from 'react';
import { BulkApproveSocDocument, type OperationFragment } from '../generated/graphql';
import { OperationView } from '../bulk/operation';
import { useAct } from '../lib/act';
import { count, share } from '../lib/format';
import type { Problem } from '../lib/problems';
import { Dialog } from '../ui/dialog';
import { Problems } from '../ui/states';

const USUAL = 80;

/** Approves everything that the ranker is sure enough of; a dry run comes first. */
export function BatchApproval({ done }: { done: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Approve in a batch
      </button>
      <Dialog
        title="Approve in a batch"
        about="The first candidate of every review that waits is approved where its confidence is at least this. It is one changeset, and undone at once."
        open={open}
        onClose={() => {
          setOpen(false);
          done();
        }}
        wide
      >
        <Batch />
      </Dialog>
    </>
  );
}

function Batch() {
  const act = useAct();
  const [threshold, setThreshold] = useState(USUAL);
  const [tried, setTried] = useState<OperationFragment | null>(null);
  const [real, setReal] = useState<OperationFragment | null>(null);
  const [problems, setProblems] = useState<Problem[]>([]);
  const [busy, setBusy] = useState(false);

  async function send(dryRun: boolean): Promise<void> {
    setBusy(true);
    const outcome = await act(BulkApproveSocDocument, { minConfidence: threshold / 100, dryRun });
    setBusy(false);
    setProblems(outcome.problems);
    const operation = outcome.data?.bulkApproveSoc.operation ?? null;
    if (dryRun) setTried(operation);
    else setReal(operation);
  }

  if (real) return <OperationView id={real.id} first={real} />;
  return (
    <>
      <div className="threshold">
        <label className="field">
          <span>Least confidence: {threshold} %</span>
          <input
            type="range"
            min={10}
            max={99}
            value={threshold}
            onChange={(event) => {
              setThreshold(Number(event.target.value));
              setTried(null);
            }}
          />
        </label>
        <button type="button" disabled={busy} onClick={() => void send(true)}>
          Try it
        </button>
        <button type="button" className="primary" disabled={busy || !tried || tried.total === 0} onClick={() => void send(false)}>
          {tried ? `Approve ${count(tried.total, 'code')}` : 'Approve'}
        </button>
      </div>
      <Problems all={problems} />
      {tried && (
        <p className="notice" role="status">
          {count(tried.total, 'code')} would be approved
          {tried.total > 0 && tried.expectedPrecision !== null && `; ${share(tried.expectedPrecision)} of them are to be expected right`}. Nothing is written yet.
        </p>
      )}
      {tried && tried.total > 0 && <OperationView id={tried.id} first={tried} quiet />}
    </>
  );
}
