import { useMemo, useState } from 'react';
import { type ChangeLineFragment, type JobField, JobHistoryDocument } from '../generated/graphql';
import { useCan } from '../lib/access';
import { useUndo } from '../lib/act';
import { FIELD_NAMES, FIELDS } from '../lib/fields';
import { count, moment, words } from '../lib/format';
import { usePages } from '../lib/pages';
import { recordedDifferences } from '../lib/recorded';
import { Tag } from '../ui/badge';
import { DiffLines } from '../ui/diff';
import { More } from '../ui/more';
import { Empty } from '../ui/states';

/** Who changed what of the job, when and why. */
export function History({ id }: { id: string }) {
  const [field, setField] = useState<JobField | ''>('');
  const can = useCan();
  const variables = useMemo(() => ({ id, first: 50, field: field === '' ? null : field }), [id, field]);
  const pages = usePages(JobHistoryDocument, variables, (data) => data.job?.history);
  const groups = useMemo(() => grouped(pages.nodes), [pages.nodes]);
  if (!can('history:read')) return <Empty title="History is not open to you">It needs the scope history:read.</Empty>;
  return (
    <section aria-label="History">
      <label className="field inline">
        <span>Changes of</span>
        <select value={field} onChange={(event) => setField(event.target.value as JobField | '')}>
          <option value="">Everything</option>
          {FIELD_NAMES.map((name) => (
            <option key={name} value={name}>
              {FIELDS[name].label}
            </option>
          ))}
        </select>
      </label>
      <ol className="history">
        {groups.map((changes) => (
          <Entry key={changes[0].changeset.id} changes={changes} />
        ))}
      </ol>
      {pages.nodes.length === 0 && !pages.loading && !pages.error && <Empty title="Nothing has changed yet" />}
      <More pages={pages} what="the history" />
    </section>
  );
}

type Changes = [ChangeLineFragment, ...ChangeLineFragment[]];

/** Changes of one changeset belong together. */
function grouped(changes: ChangeLineFragment[]): Changes[] {
  const groups: Changes[] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    if (last && last[0].changeset.id === change.changeset.id) last.push(change);
    else groups.push([change]);
  }
  return groups;
}

function Entry({ changes }: { changes: Changes }) {
  const { changeset } = changes[0];
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const undo = useUndo();
  const can = useCan();
  const revert = async () => {
    setBusy(true);
    await undo(changeset.id);
    setBusy(false);
  };
  return (
    <li>
      <div className="entry">
        <p>
          <strong>{words(changeset.action)}</strong> <span className="hint">{named(changes)}</span>
        </p>
        <p className="hint">
          {changeset.actor.name}, <time dateTime={changeset.at}>{moment(changeset.at)}</time>
        </p>
        {changeset.note && <p className="note">“{changeset.note}”</p>}
        <div className="actions">
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            What changed
          </button>
          {changeset.revertedBy ? (
            <Tag>Undone</Tag>
          ) : (
            can('overrides:write', 'jobs:write', 'soc:review') && (
              <button type="button" disabled={busy} onClick={() => void revert()}>
                Undo
              </button>
            )
          )}
        </div>
      </div>
      {open &&
        changes.map((change, place) => (
          <div key={place} className="change">
            <h3>
              {change.field ? FIELDS[change.field].label : 'The job'} <span className="hint">{words(change.action)}</span>
            </h3>
            <DiffLines rows={recordedDifferences(change.before, change.after)} />
          </div>
        ))}
    </li>
  );
}

function named(changes: Changes): string {
  const fields = changes.flatMap(({ field }) => (field ? [FIELDS[field].label] : []));
  return fields.length > 3 ? count(fields.length, 'field') : fields.join(', ');
}
