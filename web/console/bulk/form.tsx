import { useState } from 'react';
import { type OperationResult, useClient } from 'urql';
import { BulkOverrideDocument, BulkRestoreDocument, CopyOverridesDocument, type JobField, type JobFilter, JobIdsDocument, type JobIdsQuery, type JobIdsQueryVariables, type OperationFragment } from '../generated/graphql';
import { type Draft, inputOf } from '../edit/draft';
import { DraftFields, ModeChoice } from '../edit/fields';
import { useAct } from '../lib/act';
import { FIELD_NAMES, FIELDS, isList } from '../lib/fields';
import type { Problem } from '../lib/problems';
import { Problems } from '../ui/states';
import { JobChoice } from './job-choice';
import { OperationView } from './operation';

type Kind = 'apply' | 'copy' | 'restore';

const KINDS: [Kind, string, string][] = [
  ['apply', 'Apply', 'one override to all of them'],
  ['copy', 'Copy', 'another job’s overrides to all of them'],
  ['restore', 'Restore', 'what is official'],
];

const EMPTY: Draft = { mode: 'patch', patch: [], own: [], whole: {} };

/** What is done to many jobs: a dry run comes first, then the same in earnest. */
export function BulkForm({ filter }: { filter: JobFilter }) {
  const [kind, setKind] = useState<Kind>('apply');
  const [field, setField] = useState<JobField>('SKILLS');
  const [draft, setDraft] = useState(EMPTY);
  const [from, setFrom] = useState<string | null>(null);
  const [fields, setFields] = useState<JobField[]>([]);
  const [note, setNote] = useState('');
  const [tried, setTried] = useState<OperationFragment | null>(null);
  const [real, setReal] = useState<OperationFragment | null>(null);
  const [problems, setProblems] = useState<Problem[]>([]);
  const [busy, setBusy] = useState(false);
  const send = useBulk();
  const changed = () => {
    setTried(null);
    setReal(null);
  };

  async function run(dryRun: boolean): Promise<void> {
    setBusy(true);
    const outcome = await send({ kind, filter, field, draft, from, fields, note: note.trim() || null, dryRun });
    setBusy(false);
    setProblems(outcome.problems);
    if (dryRun) setTried(outcome.operation);
    else setReal(outcome.operation);
  }

  return (
    <form
      className="editor"
      onChange={changed}
      onSubmit={(event) => {
        event.preventDefault();
        void run(true);
      }}
    >
      <fieldset className="modes">
        <legend className="sr">What is done</legend>
        {KINDS.map(([name, label, about]) => (
          <label key={name} className="check">
            <input type="radio" name="kind" checked={kind === name} onChange={() => setKind(name)} />
            <span>
              {label} <span className="second">{about}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {kind === 'apply' && (
        <Apply
          field={field}
          draft={draft}
          choose={(next) => {
            setField(next);
            setDraft({ ...EMPTY, mode: isList(next) ? 'patch' : 'replace' });
          }}
          change={(part) => {
            changed();
            setDraft((old) => ({ ...old, ...part }));
          }}
        />
      )}
      {kind === 'copy' && <JobChoice chosen={from} choose={setFrom} />}
      {kind !== 'apply' && <FieldsChoice fields={fields} choose={setFields} />}
      <label className="field">
        <span>Note for the history (optional)</span>
        <input value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <Problems all={problems} />
      <div className="actions">
        <button type="submit" disabled={busy || (kind === 'copy' && from === null)}>
          Dry run
        </button>
        <button type="button" className="primary" disabled={busy || tried === null || real !== null} onClick={() => void run(false)}>
          {busy ? 'Working…' : 'Do it'}
        </button>
        {tried === null && <p className="hint">A dry run comes first: it tells what would change, job by job.</p>}
      </div>
      {real ? <OperationView id={real.id} first={real} /> : tried && <OperationView id={tried.id} first={tried} />}
    </form>
  );
}

interface Wish {
  kind: Kind;
  filter: JobFilter;
  field: JobField;
  draft: Draft;
  from: string | null;
  fields: JobField[];
  note: string | null;
  dryRun: boolean;
}

interface Begun {
  operation: OperationFragment | null;
  problems: Problem[];
}

function useBulk(): (wish: Wish) => Promise<Begun> {
  const act = useAct();
  const client = useClient();

  /** Copies name each job: those that fit a filter are asked for first. */
  async function idsOf(filter: JobFilter): Promise<string[]> {
    if (filter.ids) return filter.ids;
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const variables: JobIdsQueryVariables = { filter, first: 100, after };
      const answer: OperationResult<JobIdsQuery> = await client.query(JobIdsDocument, variables, { requestPolicy: 'network-only' }).toPromise();
      const page = answer.data?.jobs;
      ids.push(...(page?.nodes.map(({ id }) => id) ?? []));
      after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    return ids;
  }

  return async ({ kind, filter, field, draft, from, fields, note, dryRun }) => {
    const some = fields.length > 0 ? fields : null;
    if (kind === 'apply') {
      const { data, problems } = await act(BulkOverrideDocument, { filter, values: [inputOf(field, draft)], note, dryRun });
      return { operation: data?.bulkOverride.operation ?? null, problems };
    }
    if (kind === 'restore') {
      const { data, problems } = await act(BulkRestoreDocument, { filter, fields: some, note, dryRun });
      return { operation: data?.bulkRestore.operation ?? null, problems };
    }
    const to = (await idsOf(filter)).filter((id) => id !== from);
    const { data, problems } = await act(CopyOverridesDocument, { from: from ?? '', to, fields: some, note, dryRun });
    return { operation: data?.copyOverrides.operation ?? null, problems };
  };
}

function Apply({ field, draft, choose, change }: { field: JobField; draft: Draft; choose: (field: JobField) => void; change: (part: Partial<Draft>) => void }) {
  return (
    <>
      <label className="field short">
        <span>Field</span>
        <select value={field} onChange={(event) => choose(event.target.value as JobField)}>
          {FIELD_NAMES.map((name) => (
            <option key={name} value={name}>
              {FIELDS[name].label}
            </option>
          ))}
        </select>
      </label>
      <ModeChoice field={field} draft={draft} change={(mode) => change({ mode })} patchLabel="Add to what is official" />
      <DraftFields field={field} draft={draft} change={change} />
    </>
  );
}

function FieldsChoice({ fields, choose }: { fields: JobField[]; choose: (fields: JobField[]) => void }) {
  return (
    <fieldset className="field-choice">
      <legend>Fields; all when none is ticked</legend>
      {FIELD_NAMES.map((name) => (
        <label key={name} className="check">
          <input
            type="checkbox"
            checked={fields.includes(name)}
            onChange={(event) => choose(event.target.checked ? [...fields, name] : fields.filter((one) => one !== name))}
          />
          {FIELDS[name].label}
        </label>
      ))}
    </fieldset>
  );
}
