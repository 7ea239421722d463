import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { type AnyVariables, type CombinedError, useClient } from 'urql';

export interface Connection<Node> {
  totalCount: number;
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
  nodes: Node[];
}

export interface Pages<Node> {
  nodes: Node[];
  /** Null before the first page. */
  total: number | null;
  loading: boolean;
  hasMore: boolean;
  error: CombinedError | undefined;
  more: () => void;
  /** Asks for all of it again, from the beginning. */
  again: () => void;
}

/**
 * A list that is read page by page. Each page stays in touch with the cache by itself, so that a change of one row
 * makes one page anew, not all of a long list. `variables` have to be the same object while they are the same.
 */
export function usePages<Data, Variables extends AnyVariables, Node>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  pick: (data: Data) => Connection<Node> | null | undefined,
): Pages<Node> {
  const client = useClient();
  const [, redraw] = useReducer((times: number) => times + 1, 0);
  const [round, again] = useReducer((times: number) => times + 1, 0);
  const list = useRef<PagedList<Node>>(new PagedList());

  useEffect(() => {
    const own = new PagedList<Node>();
    list.current = own;
    own.open = (after, told) => {
      const all = { ...variables, after } as unknown as Variables;
      const policy = round === 0 ? 'cache-and-network' : 'network-only';
      const { unsubscribe } = client.query(document, all, { requestPolicy: policy }).subscribe(({ data, error, stale }) => {
        told(data ? pick(data) : undefined, error, stale);
        redraw();
      });
      return unsubscribe;
    };
    own.more();
    redraw();
    return () => own.close();
    // `pick` is a part of the document, and written in place.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, document, variables, round]);

  const more = useCallback(() => {
    list.current.more();
    redraw();
  }, []);
  return { ...list.current.state(), more, again };
}

interface Page<Node> {
  connection: Connection<Node> | undefined;
  error: CombinedError | undefined;
}

type Told<Node> = (connection: Connection<Node> | null | undefined, error: CombinedError | undefined, stale: boolean) => void;

class PagedList<Node> {
  open: (after: string | null, told: Told<Node>) => () => void = () => () => {};
  private pages: Page<Node>[] = [];
  private closers: (() => void)[] = [];
  private known: Node[] | undefined;

  /** Opens the next page, unless one is on its way or there is none. A page that failed is opened again. */
  more(): void {
    const last = this.pages.at(-1);
    if (last?.error) this.drop();
    else if (last && !last.connection?.pageInfo.hasNextPage) return;
    const after = this.pages.at(-1)?.connection?.pageInfo.endCursor ?? null;
    const page: Page<Node> = { connection: undefined, error: undefined };
    this.pages.push(page);
    const close = this.open(after, (connection, error) => {
      if (connection) page.connection = connection;
      page.error = connection ? undefined : error;
      this.known = undefined;
    });
    this.closers.push(close);
  }

  state() {
    const last = this.pages.at(-1);
    this.known ??= this.pages.flatMap((page) => page.connection?.nodes ?? []);
    return {
      nodes: this.known,
      total: this.pages[0]?.connection?.totalCount ?? null,
      loading: last === undefined || (last.connection === undefined && last.error === undefined),
      hasMore: last?.connection?.pageInfo.hasNextPage ?? last?.error !== undefined,
      error: last?.error,
    };
  }

  close(): void {
    for (const close of this.closers) close();
  }

  private drop(): void {
    this.pages.pop();
    this.closers.pop()?.();
  }
}
