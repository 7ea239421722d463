import { useEffect, useMemo, useState } from 'react';
import { useClient, useQuery } from 'urql';
import { ReviewPreviewDocument, type ReviewItemFragment, type ReviewPreviewQuery } from '../generated/graphql';
import { FIELDS } from '../lib/fields';
import { count } from '../lib/format';
import { differences } from '../lib/items';
import { DiffLines } from '../ui/diff';
import { Answered, Empty } from '../ui/states';
import { firstOf } from './queue';

/** Who runs through the queue does not ask for each preview on the way. */
const PAUSE_MS = 250;

interface Props {
  review: string;
  code: string;
  /** The review that comes after it: what its first candidate would change is asked for ahead. */
  next: ReviewItemFragment | undefined;
}

/** Every field that another code would change. */
export function Preview({ review, code, next }: Props) {
  const client = useClient();
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    setSettled(false);
    const timer = window.setTimeout(() => setSettled(true), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [review, code]);
  const variables = useMemo(() => ({ id: review, code }), [review, code]);
  const known = useMemo(() => client.readQuery(ReviewPreviewDocument, variables, { requestPolicy: 'cache-only' })?.data != null, [client, variables]);
  const [answer] = useQuery({ query: ReviewPreviewDocument, variables, pause: !settled && !known, requestPolicy: 'cache-first' });
  const nextCode = firstOf(next);
  const there = settled && answer.data !== undefined;
  useEffect(() => {
    if (!there || !next || !nextCode) return;
    const ahead = client.query(ReviewPreviewDocument, { id: next.id, code: nextCode }, { requestPolicy: 'cache-first' }).subscribe(() => {});
    return () => ahead.unsubscribe();
  }, [client, there, next, nextCode]);
  return (
    <section className="card previews" aria-label="What would change">
      <h2>What {code} would change</h2>
      <Answered answer={answer} what="the preview">
        {({ node }) => <Changes node={node} />}
      </Answered>
    </section>
  );
}

function Changes({ node }: { node: ReviewPreviewQuery['node'] }) {
  const fields = node && 'preview' in node ? node.preview : [];
  const changed = fields.filter((field) => field.changed);
  if (changed.length === 0) return <Empty title="No field would change" />;
  return changed.map((change) => <Change key={change.field} {...change} />);
}

type Changed = Extract<NonNullable<ReviewPreviewQuery['node']>, { preview: unknown }>['preview'][number];

/** Its lines are made when it is opened. */
function Change({ field, before, after }: Changed) {
  const [open, setOpen] = useState(false);
  const rows = useMemo(() => differences(before, after), [before, after]);
  return (
    <details className="preview-field" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {FIELDS[field].label} <span className="second">{before === null ? 'from nothing, ' : ''}{count(rows.length, 'difference')}</span>
      </summary>
      {open && <DiffLines rows={rows} />}
    </details>
  );
}
