import type { GraphiQLProps } from 'graphiql';
import { type DocumentNode, getOperationAST } from 'graphql';
import { post } from '../shared/graphql';

type Fetcher = GraphiQLProps['fetcher'];

/** How GraphiQL asks the server, as the one whom the token names. */
export function createFetcher(token: string | null): Fetcher {
  return async (request, options) => {
    if (isSubscription(options?.documentAST, request.operationName)) return subscribe();
    const { body } = await post(request, token);
    return body as Awaited<ReturnType<Fetcher>>;
  };
}

function isSubscription(document: DocumentNode | undefined, name: string | null | undefined): boolean {
  return document !== undefined && getOperationAST(document, name)?.operation === 'subscription';
}

/**
 * The place for subscriptions: when the server speaks graphql-transport-ws at /graphql/ws, answer an
 * AsyncIterable of its results here, with the token in the payload of `connection_init`.
 */
function subscribe(): never {
  throw new Error('Subscriptions are not offered yet. Ask with a query.');
}
