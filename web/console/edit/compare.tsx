import { useState } from 'react';
import { useQuery } from 'urql';
import { EditFieldDocument, type EditFieldQuery, type JobField, OverrideFieldsDocument, RebaseOverrideDocument, RestoreFieldsDocument } from '../generated/graphql';
import { useTellingAct } from '../lib/act';
import { FIELDS } from '../lib/fields';
import { isObject, itemDetail, itemsOf, itemText, plain } from '../lib/items';
import { Tag } from '../ui/badge';
import { Answered } from '../ui/states';
import { operationsOf, without } from './draft';

/** Official then, official now, and ours: item by item, with what conflicts, and the ways out. */
export function Compare({ jobId, field }: { jobId: string; field: JobField }) {
  const [answer] = useQuery({ query: EditFieldDocument, variables: { id: jobId, names: [field] } });
  return (
    <Answered answer={answer} what="the comparison">
      {({ job }) => (job?.fields[0]?.diff ? <Columns job={job} view={job.fields[0]} diff={job.fields[0].diff} /> : null)}
    </Answered>
  );
}

type Job = NonNullable<EditFieldQuery['job']>;
type View = Job['fields'][number];
type FieldDiff = NonNullable<View['diff']>;

interface Line {
  key: string;
  /** The official part when the override was made, or rebased last. */
  original: string;
  /** The official part now. */
  base: string;
  /** The part that is shown. */
  custom: string;
  conflict: boolean;
  /** An operation of the override is about it. */
  ours: boolean;
}

function Columns({ job, view, diff }: { job: Job; view: View; diff: FieldDiff }) {
  const [all, setAll] = useState(false);
  const [official, setOfficial] = useState<string[]>([]);
  const tell = useTellingAct();
  const { field } = view;
  const lines = linesOf(diff);
  const shown = all ? lines : lines.filter((line) => line.conflict || line.ours || line.base !== line.original || line.base !== line.custom);
  const rebase = () =>
    tell(RebaseOverrideDocument, { id: job.id, field, takeOfficial: official, version: job.version }, `${FIELDS[field].label} rests on the official value of now.`);
  const restore = (key: string) => {
    const value = without(field, diff.operations, key);
    const input = { jobId: job.id, expectedVersion: job.version, note: 'One item restored', values: value ? [value] : [] };
    return value
      ? tell(OverrideFieldsDocument, { input }, 'The item is restored.')
      : tell(RestoreFieldsDocument, { id: job.id, fields: [field], version: job.version, note: 'The last edited item restored' }, 'The item is restored, and with it the field.');
  };
  return (
    <section className="compare" aria-label="Comparison">
      {view.drifted && (
        <div className="notice warn actions">
          <p>The official value has changed since. {diff.conflicts.length > 0 ? 'In the rows that conflict both sides changed the same item: choose which to take.' : 'Nothing conflicts.'}</p>
          <button type="button" onClick={() => void rebase()}>
            Rebase
          </button>
        </div>
      )}
      <div className="value-scroller" tabIndex={0} role="region" aria-label="Three versions">
        <table>
          <thead>
            <tr>
              <th scope="col">Official then</th>
              <th scope="col">Official now</th>
              <th scope="col">Ours</th>
              <th scope="col">
                <span className="sr">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((line) => (
              <tr key={line.key} className={line.conflict ? 'conflicting' : ''}>
                <td>{line.original}</td>
                <td className={line.base === line.original ? '' : 'differs'}>{line.base}</td>
                <td className={line.base === line.custom ? '' : 'differs'}>{line.custom}</td>
                <td className="right">
                  {line.conflict && <Tag tone="bad">Conflict</Tag>}
                  {line.conflict && (
                    <label className="check">
                      <input
                        type="checkbox"
                        checked={official.includes(line.key)}
                        onChange={(event) => setOfficial(event.target.checked ? [...official, line.key] : official.filter((key) => key !== line.key))}
                      />
                      Take the official
                    </label>
                  )}
                  {line.ours && (
                    <button type="button" onClick={() => void restore(line.key)}>
                      Restore the item
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {lines.length > shown.length && (
        <button type="button" className="link" onClick={() => setAll(true)}>
          Show the {lines.length - shown.length} that are the same
        </button>
      )}
    </section>
  );
}

function linesOf(diff: FieldDiff): Line[] {
  const [original, base, custom] = [partsOf(diff.original), partsOf(diff.base), partsOf(diff.custom)];
  const keys = [...new Set([...original.keys(), ...base.keys(), ...custom.keys()])];
  const { add, edit, hide } = operationsOf(diff.operations);
  const ours = new Set([...add.map(({ key }) => key), ...edit.map(({ key }) => key), ...hide]);
  const conflicts = new Set(diff.conflicts.map(({ key }) => key));
  const cell = (parts: Map<string, string>, key: string) => parts.get(key) ?? '–';
  return keys.map((key) => ({
    key,
    original: cell(original, key),
    base: cell(base, key),
    custom: cell(custom, key),
    conflict: conflicts.has(key),
    ours: ours.has(key),
  }));
}

/** The parts of a value by their keys: items of a list, properties of everything else. */
function partsOf(value: unknown): Map<string, string> {
  if (Array.isArray(value)) return new Map(itemsOf(value).map((item) => [item.key, [itemText(item), itemDetail(item)].filter(Boolean).join(' · ')]));
  if (isObject(value)) return new Map(Object.entries(value).map(([name, part]) => [name, `${name}: ${plain(part)}`]));
  return new Map();
}
