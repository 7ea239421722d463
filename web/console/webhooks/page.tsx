import { type FormEvent, useEffect, useState } from 'react';
import { CreateEndpointDocument, DeleteEndpointDocument, type EndpointLineFragment, type EventType, RotateSecretDocument, WebhookEndpointsDocument } from '../generated/graphql';
import { useAct, useTellingAct } from '../lib/act';
import { day, words } from '../lib/format';
import { usePages } from '../lib/pages';
import type { Problem } from '../lib/problems';
import { Tag } from '../ui/badge';
import { CompanyChoice } from '../ui/company-choice';
import { Confirm } from '../ui/confirm';
import { Dialog } from '../ui/dialog';
import { More } from '../ui/more';
import { Secret } from '../ui/secret';
import { Empty, Problems } from '../ui/states';
import { Deliveries } from './deliveries';

const FIRST = { first: 50 };

/** A kind of event that the schema gets and this table has not does not compile. */
const EVENTS: Record<EventType, true> = {
  JOB_CREATED: true,
  JOB_UPDATED: true,
  JOB_DELETED: true,
  JOB_ENRICHED: true,
  FIELD_CHANGED: true,
  SOC_APPROVED: true,
  SOC_REOPENED: true,
  BULK_FINISHED: true,
};

export function WebhooksPage() {
  const pages = usePages(WebhookEndpointsDocument, FIRST, (data) => data.webhookEndpoints);
  const [creating, setCreating] = useState(false);
  useEffect(() => {
    document.title = 'Webhooks · rolegraph';
  }, []);
  return (
    <>
      <div className="page-head">
        <h1>Webhooks</h1>
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New endpoint
        </button>
      </div>
      {pages.nodes.length === 0 && !pages.loading && !pages.error && (
        <Empty title="There is no endpoint yet">An endpoint is told of what happens, signed, within seconds.</Empty>
      )}
      <div className="stacked">
        {pages.nodes.map((endpoint) => (
          <Endpoint key={endpoint.id} of={endpoint} />
        ))}
      </div>
      <More pages={pages} what="endpoints" />
      {creating && <CreateEndpoint close={() => setCreating(false)} />}
    </>
  );
}

function Endpoint({ of }: { of: EndpointLineFragment }) {
  const tell = useTellingAct();
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const rotate = async () => {
    const { data, problems } = await tell(RotateSecretDocument, { id: of.id }, 'There is a new signing key.');
    setSecret(data?.rotateWebhookSecret.secret ?? null);
    return problems;
  };
  const remove = async () => (await tell(DeleteEndpointDocument, { id: of.id }, 'The endpoint is deleted.')).problems;
  return (
    <section className="card stacked" aria-label={of.url}>
      <div className="section-head">
        <h2>{of.url}</h2>
        {of.active ? <Tag tone="good">Active</Tag> : <Tag tone="bad">Paused</Tag>}
        <div className="actions end">
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            Deliveries
          </button>
          <Confirm label="Rotate the key" title="Rotate the signing key" about="The old key goes on signing beside the new one for a while." noted={false} run={rotate} />
          <Confirm label="Delete" title="Delete the endpoint" about="It is told nothing any more; its deliveries are deleted too." danger noted={false} run={remove} />
        </div>
      </div>
      <p className="hint">
        {of.company?.name ?? 'All companies'} · since {day(of.createdAt)} · {of.events.map(words).join(', ')}
      </p>
      {secret && <Secret what="the new signing key" text={secret} />}
      {open && <Deliveries endpoint={of.id} />}
    </section>
  );
}

function CreateEndpoint({ close }: { close: () => void }) {
  const act = useAct();
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState<EventType[]>([]);
  const [company, setCompany] = useState('');
  const [secret, setSecret] = useState<string | null>(null);
  const [problems, setProblems] = useState<Problem[]>([]);

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault();
    const { data, problems: found } = await act(CreateEndpointDocument, { input: { url, events, company: company || null } });
    setProblems(found);
    setSecret(data?.createWebhookEndpoint.secret ?? null);
  }

  return (
    <Dialog title="New endpoint" about="An address in the public internet that is told of what happens." open onClose={close}>
      {secret ? (
        <Secret what="the key that signs" text={secret} />
      ) : (
        <form className="editor" onSubmit={(event) => void create(event)}>
          <div className="scrolled">
            <label className="field">
              <span>Address</span>
              <input type="url" required placeholder="https://" value={url} onChange={(event) => setUrl(event.target.value)} />
            </label>
            <CompanyChoice value={company} change={setCompany} />
            <fieldset className="field-choice">
              <legend>Events</legend>
              {(Object.keys(EVENTS) as EventType[]).map((event) => (
                <label key={event} className="check">
                  <input
                    type="checkbox"
                    checked={events.includes(event)}
                    onChange={(change) => setEvents(change.target.checked ? [...events, event] : events.filter((one) => one !== event))}
                  />
                  {words(event)}
                </label>
              ))}
            </fieldset>
            <Problems all={problems} />
          </div>
          <footer>
            <button type="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" className="primary">
              Add the endpoint
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
