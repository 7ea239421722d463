import { useEffect, useMemo, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { type OutcomeKind, RunDocument, RunOutcomesDocument, RunsDocument } from '../generated/graphql';
import { FIELDS } from '../lib/fields';
import { count, words } from '../lib/format';
import { usePages } from '../lib/pages';
import { Tag } from '../ui/badge';
import { More } from '../ui/more';
import { Answered, Empty } from '../ui/states';
import { LATEST, RunLine } from './live';

export function RunsPage() {
  const pages = usePages(RunsDocument, LATEST, (data) => data.enrichmentRuns);
  useEffect(() => {
    document.title = 'Runs · rolegraph';
  }, []);
  return (
    <>
      <div className="page-head">
        <h1>Enrichment runs</h1>
        <p className="hint" role="status">
          {pages.total === null ? '' : `${count(pages.total, 'run')}, the newest first`}
        </p>
      </div>
      {pages.nodes.length > 0 && (
        <ul className="card results">
          {pages.nodes.map((run) => (
            <li key={run.id}>
              <RunLine run={run} />
            </li>
          ))}
        </ul>
      )}
      {pages.total === 0 && <Empty title="There is no run yet">Start one from a job, from a gap in the overview, or from the list of jobs.</Empty>}
      <More pages={pages} what="runs" />
    </>
  );
}

export function RunPage({ id: written }: { id: string }) {
  const id = decodeURIComponent(written);
  const [answer] = useQuery({ query: RunDocument, variables: { id } });
  return (
    <>
      <div className="page-head">
        <h1>Enrichment run</h1>
        <Link to="/runs">All runs</Link>
      </div>
      <Answered answer={answer} what="the run">
        {({ enrichmentRun }) =>
          enrichmentRun ? (
            <div className="stacked">
              <section className="card" aria-label="State">
                <RunLine run={enrichmentRun} />
              </section>
              <Outcomes id={id} />
            </div>
          ) : (
            <Empty title="There is no such run" />
          )
        }
      </Answered>
    </>
  );
}

const KINDS: OutcomeKind[] = ['FILLED', 'REFRESHED', 'SUPPLEMENTED', 'UNCHANGED', 'NOT_AVAILABLE', 'FAILED'];
const TONES: Partial<Record<OutcomeKind, 'good' | 'bad' | 'warn'>> = { FILLED: 'good', REFRESHED: 'good', SUPPLEMENTED: 'good', FAILED: 'bad', NOT_AVAILABLE: 'warn' };

function Outcomes({ id }: { id: string }) {
  const [kind, setKind] = useState<OutcomeKind | ''>('');
  const variables = useMemo(() => ({ id, first: 50, results: kind === '' ? null : [kind] }), [id, kind]);
  const pages = usePages(RunOutcomesDocument, variables, (data) => data.enrichmentRun?.outcomes);
  return (
    <section className="card" aria-label="Outcomes">
      <label className="field inline">
        <span>Outcome</span>
        <select value={kind} onChange={(event) => setKind(event.target.value as OutcomeKind | '')}>
          <option value="">Any</option>
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {words(one)}
            </option>
          ))}
        </select>
      </label>
      <ul className="results outcomes">
        {pages.nodes.map(({ job, field, result, provider, message, attempts }) => (
          <li key={`${job.id}${field}`}>
            <p className="result-head">
              <Link to={`/jobs/${encodeURIComponent(job.id)}`}>{job.title}</Link>
              <span>{FIELDS[field].label}</span>
              <Tag tone={TONES[result] ?? ''}>{words(result)}</Tag>
              <span className="hint">
                {provider}
                {attempts > 1 && `, ${attempts} tries`}
              </span>
            </p>
            {message && <p className="hint">{message}</p>}
          </li>
        ))}
      </ul>
      {pages.nodes.length === 0 && !pages.loading && !pages.error && <Empty title="No such outcome" />}
      <More pages={pages} what="the outcomes" />
    </section>
  );
}
