import { memo, type RefObject, useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { FindOccupationsDocument, type ReviewItemFragment } from '../generated/graphql';
import { share, words } from '../lib/format';
import { Tag } from '../ui/badge';
import { Problems } from '../ui/states';
import { Preview } from './preview';
import type { Decision, Entry } from './queue';

interface Props {
  entry: Entry;
  code: string | null;
  choose: (job: string, code: string) => void;
  search: RefObject<HTMLInputElement | null>;
  approve: (review: string, code: string) => void;
  reject: (review: string) => void;
  /** The one that comes after it. */
  next: ReviewItemFragment | undefined;
}

/** Not made anew by answers that concern other reviews: those come in while one goes on. */
export const Detail = memo(function Detail({ entry, code, choose, search, approve, reject, next }: Props) {
  const { review, decided, problems } = entry;
  return (
    <div className="review">
      <section className="card" aria-labelledby="review-title">
        <header className="review-head">
          <div>
            <h2 id="review-title">{review.title}</h2>
            <p className="hint">
              {review.job.company?.name ?? 'No company'} · now {review.current ? `${review.current.code} ${review.current.title}` : 'without a code'} ·{' '}
              <Link to={`/jobs/${encodeURIComponent(review.job.id)}`}>the job</Link>
            </p>
          </div>
          {decided ? (
            <Tag tone={decided.kind === 'approved' ? 'good' : 'bad'}>{outcome(decided)}</Tag>
          ) : (
            <div className="actions">
              <button type="button" onClick={() => reject(review.id)}>
                Reject <kbd>r</kbd>
              </button>
              <button type="button" className="primary" disabled={code === null} onClick={() => code && approve(review.id, code)}>
                Approve {code} <kbd>a</kbd>
              </button>
            </div>
          )}
        </header>
        <Problems all={problems} />
        <div className="beside">
          <p className="description" tabIndex={0} role="region" aria-label="Description">
            {review.job.description ?? 'There is no description.'}
          </p>
          <Candidates
            review={review}
            code={code}
            choose={(wanted) => choose(review.job.id, wanted)}
            search={search}
            disabled={decided !== undefined && !decided.undoing}
          />
        </div>
      </section>
      {code && <Preview review={review.id} code={code} next={next} />}
    </div>
  );
});

function outcome({ kind, code, undoing }: Decision): string {
  if (undoing) return 'Undoing…';
  return kind === 'approved' ? `Approved ${code}` : 'Rejected';
}

interface CandidateProps {
  review: ReviewItemFragment;
  code: string | null;
  choose: (code: string) => void;
  search: RefObject<HTMLInputElement | null>;
  disabled: boolean;
}

function Candidates({ review, code, choose, search, disabled }: CandidateProps) {
  return (
    <fieldset className="candidates" disabled={disabled}>
      <legend className="sr">Candidates</legend>
      {review.candidates.map(({ rank, confidence, ranker, rationale, evidence, occupation }) => (
        <label key={occupation.id} className="candidate">
          <input type="radio" name="candidate" checked={code === occupation.code} onChange={() => choose(occupation.code)} />
          <span className="candidate-body">
            <span className="candidate-title">
              {rank <= 9 && <kbd>{rank}</kbd>} <strong>{occupation.title}</strong> <span className="second">{occupation.code}</span>
            </span>
            {code === occupation.code && (
              <>
                <span className="second clamped" title={rationale ?? occupation.description}>
                  {rationale ?? occupation.description}
                </span>
                {evidence.map((one, place) => (
                  <span key={place} className="evidence">
                    {words(one.kind)}: {one.text} <span className="second">{share(one.weight)}</span>
                  </span>
                ))}
                {ranker === 'AI' && <Tag>Ranked by a model</Tag>}
              </>
            )}
          </span>
          <span className="confidence">{share(confidence)}</span>
        </label>
      ))}
      <OtherCode code={code} choose={choose} search={search} listed={review.candidates.map(({ occupation }) => occupation.code)} />
    </fieldset>
  );
}

const PAUSE_MS = 200;

function OtherCode({ code, choose, search, listed }: { code: string | null; choose: (code: string) => void; search: RefObject<HTMLInputElement | null>; listed: string[] }) {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(text.trim()), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  const [{ data }] = useQuery({ query: FindOccupationsDocument, variables: { search: asked }, pause: asked.length < 2, requestPolicy: 'cache-first' });
  const found = asked.length < 2 ? [] : (data?.occupations.nodes ?? []).filter((one) => !listed.includes(one.code));
  return (
    <div className="other-code">
      <label className="field">
        <span>
          Another code <kbd>/</kbd>
        </span>
        <input
          ref={search}
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
      </label>
      {found.map((one) => (
        <label key={one.id} className="candidate">
          <input type="radio" name="candidate" checked={code === one.code} onChange={() => choose(one.code)} />
          <span className="candidate-body">
            <span className="candidate-title">
              <strong>{one.title}</strong> <span className="second">{one.code}</span>
            </span>
          </span>
        </label>
      ))}
    </div>
  );
}
