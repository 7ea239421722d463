import { type FormEvent, useEffect, useState } from 'react';
import { useSession } from '../../shared/session';
import { ApiKeysDocument, CreateApiKeyDocument, type KeyLineFragment, RevokeApiKeyDocument } from '../generated/graphql';
import { useAct, useTellingAct } from '../lib/act';
import { day, moment } from '../lib/format';
import { usePages } from '../lib/pages';
import type { Problem } from '../lib/problems';
import { Tag } from '../ui/badge';
import { CompanyChoice } from '../ui/company-choice';
import { Confirm } from '../ui/confirm';
import { Dialog } from '../ui/dialog';
import { More } from '../ui/more';
import { Secret } from '../ui/secret';
import { Empty, Problems } from '../ui/states';

const FIRST = { first: 50 };

export function KeysPage() {
  const pages = usePages(ApiKeysDocument, FIRST, (data) => data.apiKeys);
  const [creating, setCreating] = useState(false);
  useEffect(() => {
    document.title = 'Keys · rolegraph';
  }, []);
  return (
    <>
      <div className="page-head">
        <h1>API keys</h1>
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New key
        </button>
      </div>
      {pages.nodes.length === 0 && !pages.loading && !pages.error && (
        <Empty title="There is no key yet">A key lets a program read, or change what its scopes allow.</Empty>
      )}
      {pages.nodes.length > 0 && (
        <div className="card value-scroller" tabIndex={0} role="region" aria-label="Keys">
          <table>
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Company</th>
                <th scope="col">May</th>
                <th scope="col">Last used</th>
                <th scope="col">State</th>
                <th scope="col">
                  <span className="sr">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {pages.nodes.map((key) => (
                <KeyRow key={key.id} of={key} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More pages={pages} what="keys" />
      {creating && <CreateKey close={() => setCreating(false)} />}
    </>
  );
}

function KeyRow({ of: { id, name, prefix, company, scopes, lastUsedAt, expiresAt, revokedAt } }: { of: KeyLineFragment }) {
  const tell = useTellingAct();
  const expired = expiresAt !== null && new Date(expiresAt) < new Date();
  const revoke = async () => (await tell(RevokeApiKeyDocument, { id }, `“${name}” is revoked.`)).problems;
  return (
    <tr>
      <td>
        {name} <code className="hint block">{prefix}…</code>
      </td>
      <td>{company?.name ?? 'The platform'}</td>
      <td>{scopes.length === 0 ? 'Read what is public' : scopes.join(', ')}</td>
      <td>{lastUsedAt ? moment(lastUsedAt) : 'Never'}</td>
      <td>
        {revokedAt ? <Tag tone="bad">Revoked</Tag> : expired ? <Tag tone="warn">Expired</Tag> : <Tag tone="good">Good</Tag>}
        {expiresAt && !revokedAt && <span className="hint block">until {day(expiresAt)}</span>}
      </td>
      <td className="right">
        {!revokedAt && <Confirm label="Revoke" title={`Revoke “${name}”`} about="It stops working at once, and does not come back." danger noted={false} run={revoke} />}
      </td>
    </tr>
  );
}

function CreateKey({ close }: { close: () => void }) {
  const { scopes: own } = useSession();
  const act = useAct();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [company, setCompany] = useState('');
  const [expires, setExpires] = useState('');
  const [secret, setSecret] = useState<string | null>(null);
  const [problems, setProblems] = useState<Problem[]>([]);

  async function create(event: FormEvent): Promise<void> {
    event.preventDefault();
    const expiresAt = expires === '' ? null : new Date(`${expires}T23:59:59`).toISOString();
    const { data, problems: found } = await act(CreateApiKeyDocument, { input: { name, scopes, company: company || null, expiresAt } });
    setProblems(found);
    setSecret(data?.createApiKey.secret ?? null);
  }

  return (
    <Dialog title="New key" about="It may do what its scopes say, and no more than you may." open onClose={close}>
      {secret ? (
        <Secret what="the key" text={secret} />
      ) : (
        <form className="editor" onSubmit={(event) => void create(event)}>
          <div className="scrolled">
            <label className="field">
              <span>Name</span>
              <input required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
            </label>
            <CompanyChoice value={company} change={setCompany} />
            <fieldset className="field-choice">
              <legend>Scopes; without any it reads what is public</legend>
              {own.map((scope) => (
                <label key={scope} className="check">
                  <input
                    type="checkbox"
                    checked={scopes.includes(scope)}
                    onChange={(event) => setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))}
                  />
                  {scope}
                </label>
              ))}
            </fieldset>
            <label className="field short">
              <span>Good until (optional)</span>
              <input type="date" value={expires} onChange={(event) => setExpires(event.target.value)} />
            </label>
            <Problems all={problems} />
          </div>
          <footer>
            <button type="button" onClick={close}>
              Cancel
            </button>
            <button type="submit" className="primary">
              Create the key
            </button>
          </footer>
        </form>
      )}
    </Dialog>
  );
}
