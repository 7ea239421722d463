import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useCallback } from 'react';
import { type AnyVariables, useClient } from 'urql';
import { RevertDocument } from '../generated/graphql';
import { useToast } from '../ui/toast';
import { payloadProblems, type Problem, problemsOf } from './problems';

export interface Outcome<Data> {
  data: Data | undefined;
  /** Empty when it was done. */
  problems: Problem[];
}

export type Act = <Data extends object, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
) => Promise<Outcome<Data>>;

/** Sends a mutation and answers what came of it; it never throws. */
export function useAct(): Act {
  const client = useClient();
  return useCallback(
    async (document, variables) => {
      const { data, error } = await client.mutation(document, variables).toPromise();
      const problems = error ? problemsOf(error) : payloadProblems(data);
      return { data, problems };
    },
    [client],
  );
}

/** The same, and tells what came of it in a toast, with a way back where there is a changeset. */
export function useTellingAct() {
  const act = useAct();
  const toast = useToast();
  const undo = useUndo();
  return useCallback(
    async <Data extends object, Variables extends AnyVariables>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
      done: string,
    ): Promise<Outcome<Data>> => {
      const outcome = await act(document, variables);
      const [problem] = outcome.problems;
      if (problem) toast({ text: problem.message, tone: 'bad' });
      else toast({ text: done, tone: 'good', ...undoable(outcome.data, undo) });
      return outcome;
    },
    [act, toast, undo],
  );
}

/** Takes a changeset back. */
export function useUndo(): (changeset: string) => Promise<Problem[]> {
  const act = useAct();
  const toast = useToast();
  return useCallback(
    async (id) => {
      const { data, problems } = await act(RevertDocument, { id, dryRun: false });
      const failed = data?.revertChangeset.operation?.results.nodes.find((one) => one.error !== null)?.error;
      const found = failed ? [failed] : problems;
      const [problem] = found;
      toast(problem ? { text: problem.message, tone: 'bad' } : { text: 'Undone: everything is as it was before.', tone: 'good' });
      return found;
    },
    [act, toast],
  );
}

interface WithChangeset {
  changeset?: { id: string } | null;
}

function undoable(data: object | undefined, undo: (id: string) => Promise<Problem[]>) {
  const payload = Object.values((data ?? {}) as Record<string, WithChangeset | null>)[0];
  const id = payload?.changeset?.id;
  return id ? { action: { label: 'Undo', run: () => void undo(id) } } : {};
}
