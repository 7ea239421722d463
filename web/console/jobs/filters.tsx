import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { CompaniesDocument } from '../generated/graphql';
import { FIELD_NAMES, FIELDS, SOURCES as SOURCE_INFO } from '../lib/fields';
import { words } from '../lib/format';
import { KINDS, SOURCES, STATUSES } from './filter';

type Change = (name: string, value: string) => void;

interface Props {
  params: URLSearchParams;
  change: Change;
  clear: () => void;
}

const OTHERS = ['kind', 'soc', 'source', 'company', 'missing', 'overridden', 'drifted', 'stale', 'code'];

/** Search, and the conditions of `JobFilter`. */
export function Filters({ params, change, clear }: Props) {
  const inUse = OTHERS.filter((name) => params.has(name)).length;
  return (
    <search className="filters">
      <Typed name="q" label="Search titles and descriptions" params={params} change={change} />
      <details open={inUse > 0 && window.innerWidth > 900}>
        <summary>Filters{inUse > 0 ? ` (${inUse})` : ''}</summary>
        <div className="filter-grid">
          <Choice name="kind" label="Kind" params={params} change={change}>
            {KINDS.map((kind) => (
              <option key={kind} value={kind}>
                {words(kind)}
              </option>
            ))}
          </Choice>
          <Choice name="soc" label="SOC code is" params={params} change={change}>
            {STATUSES.map((status) => (
              <option key={status} value={status}>
                {words(status)}
              </option>
            ))}
          </Choice>
          <Choice name="source" label="Some field is from" params={params} change={change}>
            {SOURCES.map((source) => (
              <option key={source} value={source}>
                {SOURCE_INFO[source].label}
              </option>
            ))}
          </Choice>
          <Companies params={params} change={change} />
          <FieldChoice name="missing" label="Gap in" params={params} change={change} />
          <FieldChoice name="overridden" label="Overridden" params={params} change={change} />
          <FieldChoice name="drifted" label="Drifted" params={params} change={change} />
          <Choice name="stale" label="Data is" params={params} change={change}>
            <option value="true">Stale</option>
            <option value="false">Fresh</option>
          </Choice>
          <Typed name="code" label="SOC code" params={params} change={change} />
        </div>
        {inUse > 0 && (
          <button type="button" className="link" onClick={clear}>
            Clear all filters
          </button>
        )}
      </details>
    </search>
  );
}

interface PartProps {
  name: string;
  label: string;
  params: URLSearchParams;
  change: Change;
}

function Choice({ name, label, params, change, children }: PartProps & { children: ReactNode }) {
  return (
    <label className="field">
      <span>{label}</span>
      <select value={params.get(name) ?? ''} onChange={(event) => change(name, event.target.value)}>
        <option value="">Any</option>
        {children}
      </select>
    </label>
  );
}

function FieldChoice(props: PartProps) {
  return (
    <Choice {...props}>
      {FIELD_NAMES.map((field) => (
        <option key={field} value={field}>
          {FIELDS[field].label}
        </option>
      ))}
    </Choice>
  );
}

function Companies(props: Omit<PartProps, 'name' | 'label'>) {
  const [{ data }] = useQuery({ query: CompaniesDocument, variables: { first: 100 }, requestPolicy: 'cache-first' });
  return (
    <Choice name="company" label="Company" {...props}>
      {data?.companies.nodes.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Choice>
  );
}

const PAUSE_MS = 300;

/** A text that takes effect with Enter, or when the typing pauses. */
function Typed({ name, label, params, change }: PartProps) {
  const known = params.get(name) ?? '';
  const [text, setText] = useState(known);
  useEffect(() => setText(known), [known]);
  useEffect(() => {
    if (text === known) return;
    const timer = window.setTimeout(() => change(name, text), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [text, known, name, change]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change(name, text);
  };
  return (
    <form className="field" onSubmit={submit}>
      <label htmlFor={`filter-${name}`}>{label}</label>
      <input id={`filter-${name}`} type="search" value={text} onChange={(event) => setText(event.target.value)} />
    </form>
  );
}
