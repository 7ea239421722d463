/**
 * The bearer token of this browser tab. It comes from the address (`#token=…`) or from the sign-in
 * form, and lives in sessionStorage: closing the tab forgets it, and no other tab sees it.
 */
import { useSyncExternalStore } from 'react';
import { type HttpAnswer, post } from './graphql';
import VIEWER from './viewer.graphql?raw';

export interface Session {
  token: string | null;
  /** Who the token belongs to; null while unknown. */
  name: string | null;
  /** What the token may do; empty while unknown. */
  scopes: string[];
  /** The server did not take the last token. */
  refused: boolean;
}

const KEY = 'rolegraph.token';
const ANONYMOUS: Session = { token: null, name: null, scopes: [], refused: false };
const PATIENCE_MS = 5_000;

let session = ANONYMOUS;
const listeners = new Set<() => void>();

/** Call once, and wait for it before the first render: the page then starts as who it is. */
export async function startSession(): Promise<void> {
  window.addEventListener('hashchange', () => {
    const token = tokenFromAddress();
    if (token) void signIn(token);
  });
  const token = tokenFromAddress() ?? sessionStorage.getItem(KEY);
  if (token) await signIn(token);
}

/**
 * Asks the server whose token it is, and keeps it unless the server refuses it: while the server
 * cannot answer, nothing speaks against the token. Answers whether it was kept.
 */
export async function signIn(token: string): Promise<boolean> {
  change({ ...session, refused: false });
  const answer = await post({ query: VIEWER }, token, AbortSignal.timeout(PATIENCE_MS)).catch(() => null);
  if (answer !== null && isRefusal(answer)) {
    sessionStorage.removeItem(KEY);
    change({ ...ANONYMOUS, refused: true });
    return false;
  }
  sessionStorage.setItem(KEY, token);
  const viewer = answer === null ? undefined : viewerOf(answer.body);
  change({ token, name: viewer?.actor?.name ?? null, scopes: viewer?.scopes ?? [], refused: false });
  return true;
}

export function signOut(): void {
  sessionStorage.removeItem(KEY);
  change(ANONYMOUS);
}

export function useSession(): Session {
  return useSyncExternalStore(subscribe, () => session);
}

/** For code outside of React. */
export function currentToken(): string | null {
  return session.token;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function change(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

/** Reads `#token=…` and removes it, so that it stays neither in the address bar nor in the history. */
function tokenFromAddress(): string | null {
  const parts = window.location.hash.slice(1).split('&');
  const part = parts.find((candidate) => candidate.startsWith('token='));
  if (part === undefined) return null;
  const rest = parts.filter((candidate) => candidate !== part).join('&');
  const { pathname, search } = window.location;
  window.history.replaceState(null, '', pathname + search + (rest ? `#${rest}` : ''));
  return decode(part.slice('token='.length));
}

/** Not URLSearchParams: it would turn the + of a base64 token into a space. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

interface Viewer {
  actor: { name: string } | null;
  scopes: string[];
}

/** A server in trouble is no refusal: only its word on the token counts. */
function isRefusal({ status, body }: HttpAnswer): boolean {
  if (status === 401 || status === 403) return true;
  const codes = body.errors?.map((error) => error.extensions?.['code']) ?? [];
  if (codes.includes('UNAUTHENTICATED') || codes.includes('FORBIDDEN')) return true;
  const viewer = viewerOf(body);
  return viewer?.actor === null && viewer.scopes.length === 0;
}

function viewerOf(body: HttpAnswer['body']): Viewer | undefined {
  return body.data?.['viewer'] as Viewer | undefined;
}
