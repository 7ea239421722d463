/** The client of the API, with a cache that knows every thing by its id. */
import { cacheExchange, type UpdateResolver } from '@urql/exchange-graphcache';
import { type Client as StreamClient, createClient as createStream } from 'graphql-sse';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { ENDPOINT } from '../../shared/graphql';
import { EMBEDDED } from '../generated/embedded';
import { fetchById } from './by-id';

/** What no mutation of the console changes. */
const LASTING = ['viewer', 'providers', 'occupation', 'occupations', 'suggestSoc'];
/** Mutations that answer all that they change: nothing else is asked for again. */
const COMPLETE = ['approveSoc', 'rejectSoc'];

/** Forgets what is on the page besides the mutation's own answer, so that it is asked for again. */
const forget: UpdateResolver = (_result, args, cache, info) => {
  if (COMPLETE.includes(info.fieldName) || args['dryRun'] === true || info.variables['dryRun'] === true) return;
  for (const { fieldKey, fieldName } of cache.inspectFields('Query')) {
    if (!LASTING.includes(fieldName)) cache.invalidate('Query', fieldKey);
  }
};

/** Any mutation, whatever its name. */
const updates = {
  Mutation: new Proxy<Record<string, UpdateResolver>>({}, { get: () => forget, ownKeys: () => [] }),
};

const embedded = () => null;

type SubscriptionSink = Parameters<ReturnType<Parameters<typeof subscriptionExchange>[0]['forwardSubscription']>['subscribe']>[0];

/** Answers are wanted whole: left to itself, the client takes streams of events just as gladly, and gets those. */
const ACCEPT = 'application/graphql-response+json, application/json';

const credential = (token: string | null): Record<string, string> => (token === null ? {} : { Authorization: `Bearer ${token}` });

export function createApi(token: string | null): Client {
  const headers = credential(token);
  // Subscriptions come as server-sent events; a connection that breaks off is opened again.
  const stream = createStream({ url: ENDPOINT, headers, retryAttempts: 1_000 });
  return new Client({
    url: ENDPOINT,
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetch: fetchById,
    fetchOptions: () => ({ headers: { ...headers, Accept: ACCEPT } }),
    exchanges: [
      cacheExchange({
        keys: { ...Object.fromEntries(EMBEDDED.map((name) => [name, embedded])), Actor: embedded },
        updates,
      }),
      subscriptionExchange({ forwardSubscription: (request) => ({ subscribe: (sink) => ({ unsubscribe: listen(stream, request, sink) }) }) }),
      fetchExchange,
    ],
  });
}

function listen(stream: StreamClient, { query, variables }: { query?: string | undefined; variables?: Record<string, unknown> | undefined }, sink: SubscriptionSink): () => void {
  return stream.subscribe({ query: query ?? '', variables: variables ?? {} }, sink as Parameters<StreamClient['subscribe']>[1]);
}

/**
 * A client without a cache, for answers that must not be kept: the job of another day has the id of today's.
 */
export function createPlainApi(token: string | null): Client {
  return new Client({
    url: ENDPOINT,
    preferGetMethod: false,
    requestPolicy: 'network-only',
    fetch: fetchById,
    fetchOptions: () => ({ headers: { ...credential(token), Accept: ACCEPT } }),
    exchanges: [fetchExchange],
  });
}
