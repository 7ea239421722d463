import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import { DeliveriesDocument, type DeliveriesQuery, RedeliverDocument } from '../generated/graphql';
import { useTellingAct } from '../lib/act';
import { moment, words } from '../lib/format';
import { usePages } from '../lib/pages';
import { Tag } from '../ui/badge';
import { More } from '../ui/more';
import { Empty } from '../ui/states';

type Endpoint = Extract<NonNullable<DeliveriesQuery['node']>, { deliveries: unknown }>;
type Delivery = Endpoint['deliveries']['nodes'][number];

const TONES = { DELIVERED: 'good', FAILED: 'bad', PENDING: 'warn' } as const;

/** What an endpoint was told, and how that went. */
export function Deliveries({ endpoint }: { endpoint: string }) {
  const [failed, setFailed] = useState(false);
  const variables = useMemo(() => ({ id: endpoint, first: 50, failed: failed ? true : null }), [endpoint, failed]);
  const pages = usePages(DeliveriesDocument, variables, (data) => (data.node && 'deliveries' in data.node ? data.node.deliveries : null));
  return (
    <div>
      <label className="check">
        <input type="checkbox" checked={failed} onChange={(event) => setFailed(event.target.checked)} />
        Only those that were given up
      </label>
      {pages.nodes.length === 0 && !pages.loading && !pages.error && <Empty title="There is no such delivery" />}
      <ul className="results">
        {pages.nodes.map((delivery) => (
          <DeliveryLine key={delivery.id} of={delivery} again={pages.again} />
        ))}
      </ul>
      <More pages={pages} what="deliveries" />
    </div>
  );
}

function DeliveryLine({ of: { id, status, attempts, responseStatus, error, nextAttemptAt, event }, again }: { of: Delivery; again: () => void }) {
  const tell = useTellingAct();
  const redeliver = async () => {
    await tell(RedeliverDocument, { id }, 'It is sent once more.');
    again();
  };
  return (
    <li>
      <p className="result-head">
        <strong>{words(event.type)}</strong>
        {event.job && <Link to={`/jobs/${encodeURIComponent(event.job.id)}`}>{event.job.title}</Link>}
        <Tag tone={TONES[status]}>{words(status)}</Tag>
        <span className="hint">
          {moment(event.at)} · {attempts} tries{responseStatus !== null && ` · HTTP ${responseStatus}`}
          {nextAttemptAt && ` · next ${moment(nextAttemptAt)}`}
        </span>
        <button type="button" className="end" onClick={() => void redeliver()}>
          Send again
        </button>
      </p>
      {error && <p className="bad-text">{error}</p>}
    </li>
  );
}
