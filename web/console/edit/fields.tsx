import type { JobField } from '../generated/graphql';
import { isList } from '../lib/fields';
import { isObject, plain } from '../lib/items';
import type { Draft, Mode } from './draft';
import { propsOf } from './props';
import { PropInput, RowsEditor } from './rows';

const MODES: [Mode, string, string][] = [
  ['patch', 'Edit the official list', 'What you do not touch follows the official data.'],
  ['replace', 'Replace it', 'Nothing follows.'],
  ['blank', 'Leave it empty', 'Deliberately: no gap.'],
];

interface ModeProps {
  field: JobField;
  draft: Draft;
  change: (mode: Mode) => void;
  /** For many jobs: their official lists are not at hand. */
  patchLabel?: string;
}

export function ModeChoice({ field, draft, change, patchLabel }: ModeProps) {
  const patchable = isList(field) && (draft.patch.length > 0 || patchLabel !== undefined);
  const offered = MODES.filter(([mode]) => mode !== 'patch' || patchable);
  return (
    <fieldset className="modes">
      <legend className="sr">How it is overridden</legend>
      {offered.map(([mode, label, about]) => (
        <label key={mode} className="check">
          <input type="radio" name="mode" checked={draft.mode === mode} onChange={() => change(mode)} />
          <span>
            {mode === 'patch' ? (patchLabel ?? label) : label} <span className="second">{about}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function DraftFields({ field, draft, change }: { field: JobField; draft: Draft; change: (part: Partial<Draft>) => void }) {
  if (draft.mode === 'blank') return null;
  if (draft.mode === 'patch') return <RowsEditor field={field} rows={draft.patch} change={(patch) => change({ patch })} />;
  if (isList(field)) return <RowsEditor field={field} rows={draft.own} change={(own) => change({ own })} />;
  return (
    <div className="whole-fields">
      {propsOf(field).map((prop) => (
        <label key={prop.name} className="field">
          <span>
            {prop.label}
            {prop.required ? '' : ' (optional)'}
          </span>
          <PropInput prop={prop} label={prop.label} value={draft.whole[prop.name]} change={(value) => change({ whole: kept({ ...draft.whole, [prop.name]: value }) })} />
        </label>
      ))}
    </div>
  );
}

/** What is emptied is left out. */
function kept(whole: Draft['whole']): Draft['whole'] {
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => !isObject(value) && value !== null && plain(value) !== ''));
}
