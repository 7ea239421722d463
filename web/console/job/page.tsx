import { useEffect, useMemo, useState } from 'react';
import { type CombinedError, useQuery, useSubscription } from 'urql';
import { Link, useSearchParams } from 'wouter';
import { currentToken } from '../../shared/session';
import { JobAsOfDocument, type JobAsOfQuery, JobChangedDocument, JobDocument, type JobPageFragment } from '../generated/graphql';
import { createPlainApi } from '../lib/client';
import { FIELDS, SOURCES } from '../lib/fields';
import { day } from '../lib/format';
import { Answered, Empty } from '../ui/states';
import { FieldSection } from './field';
import { JobHead } from './head';
import { History } from './history';

export function JobPage({ id: written }: { id: string }) {
  const id = decodeURIComponent(written);
  const [params, setParams] = useSearchParams();
  const at = params.get('at');
  const view = params.get('view') === 'history' ? 'history' : 'fields';
  const [answer, again] = useQuery({ query: JobDocument, variables: { id } });
  // Somebody else's change arrives by itself, and goes into the cache.
  useSubscription({ query: JobChangedDocument, variables: { ids: [id] } });
  const title = answer.data?.job?.title;
  useEffect(() => {
    document.title = `${title ?? 'Job'} · rolegraph`;
  }, [title]);

  const show = (name: string, value: string | null) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === null) next.delete(name);
      else next.set(name, value);
      return next;
    });

  return (
    <Answered answer={answer} what="the job" again={() => again({ requestPolicy: 'network-only' })}>
      {({ job }) =>
        job ? (
          <article className="job">
            <JobHead job={job} />
            <div className="tabs" role="group" aria-label="What is shown">
              <button type="button" aria-pressed={view === 'fields'} onClick={() => show('view', null)}>
                Fields
              </button>
              <button type="button" aria-pressed={view === 'history'} onClick={() => show('view', 'history')}>
                History
              </button>
              <AsOf at={at} choose={(next) => show('at', next)} />
            </div>
            {view === 'history' && <History id={id} />}
            {view === 'fields' && (at ? <Past id={id} at={at} /> : <Fields job={job} editable />)}
          </article>
        ) : (
          <Empty title="There is no such job">It was deleted, or it belongs to another company.</Empty>
        )
      }
    </Answered>
  );
}

function Fields({ job, editable }: { job: JobPageFragment; editable: boolean }) {
  return (
    <div className="fields">
      <FieldIndex job={job} />
      <div>
        {job.fields.map((view) => (
          <FieldSection key={view.field} job={job} view={view} editable={editable} />
        ))}
      </div>
    </div>
  );
}

function FieldIndex({ job }: { job: JobPageFragment }) {
  return (
    <nav aria-label="Fields" className="field-index">
      <ul>
        {job.fields.map((view) => (
          <li key={view.field}>
            <FieldLink view={view} />
          </li>
        ))}
      </ul>
    </nav>
  );
}


function FieldLink({ view }: { view: JobPageFragment['fields'][number] }) {
  const source = view.provenance?.source;
  const jump = () => document.getElementById(view.field)?.scrollIntoView({ block: 'start' });
  return (
    <button type="button" className="quiet" onClick={jump}>
      <span className={`dot ${source ? SOURCES[source].origin : 'gap'}`} aria-hidden="true" />
      {FIELDS[view.field].label}
    </button>
  );
}

const TODAY = () => new Date().toISOString().slice(0, 10);

function AsOf({ at, choose }: { at: string | null; choose: (day: string | null) => void }) {
  return (
    <label className="as-of">
      <span>As of</span>
      <input type="date" max={TODAY()} value={at ?? ''} onChange={(event) => choose(event.target.value || null)} />
      {at && (
        <button type="button" className="link" onClick={() => choose(null)}>
          Back to now
        </button>
      )}
    </label>
  );
}

/** The job as it was at the end of a day; nothing can be changed there. */
function Past({ id, at }: { id: string; at: string }) {
  const [api] = useState(() => createPlainApi(currentToken()));
  const variables = useMemo(() => ({ id, at: endOf(at) }), [id, at]);
  const [answer, setAnswer] = useState<PastAnswer>({ fetching: true, data: undefined, error: undefined });
  useEffect(() => {
    setAnswer({ fetching: true, data: undefined, error: undefined });
    const { unsubscribe } = api.query(JobAsOfDocument, variables).subscribe(({ data, error }) => setAnswer({ fetching: false, data, error }));
    return unsubscribe;
  }, [api, variables]);
  return (
    <Answered answer={answer} what="the past">
      {({ job }) =>
        job?.asOf ? (
          <>
            <p className="notice">
              This is “{job.asOf.title}” as it was on {day(at)}, version {job.asOf.version}. It can be read only.
            </p>
            <Fields job={job.asOf} editable={false} />
          </>
        ) : (
          <Empty title={`There was no such job on ${day(at)}`}>
            <Link to={`/jobs/${encodeURIComponent(id)}`}>Back to now</Link>
          </Empty>
        )
      }
    </Answered>
  );
}

type PastAnswer = {
  fetching: boolean;
  data: JobAsOfQuery | undefined;
  error: CombinedError | undefined;
};

function endOf(date: string): string {
  const end = new Date(`${date}T23:59:59`);
  return (end > new Date() ? new Date() : end).toISOString();
}
