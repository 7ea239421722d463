import { useEffect, useMemo } from 'react';
import { useQuery } from 'urql';
import { Link, useSearchParams } from 'wouter';
import { BulkOperationDocument, BulkOperationsDocument, CancelBulkOperationDocument, CountJobsDocument, type JobFilter } from '../generated/graphql';
import { readFilter } from '../jobs/filter';
import { useCan } from '../lib/access';
import { useTellingAct } from '../lib/act';
import { count, moment, number, share, words } from '../lib/format';
import { usePages } from '../lib/pages';
import { Tag } from '../ui/badge';
import { More } from '../ui/more';
import { Answered, Empty } from '../ui/states';
import { BulkForm } from './form';
import { ENDED, OperationView } from './operation';

/** Which jobs an address means: those that are named, or those that fit. */
function target(params: URLSearchParams): { filter: JobFilter; named: number } | null {
  const ids = params.get('ids')?.split(',').filter(Boolean) ?? [];
  if (ids.length > 0) return { filter: { ids }, named: ids.length };
  const filter = readFilter(params);
  return params.has('all') || Object.keys(filter).length > 0 ? { filter, named: 0 } : null;
}

export function BulkPage() {
  const [params] = useSearchParams();
  const address = params.toString();
  const on = useMemo(() => target(new URLSearchParams(address)), [address]);
  const can = useCan();
  useEffect(() => {
    document.title = 'Bulk · rolegraph';
  }, []);
  return (
    <>
      <div className="page-head">
        <h1>Bulk operations</h1>
      </div>
      <div className="stacked">
        {can('overrides:write') && (on ? <Targeted key={address} {...on} address={address} /> : <Untargeted />)}
        <Operations />
      </div>
    </>
  );
}

function Untargeted() {
  return (
    <Empty title="Choose jobs first">
      Tick jobs in the <Link to="/jobs">list of jobs</Link>, or filter it, and press “Bulk”.
    </Empty>
  );
}

function Targeted({ filter, named, address }: { filter: JobFilter; named: number; address: string }) {
  const [answer] = useQuery({ query: CountJobsDocument, variables: { filter } });
  const total = answer.data?.jobs.totalCount;
  return (
    <section className="card" aria-labelledby="bulk-title">
      <div className="section-head">
        <h2 id="bulk-title">{total === undefined ? 'Jobs' : count(total, 'job')}</h2>
        <p className="hint">
          {named > 0 ? 'Chosen in the list' : 'All that fit the filter'} · <Link to={`/jobs?${named > 0 ? '' : address}`}>the list</Link>
        </p>
      </div>
      <BulkForm filter={filter} />
    </section>
  );
}

const FIRST = { first: 20 };

function Operations() {
  const pages = usePages(BulkOperationsDocument, FIRST, (data) => data.bulkOperations);
  return (
    <section className="card" aria-labelledby="operations-title">
      <h2 id="operations-title">Earlier operations</h2>
      {pages.nodes.length === 0 && !pages.loading && !pages.error && <Empty title="There is none yet" />}
      <ul className="results">
        {pages.nodes.map((operation) => (
          <li key={operation.id}>
            <p className="result-head">
              <Link to={`/bulk/${encodeURIComponent(operation.id)}`}>{words(operation.kind)}</Link>
              <Tag tone={operation.status === 'COMPLETE' ? 'good' : operation.status === 'FAILED' ? 'bad' : 'warn'}>{words(operation.status)}</Tag>
              {operation.dryRun && <Tag>Dry run</Tag>}
              <span>
                {count(operation.total, 'job')}
                {operation.failed > 0 && `, ${number(operation.failed)} failed`}
              </span>
              <span className="hint">
                {operation.actor.name}, {moment(operation.createdAt)}
              </span>
            </p>
            {operation.note && <p className="note">“{operation.note}”</p>}
          </li>
        ))}
      </ul>
      <More pages={pages} what="operations" />
    </section>
  );
}

export function OperationPage({ id: written }: { id: string }) {
  const id = decodeURIComponent(written);
  const [answer] = useQuery({ query: BulkOperationDocument, variables: { id } });
  const tell = useTellingAct();
  return (
    <>
      <div className="page-head">
        <h1>Bulk operation</h1>
        <Link to="/bulk">All operations</Link>
      </div>
      <Answered answer={answer} what="the operation">
        {({ bulkOperation: operation }) =>
          operation ? (
            <section className="card stacked" aria-label="Operation">
              <p className="hint">
                {words(operation.kind)} by {operation.actor.name}, {moment(operation.createdAt)}
                {operation.note && `: “${operation.note}”`}
                {operation.expectedPrecision !== null && ` · ${share(operation.expectedPrecision)} to be expected right`}
              </p>
              {!ENDED.includes(operation.status) && (
                <p>
                  <button type="button" onClick={() => void tell(CancelBulkOperationDocument, { id }, 'The operation is cancelled.')}>
                    Cancel
                  </button>
                </p>
              )}
              <OperationView id={id} first={operation} />
            </section>
          ) : (
            <Empty title="There is no such operation" />
          )
        }
      </Answered>
    </>
  );
}
