import { Link } from 'wouter';
import type { JobPageFragment } from '../generated/graphql';
import { EnrichJobDocument, ReopenSocDocument, RequestSocReviewDocument, RestoreFieldsDocument } from '../generated/graphql';
import { useCan } from '../lib/access';
import { useTellingAct } from '../lib/act';
import { FIELDS } from '../lib/fields';
import { count, moment, number, words } from '../lib/format';
import { followRun } from '../lib/runs';
import { CoverageMeter, SocTag, Tag } from '../ui/badge';
import { Confirm } from '../ui/confirm';

export function JobHead({ job }: { job: JobPageFragment }) {
  const { soc, coverage, company } = job;
  return (
    <header className="job-head">
      <div>
        <p className="hint">
          {words(job.kind)}
          {company && ` of ${company.name}`} · version {job.version} · updated {moment(job.updatedAt)}
        </p>
        <h1>{job.title}</h1>
        <p className="tags">
          <SocTag status={soc.status} />
          {soc.occupation && (
            <span>
              {soc.occupation.code} {soc.occupation.title}
            </span>
          )}
          <Tag>{job.published ? 'Public' : 'Hidden'}</Tag>
        </p>
        {job.description && <p className="description">{job.description}</p>}
      </div>
      <div className="job-side">
        <CoverageMeter percent={coverage.percent} sourced={coverage.sourcedPercent} />
        <p className="hint">
          {number(coverage.filled)} of {number(coverage.total)} fields filled; {number(coverage.sourcedPercent)} % official or custom
        </p>
        <Actions job={job} />
      </div>
    </header>
  );
}

function Actions({ job }: { job: JobPageFragment }) {
  const can = useCan();
  const act = useTellingAct();
  const overridden = job.fields.filter((view) => view.overridden);
  const enrich = async () => {
    const { data } = await act(EnrichJobDocument, { id: job.id, force: true }, 'Enrichment is queued. The page follows it.');
    const run = data?.enrichJob.run;
    if (run) followRun(run.id);
  };
  const restore = async (note: string | null) => {
    const { problems } = await act(
      RestoreFieldsDocument,
      { id: job.id, note, version: job.version },
      `Restored ${count(overridden.length, 'field')}.`,
    );
    return problems;
  };
  return (
    <div className="actions">
      {can('enrichment:run') && (
        <button type="button" onClick={() => void enrich()}>
          Enrich again
        </button>
      )}
      {can('soc:review') && job.kind === 'FEATURED_ROLE' && <CodeActions job={job} />}
      {can('overrides:write') && overridden.length > 0 && (
        <Confirm
          label="Restore the job"
          title="Restore the job"
          about="Its overrides are taken away; what they covered is shown again. It can be undone."
          danger
          run={restore}
        >
          <ul>
            {overridden.map(({ field }) => (
              <li key={field}>{FIELDS[field].label}</li>
            ))}
          </ul>
        </Confirm>
      )}
    </div>
  );
}

function CodeActions({ job }: { job: JobPageFragment }) {
  const act = useTellingAct();
  const reopen = async (note: string | null) => {
    const { problems } = await act(ReopenSocDocument, { jobId: job.id, note: note ?? '' }, 'The code is open again: the job waits in the review.');
    return problems;
  };
  if (job.soc.status === 'APPROVED') {
    return (
      <Confirm
        label="Reopen the code"
        title="Reopen the SOC code"
        about="The job inherits nothing until a code is approved again; overrides stay."
        needsNote
        run={reopen}
      />
    );
  }
  if (job.soc.review?.status === 'PENDING') {
    return (
      <Link to="/reviews" className="button">
        Review the code
      </Link>
    );
  }
  return (
    <button type="button" onClick={() => void act(RequestSocReviewDocument, { jobId: job.id }, 'A review is asked for.')}>
      Ask for a review
    </button>
  );
}
