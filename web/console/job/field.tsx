import { useId, useState } from 'react';
import type { JobPageFragment } from '../generated/graphql';
import { Compare } from '../edit/compare';
import { useCan } from '../lib/access';
import { FIELDS } from '../lib/fields';
import { share, words } from '../lib/format';
import { SourceBadge, Tag } from '../ui/badge';
import { FieldActions } from './field-actions';
import { useItemSources } from './item-sources';
import { Value } from './value';
import { Why } from './why';

export type FieldViewData = JobPageFragment['fields'][number];

interface Props {
  job: JobPageFragment;
  view: FieldViewData;
  editable: boolean;
}

/** A field with where it comes from, and what can be done with it. */
export function FieldSection({ job, view, editable }: Props) {
  const { field, provenance } = view;
  const [why, setWhy] = useState(false);
  const [compare, setCompare] = useState(false);
  const panel = useId();
  const sources = useItemSources(job.id, field, editable && provenance?.override?.mode === 'PATCH');
  const can = useCan();
  return (
    <section id={field} className="field-section" aria-labelledby={`${field}-title`}>
      <header>
        <h2 id={`${field}-title`}>{FIELDS[field].label}</h2>
        <p className="tags">
          <SourceBadge source={provenance?.source} />
          <Flags view={view} />
        </p>
        <div className="actions">
          {provenance && (
            <button type="button" aria-expanded={why} aria-controls={panel} onClick={() => setWhy(!why)}>
              Why this value
            </button>
          )}
          {editable && view.overridden && (
            <button type="button" aria-expanded={compare} onClick={() => setCompare(!compare)}>
              Compare
            </button>
          )}
          {editable && can('overrides:write') && <FieldActions job={job} view={view} />}
        </div>
      </header>
      {compare && view.overridden && <Compare jobId={job.id} field={field} />}
      <div id={panel}>{why && provenance && <Why job={job} view={view} provenance={provenance} withLayers={editable} />}</div>
      {view.provenance ? <Value field={field} value={view.value} sources={sources} /> : <Gap job={job} view={view} />}
    </section>
  );
}

function Flags({ view: { overridden, drifted, provenance } }: { view: FieldViewData }) {
  return (
    <>
      {overridden && <Tag>{provenance?.override ? words(provenance.override.mode) : 'Overridden'}</Tag>}
      {drifted && <Tag tone="warn">Drifted</Tag>}
      {provenance?.stale && <Tag tone="warn">Stale</Tag>}
      {provenance?.ai && !provenance.approval && <Tag tone="warn">{`Draft, ${share(provenance.ai.confidence)} sure`}</Tag>}
      {provenance?.approval && <Tag tone="good">Approved</Tag>}
    </>
  );
}

function Gap({ job, view }: { job: JobPageFragment; view: FieldViewData }) {
  const gap = job.coverage.gaps.find(({ field }) => field === view.field);
  return (
    <div className="gap-note">
      <p>{gap?.reason ?? 'Nothing is known.'}</p>
      {gap && <p className="hint">{gap.remedy}</p>}
    </div>
  );
}
