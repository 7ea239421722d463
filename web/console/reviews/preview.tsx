import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { ReviewPreviewDocument } from '../generated/graphql';
import { FIELDS } from '../lib/fields';
import { count } from '../lib/format';
import { differences } from '../lib/items';
import { DiffLines } from '../ui/diff';
import { Answered, Empty } from '../ui/states';

/** Who runs through the queue does not ask for each preview on the way. */
const PAUSE_MS = 250;

/** Every field that another code would change. */
export function Preview({ review, code }: { review: string; code: string }) {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    setSettled(false);
    const timer = window.setTimeout(() => setSettled(true), PAUSE_MS);
    return () => window.clearTimeout(timer);
  }, [review, code]);
  const [answer] = useQuery({ query: ReviewPreviewDocument, variables: { id: review, code }, pause: !settled, requestPolicy: 'cache-first' });
  return (
    <section className="card previews" aria-label="What would change">
      <h2>What {code} would change</h2>
      <Answered answer={answer} what="the preview">
        {({ node }) => {
          const fields = node && 'preview' in node ? node.preview : [];
          const changed = fields.filter((field) => field.changed);
          if (changed.length === 0) return <Empty title="No field would change" />;
          return changed.map(({ field, before, after }) => {
            const rows = differences(before, after);
            return (
              <details key={field} className="preview-field">
                <summary>
                  {FIELDS[field].label} <span className="second">{before === null ? 'from nothing, ' : ''}{count(rows.length, 'difference')}</span>
                </summary>
                <DiffLines rows={rows} />
              </details>
            );
          });
        }}
      </Answered>
    </section>
  );
}
