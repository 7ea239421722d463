/** What is shown while there is nothing to show. */
import type { ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { type Problem, problemsOf } from '../lib/problems';

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <div className="state loading" role="status">
      <span className="bar" aria-hidden="true" />
      <p>Loading {what}…</p>
    </div>
  );
}

export function Failed({ error, again }: { error: CombinedError; again?: () => void }) {
  return (
    <div className="state bad" role="alert">
      <p className="state-title">{error.networkError ? 'The server does not answer' : 'This cannot be shown'}</p>
      {problemsOf(error).map((problem, place) => (
        <p key={place}>{problem.message}</p>
      ))}
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Problems beside what they concern. */
export function Problems({ all }: { all: Problem[] }) {
  if (all.length === 0) return null;
  return (
    <div className="notice bad problems" role="alert">
      {all.map(({ message, path }, place) => (
        <p key={place}>
          {path.length > 0 && <code>{path.join(' › ')}</code>} {message}
        </p>
      ))}
    </div>
  );
}

interface Answer<Data> {
  data?: Data | undefined;
  error?: CombinedError | undefined;
  fetching: boolean;
}

/** Shows what a query answered, or why it did not. */
export function Answered<Data>({
  answer,
  what,
  again,
  children,
}: {
  answer: Answer<Data>;
  what: string;
  again?: () => void;
  children: (data: Data) => ReactNode;
}) {
  if (answer.data !== undefined) return children(answer.data);
  if (answer.error) return <Failed error={answer.error} {...(again ? { again } : {})} />;
  return <Loading what={what} />;
}
