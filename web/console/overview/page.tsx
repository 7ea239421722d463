import { useEffect } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { CountsDocument, CoverageDocument } from '../generated/graphql';
import { jobsAddress } from '../jobs/filter';
import { useCan } from '../lib/access';
import { number, percent } from '../lib/format';
import { LiveRuns } from '../runs/live';
import { Answered } from '../ui/states';
import { CoverageBars } from './coverage';
import { LatestChanges } from './latest';
import { ProviderHealth } from './providers';

export function OverviewPage() {
  const [answer, again] = useQuery({ query: CoverageDocument, variables: {} });
  const can = useCan();
  useEffect(() => {
    document.title = 'Overview · rolegraph';
  }, []);
  return (
    <>
      <div className="page-head">
        <h1>Overview</h1>
      </div>
      <Answered answer={answer} what="the coverage" again={() => again({ requestPolicy: 'network-only' })}>
        {({ coverage }) => (
          <div className="overview">
            <Figures jobs={coverage.jobs} filled={coverage.percent} sourced={coverage.sourcedPercent} />
            {can('enrichment:run') && <LiveRuns />}
            <CoverageBars fields={coverage.fields} />
            {can('history:read') && <LatestChanges />}
            <ProviderHealth />
          </div>
        )}
      </Answered>
    </>
  );
}

function Figures({ jobs, filled, sourced }: { jobs: number; filled: number; sourced: number }) {
  const [{ data }] = useQuery({ query: CountsDocument });
  const stale = data?.stale.totalCount;
  const waiting = data?.waiting.totalCount;
  return (
    <dl className="figures-row">
      <Figure label="Jobs" value={number(jobs)} to="/jobs" note={data ? `${number(data.roles.totalCount)} featured roles` : ''} />
      <Figure label="Fields filled" value={percent(filled)} note={`${percent(sourced)} official or custom`} />
      <Figure label="In SOC review" value={waiting === undefined ? '…' : number(waiting)} to="/reviews" note="wait for a decision" />
      <Figure label="Jobs with stale data" value={stale === undefined ? '…' : number(stale)} to={jobsAddress({ stale: 'true' })} note="to be asked for again" />
    </dl>
  );
}

function Figure({ label, value, note, to }: { label: string; value: string; note: string; to?: string }) {
  return (
    <div className="card figure">
      <dt>{to ? <Link to={to}>{label}</Link> : label}</dt>
      <dd>
        <strong>{value}</strong>
        <span className="hint">{note}</span>
      </dd>
    </div>
  );
}
