/** What went wrong, in the words of the API. */
import type { CombinedError } from 'urql';

export interface Problem {
  message: string;
  /** From the mutation's argument inwards; empty when it concerns all of it. */
  path: string[];
  /** `OFFLINE` when there was no answer at all. */
  code: string;
}

export function problemsOf(error: CombinedError): Problem[] {
  if (error.networkError) {
    return [{ message: 'The server does not answer. What you typed is still here: try again.', path: [], code: 'OFFLINE' }];
  }
  return error.graphQLErrors.map((one) => ({
    message: requestId(one.message, one.extensions),
    path: [],
    code: String(one.extensions?.['code'] ?? 'INTERNAL'),
  }));
}

/** A failure of the system is found in its log by the id of the request. */
function requestId(message: string, extensions: Record<string, unknown> | undefined): string {
  const id = extensions?.['requestId'];
  return typeof id === 'string' && !message.includes(id) ? `${message} (request ${id})` : message;
}

interface Payload {
  errors?: Problem[];
}

/** The errors that a mutation's payloads carry as data. */
export function payloadProblems(data: object | undefined): Problem[] {
  if (data === undefined) return [];
  return Object.values(data as Record<string, Payload | null>).flatMap((payload) => payload?.errors ?? []);
}
