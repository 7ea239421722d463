import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { type CoverageQuery, DriftedDocument, EnrichJobsDocument, GapSampleDocument, type JobField } from '../generated/graphql';
import { jobsAddress } from '../jobs/filter';
import { useCan } from '../lib/access';
import { useTellingAct } from '../lib/act';
import { FIELDS, type Origin, SOURCES } from '../lib/fields';
import { count, number, percentInColumn } from '../lib/format';
import { followRun } from '../lib/runs';
import { OriginBadge } from '../ui/badge';
import { Answered } from '../ui/states';

type Row = CoverageQuery['coverage']['fields'][number];

const ORIGINS: { origin: Origin; label: string }[] = [
  { origin: 'official', label: 'Official' },
  { origin: 'custom', label: 'Custom' },
  { origin: 'ai', label: 'AI' },
  { origin: 'gap', label: 'Gap' },
];

/** Each field as a bar of official, custom, AI and gap, with both figures. */
export function CoverageBars({ fields }: { fields: Row[] }) {
  return (
    <section className="card" aria-labelledby="coverage-title">
      <div className="section-head">
        <h2 id="coverage-title">Coverage</h2>
        <p className="tags" aria-hidden="true">
          {ORIGINS.map(({ origin, label }) => (
            <OriginBadge key={origin} origin={origin} label={label} />
          ))}
        </p>
      </div>
      <div className="coverage-row coverage-head" aria-hidden="true">
        <span>Field</span>
        <span />
        <span className="right">Filled</span>
        <span className="right">Sourced</span>
      </div>
      <ul className="coverage">
        {fields.map((row) => (
          <FieldBar key={row.field} row={row} />
        ))}
      </ul>
    </section>
  );
}

function FieldBar({ row }: { row: Row }) {
  const { field, filled, total, stale } = row;
  const [open, setOpen] = useState(false);
  const [{ data }] = useQuery({ query: DriftedDocument, variables: { field } });
  const drifted = data?.jobs.totalCount ?? 0;
  const gaps = total - filled;
  const counts = countsOf(row);
  return (
    <li>
      <div className="coverage-row">
        <h3>{FIELDS[field].label}</h3>
        <span className="stack" role="img" aria-label={ORIGINS.map(({ origin, label }) => `${label} ${counts[origin]}`).join(', ')}>
          {ORIGINS.map(({ origin }) => (
            <span key={origin} className={`part-${origin}`} style={{ width: `${total === 0 ? 0 : (counts[origin] / total) * 100}%` }} />
          ))}
        </span>
        <span className="right">{percentInColumn(row.percent)}</span>
        <span className="right second">{percentInColumn(row.sourcedPercent)}</span>
        <span className="actions">
          {stale > 0 && <Link to={jobsAddress({ stale: 'true' })}>{number(stale)} stale</Link>}
          {drifted > 0 && <Link to={jobsAddress({ drifted: field })}>{number(drifted)} drifted</Link>}
          {gaps > 0 && (
            <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
              {count(gaps, 'gap')}
            </button>
          )}
        </span>
      </div>
      {open && <Gaps field={field} />}
    </li>
  );
}

function countsOf({ bySource, filled, total }: Row): Record<Origin, number> {
  const counts: Record<Origin, number> = { official: 0, custom: 0, ai: 0, gap: total - filled };
  for (const { source, count: many } of bySource) counts[SOURCES[source].origin] += many;
  return counts;
}

/** Why there are gaps, and what would close them. */
function Gaps({ field }: { field: JobField }) {
  const filter = { missing: [field] };
  const [answer] = useQuery({ query: GapSampleDocument, variables: { filter } });
  const tell = useTellingAct();
  const can = useCan();
  const enrich = async () => {
    const { data } = await tell(EnrichJobsDocument, { filter, fields: [field], force: true }, 'Providers are asked again; the run is shown above.');
    const run = data?.enrichJobs.run;
    if (run) followRun(run.id);
  };
  return (
    <Answered answer={answer} what="the gaps">
      {({ jobs }) => (
        <div className="gap-note">
          <ul className="results">
            {jobs.nodes.map((job) => {
              const gap = job.coverage.gaps.find((one) => one.field === field);
              return (
                <li key={job.id}>
                  <p>
                    <Link to={`/jobs/${encodeURIComponent(job.id)}`}>{job.title}</Link>: {gap?.reason}
                  </p>
                  <p className="hint">{gap?.remedy}</p>
                </li>
              );
            })}
          </ul>
          <div className="actions">
            <Link to={jobsAddress({ missing: field })}>All {number(jobs.totalCount)} in the list</Link>
            {can('enrichment:run') && (
              <button type="button" onClick={() => void enrich()}>
                Ask providers for all
              </button>
            )}
          </div>
        </div>
      )}
    </Answered>
  );
}
