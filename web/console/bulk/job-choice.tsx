import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { FindJobsDocument } from '../generated/graphql';

const PAUSE_MS = 250;

/** A job, found by its title. */
export function JobChoice({ chosen, choose }: { chosen: string | null; choose: (id: string) => void }) {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(text.trim()), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text]);
  const [{ data }] = useQuery({ query: FindJobsDocument, variables: { search: asked }, pause: asked === '' });
  return (
    <div>
      <label className="field short">
        <span>Copy from the job</span>
        <input type="search" value={text} onChange={(event) => setText(event.target.value)} />
      </label>
      <fieldset className="candidates">
        <legend className="sr">Jobs that were found</legend>
        {asked !== '' &&
          data?.jobs.nodes.map(({ id, title, company }) => (
            <label key={id} className="check">
              <input type="radio" name="from" checked={chosen === id} onChange={() => choose(id)} />
              <span>
                {title} {company && <span className="second">{company.name}</span>}
              </span>
            </label>
          ))}
      </fieldset>
    </div>
  );
}
