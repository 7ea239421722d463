/**
 * A list of any length, read page by page as one goes through it. Only pages near what is seen are held: one that is far away is
 * given up, and read again from where it began when one comes back.
 */
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { type AnyVariables, type Client, type CombinedError, useClient } from 'urql';
import { useSession } from '../../shared/session';
import { createPlainApi } from './client';
import type { Connection } from './pages';

/** So many pages before and behind what is seen are held. */
const NEAR = 10;

interface Page<Node> {
  after: string | null;
  /** What it had when it was read last, also when it is given up. */
  ids: string[];
  nodes: Node[] | null;
  next: string | null | undefined;
  error: CombinedError | undefined;
  close: (() => void) | null;
}

export interface LongList<Node> {
  /** How many rows are known. */
  count: number;
  /** Null before the first page. */
  total: number | null;
  loading: boolean;
  hasMore: boolean;
  error: CombinedError | undefined;
  at: (place: number) => Node | undefined;
  /** Of all rows that are known, in their order. */
  ids: () => string[];
  more: () => void;
  /** Tells which rows are to be seen. */
  see: (first: number, last: number) => void;
}

type Told<Node> = (connection: Connection<Node> | null | undefined, error: CombinedError | undefined) => void;
type Open<Node> = (place: number, after: string | null, told: Told<Node>) => () => void;

class Pages<Node extends { id: string }> {
  private pages: Page<Node>[] = [];
  private total: number | null = null;

  constructor(
    private readonly size: number,
    private readonly open: Open<Node>,
  ) {}

  more(): void {
    const failed = this.pages.findIndex((page) => page.error);
    if (failed >= 0) return this.read(failed);
    const last = this.pages.at(-1);
    if (last && !last.next) return;
    this.pages.push({ after: last?.next ?? null, ids: [], nodes: null, next: undefined, error: undefined, close: null });
    this.read(this.pages.length - 1);
  }

  see(first: number, last: number): void {
    const [from, to] = [Math.floor(first / this.size), Math.floor(last / this.size)];
    this.pages.forEach((page, place) => {
      const near = place >= from - NEAR && place <= to + NEAR;
      if (!near && page.close) this.giveUp(page);
      else if (!page.close && place >= from - 1 && place <= to + 1) this.read(place);
    });
  }

  at(place: number): Node | undefined {
    return this.pages[Math.floor(place / this.size)]?.nodes?.[place % this.size];
  }

  state() {
    const last = this.pages.at(-1);
    const known = last ? (this.pages.length - 1) * this.size + last.ids.length : 0;
    const error = this.pages.find((page) => page.error)?.error;
    const loading = !last || (last.next === undefined && !error);
    return { count: known, total: this.total, loading, hasMore: Boolean(last?.next) || error !== undefined, error };
  }

  ids(): string[] {
    return this.pages.flatMap((page) => page.ids);
  }

  close(): void {
    for (const page of this.pages) page.close?.();
  }

  private read(place: number): void {
    const page = this.pages[place];
    if (!page) return;
    page.close?.();
    page.error = undefined;
    page.close = this.open(place, page.after, (connection, error) => {
      page.error = connection ? undefined : error;
      if (!connection) return;
      page.nodes = connection.nodes;
      page.ids = connection.nodes.map(({ id }) => id);
      page.next = connection.pageInfo.hasNextPage ? connection.pageInfo.endCursor : null;
      if (place === 0) this.total = connection.totalCount;
    });
  }

  private giveUp(page: Page<Node>): void {
    page.close?.();
    page.close = null;
    page.nodes = null;
  }
}

/** Pages beyond these are not kept in the cache of the client either, which keeps what it has. */
const CACHED = 10;

/** `variables` have to be the same object while they are the same; `first` in them is the size of a page. */
export function useLongList<Data, Variables extends AnyVariables, Node extends { id: string }>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'after'> & { first: number },
  pick: (data: Data) => Connection<Node> | null | undefined,
): LongList<Node> {
  const client = useClient();
  const { token } = useSession();
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const list = useRef<Pages<Node>>(new Pages(variables.first, () => () => {}));

  useEffect(() => {
    let plain: Client | undefined;
    const own = new Pages<Node>(variables.first, (place, after, told) => {
      const from = place < CACHED ? client : (plain ??= createPlainApi(token));
      const requestPolicy = place < CACHED ? 'cache-and-network' : 'network-only';
      const all = { ...variables, after } as unknown as Variables;
      return from.query(document, all, { requestPolicy }).subscribe(({ data, error }) => {
        told(data ? pick(data) : undefined, error);
        redraw();
      }).unsubscribe;
    });
    list.current = own;
    own.more();
    redraw();
    return () => own.close();
    // `pick` is a part of the document, and written in place.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, token, document, variables]);

  const more = useCallback(() => {
    list.current.more();
    redraw();
  }, []);
  const see = useCallback((first: number, last: number) => list.current.see(first, last), []);
  const at = useCallback((place: number) => list.current.at(place), []);
  const ids = useCallback(() => list.current.ids(), []);
  return { ...list.current.state(), at, ids, more, see };
}
