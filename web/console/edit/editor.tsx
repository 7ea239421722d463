import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { EditFieldDocument, type EditFieldQuery, type JobField, OverrideFieldsDocument, PreviewOverrideDocument } from '../generated/graphql';
import { useAct, useTellingAct } from '../lib/act';
import { FIELDS } from '../lib/fields';
import type { Problem } from '../lib/problems';
import { problemsOf } from '../lib/problems';
import { Dialog } from '../ui/dialog';
import { Diff } from '../ui/diff';
import { Loading, Problems } from '../ui/states';
import { type Draft, draftOf, inputOf, type Mode, whereIn } from './draft';
import { DraftFields, ModeChoice } from './fields';

interface Props {
  jobId: string;
  field: JobField;
  close: () => void;
}

type EditedJob = NonNullable<EditFieldQuery['job']>;
type Known = EditedJob['fields'][number];

/** Opens on what is known at that moment: who saves later is told when it is another by then. */
export function EditDialog({ jobId, field, close }: Props) {
  const client = useClient();
  const [job, setJob] = useState<EditedJob | null>(null);
  const [problems, setProblems] = useState<Problem[]>([]);
  useEffect(() => {
    const asked = client.query(EditFieldDocument, { id: jobId, names: [field] }, { requestPolicy: 'network-only' });
    void asked.toPromise().then(({ data, error }) => {
      setProblems(error ? problemsOf(error) : []);
      setJob(data?.job ?? null);
    });
  }, [client, jobId, field]);
  const known = job?.fields[0];
  return (
    <Dialog
      title={`Edit ${FIELDS[field].label.toLowerCase()}`}
      about="What is saved lies over the official data, and can be restored at any time."
      open
      onClose={close}
      wide
    >
      <Problems all={problems} />
      {job && known ? <Editor job={job} known={known} close={close} /> : problems.length === 0 && <Loading what="the field" />}
    </Dialog>
  );
}

const OFFICIAL = ['ONET', 'BLS'];

function firstDraft(known: Known): Draft {
  const overridden = known.overridden ? known.diff : null;
  const official = known.provenance && OFFICIAL.includes(known.provenance.source) ? known.value : null;
  const mode = (known.overridden ? (known.provenance?.override?.mode.toLowerCase() as Mode | undefined) : undefined) ?? null;
  return draftOf(known.field, { value: known.value, official: overridden ? overridden.base : official, operations: overridden?.operations, mode });
}

function Editor({ job, known, close }: { job: EditedJob; known: Known; close: () => void }) {
  const { field } = known;
  const act = useAct();
  const tell = useTellingAct();
  const client = useClient();
  const [draft, setDraft] = useState(() => firstDraft(known));
  const [note, setNote] = useState('');
  const [version, setVersion] = useState(job.version);
  const [problems, setProblems] = useState<Problem[]>([]);
  const [preview, setPreview] = useState<{ before: unknown; after: unknown } | null>(null);
  const [theirs, setTheirs] = useState<{ value: unknown } | null>(null);
  const [busy, setBusy] = useState(false);
  const change = (part: Partial<Draft>) => {
    setDraft((old) => ({ ...old, ...part }));
    setPreview(null);
  };
  const placed = problems.map((problem) => ({ ...problem, message: [whereIn(draft, problem.path), problem.message].filter(Boolean).join(': '), path: [] }));

  async function look(): Promise<void> {
    setBusy(true);
    const outcome = await act(PreviewOverrideDocument, { ids: [job.id], values: [inputOf(field, draft)] });
    setBusy(false);
    const result = outcome.data?.bulkOverride.operation?.results.nodes[0];
    setProblems(result?.error ? [result.error] : outcome.problems);
    setPreview(result && !result.error ? { before: result.before, after: result.after } : null);
  }

  async function save(): Promise<void> {
    setBusy(true);
    const input = { jobId: job.id, expectedVersion: version, note: note.trim() || null, values: [inputOf(field, draft)] };
    const outcome = await tell(OverrideFieldsDocument, { input }, `${FIELDS[field].label} saved.`);
    setBusy(false);
    setProblems(outcome.problems);
    if (outcome.problems.length === 0) close();
    else if (outcome.problems.some(({ code }) => code === 'CONFLICT')) await compare();
  }

  /** What somebody else made of it meanwhile. */
  async function compare(): Promise<void> {
    const { data } = await client.query(EditFieldDocument, { id: job.id, names: [field] }, { requestPolicy: 'network-only' }).toPromise();
    const now = data?.job;
    if (!now?.fields[0]) return;
    setTheirs({ value: now.fields[0].value });
    setVersion(now.version);
  }

  return (
    <form
      className="editor"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="scrolled">
        <ModeChoice field={field} draft={draft} change={(mode) => change({ mode })} />
        <DraftFields field={field} draft={draft} change={change} />
        {preview && (
          <section className="preview" aria-label="Preview">
            <h3>What would change</h3>
            <Diff before={preview.before} after={preview.after} />
          </section>
        )}
        <label className="field">
          <span>Note for the history (optional)</span>
          <input value={note} onChange={(event) => setNote(event.target.value)} />
        </label>
        {theirs ? (
          <div className="notice warn conflict" role="alert">
            <p>Somebody else changed this job meanwhile. Yours is still here, and not saved. This is what they changed of this field:</p>
            <Diff before={known.value} after={theirs.value} />
          </div>
        ) : (
          <Problems all={placed} />
        )}
      </div>
      <footer>
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button type="button" disabled={busy} onClick={() => void look()}>
          Preview
        </button>
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'Working…' : theirs ? 'Apply mine all the same' : 'Save'}
        </button>
      </footer>
    </form>
  );
}
