import { useQuery } from 'urql';
import { ProvidersDocument, type ProvidersQuery } from '../generated/graphql';
import { moment, number, words } from '../lib/format';
import { SourceBadge, Tag } from '../ui/badge';
import { Answered } from '../ui/states';

type Provider = ProvidersQuery['providers'][number];

export function ProviderHealth() {
  const [answer] = useQuery({ query: ProvidersDocument });
  return (
    <section className="card" aria-labelledby="providers-title">
      <h2 id="providers-title">Providers</h2>
      <Answered answer={answer} what="the providers">
        {({ providers }) => (
          <div className="value-scroller" tabIndex={0} role="region" aria-label="Providers">
            <table>
              <thead>
                <tr>
                  <th scope="col">Provider</th>
                  <th scope="col">Source</th>
                  <th scope="col">State</th>
                  <th scope="col">Release</th>
                  <th scope="col" className="right">
                    Calls
                  </th>
                  <th scope="col" className="right">
                    Failures
                  </th>
                  <th scope="col" className="right">
                    Quota left
                  </th>
                </tr>
              </thead>
              <tbody>
                {providers.map((provider) => (
                  <ProviderRow key={provider.name} provider={provider} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Answered>
    </section>
  );
}

function ProviderRow({ provider }: { provider: Provider }) {
  const { name, source, release, requests, failures, quotaRemaining, lastError, lastErrorAt } = provider;
  return (
    <tr>
      <td>
        {name}
        {lastError && (
          <span className="hint block">
            {lastErrorAt && moment(lastErrorAt)}: {lastError}
          </span>
        )}
      </td>
      <td>
        <SourceBadge source={source} />
      </td>
      <td>
        <State of={provider} />
      </td>
      <td>{release ?? '–'}</td>
      <td className="right">{number(requests)}</td>
      <td className="right">{number(failures)}</td>
      <td className="right">{quotaRemaining === null ? '–' : number(quotaRemaining)}</td>
    </tr>
  );
}

function State({ of: { configured, healthy, circuit } }: { of: Provider }) {
  if (!configured) return <Tag>Not configured</Tag>;
  if (circuit !== 'CLOSED') return <Tag tone="bad">{`Circuit ${words(circuit).toLowerCase()}`}</Tag>;
  return healthy ? <Tag tone="good">Healthy</Tag> : <Tag tone="bad">Failing</Tag>;
}
