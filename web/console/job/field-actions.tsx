import { useState } from 'react';
import { EditDialog } from '../edit/editor';
import { ApproveDraftDocument, EnrichJobDocument, type JobPageFragment, RejectDraftDocument, RestoreFieldsDocument } from '../generated/graphql';
import { useCan } from '../lib/access';
import { useTellingAct } from '../lib/act';
import { FIELDS } from '../lib/fields';
import { Confirm } from '../ui/confirm';
import type { FieldViewData } from './field';

interface Props {
  job: JobPageFragment;
  view: FieldViewData;
}

export function FieldActions({ job, view }: Props) {
  const act = useTellingAct();
  const { field, provenance, overridden } = view;
  const label = FIELDS[field].label;
  const [editing, setEditing] = useState(false);
  const restore = async (note: string | null) => {
    const { problems } = await act(RestoreFieldsDocument, { id: job.id, fields: [field], note, version: job.version }, `${label} restored.`);
    return problems;
  };
  return (
    <>
      {provenance?.ai && !overridden && <DraftActions job={job} view={view} />}
      {!provenance && <FillGap job={job} view={view} />}
      <button type="button" aria-haspopup="dialog" onClick={() => setEditing(true)}>
        Edit
      </button>
      {editing && <EditDialog jobId={job.id} field={field} close={() => setEditing(false)} />}
      {overridden && (
        <Confirm
          label="Restore"
          title={`Restore ${label.toLowerCase()}`}
          about="The override is taken away; what it covered is shown again. It can be undone."
          run={restore}
        />
      )}
    </>
  );
}

function DraftActions({ job, view: { field, provenance } }: Props) {
  const act = useTellingAct();
  const label = FIELDS[field].label;
  const reject = async (note: string | null, regenerate: boolean) => {
    const { problems } = await act(RejectDraftDocument, { id: job.id, field, note, regenerate }, `The draft of ${label.toLowerCase()} is rejected.`);
    return problems;
  };
  return (
    <>
      {!provenance?.approval && (
        <button
          type="button"
          className="primary"
          onClick={() => void act(ApproveDraftDocument, { id: job.id, field }, `${label} approved. The source stays AI.`)}
        >
          Approve draft
        </button>
      )}
      <Confirm
        label="Reject draft"
        title={`Reject the draft of ${label.toLowerCase()}`}
        about="The value is taken away. Another one is drafted only when it is asked for."
        run={(note) => reject(note, false)}
      />
      <button type="button" onClick={() => void reject(null, true)}>
        Draft another
      </button>
    </>
  );
}

function FillGap({ job, view: { field } }: Props) {
  const act = useTellingAct();
  const can = useCan();
  if (!can('enrichment:run')) return null;
  return (
    <button type="button" onClick={() => void act(EnrichJobDocument, { id: job.id, fields: [field], force: true }, 'Providers are asked again.')}>
      Ask providers
    </button>
  );
}
