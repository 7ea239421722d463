/** The one place where a page talks to the API. */

export const ENDPOINT = '/graphql';

export interface GraphQLRequest {
  query: string;
  variables?: unknown;
  operationName?: string | null | undefined;
}

export interface GraphQLError {
  message: string;
  extensions?: Record<string, unknown>;
}

export interface GraphQLAnswer {
  data?: Record<string, unknown> | null;
  errors?: GraphQLError[];
}

export interface HttpAnswer {
  status: number;
  body: GraphQLAnswer;
}

/**
 * Posts one operation. Rejects only when the network fails or `signal` aborts: an answer that is no GraphQL, a
 * proxy's error page for instance, comes back as a GraphQL error with the HTTP status in it.
 */
export async function post(
  request: GraphQLRequest,
  token: string | null,
  signal: AbortSignal | null = null,
): Promise<HttpAnswer> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      Accept: 'application/graphql-response+json, application/json',
      'Content-Type': 'application/json',
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(request),
    signal,
  });
  return { status: response.status, body: parse(response, await response.text()) };
}

function parse(response: Response, text: string): GraphQLAnswer {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body;
  } catch {
    // Said below, with the status.
  }
  const summary = `HTTP ${response.status} ${response.statusText}`.trim();
  return { errors: [{ message: `${summary}: the answer is no GraphQL. ${text.slice(0, 300)}` }] };
}
