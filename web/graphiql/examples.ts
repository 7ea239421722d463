/**
 * The example operations: one file each in examples/<group>/NN-name.graphql. The first line is the
 * title, `# Title`. A comment `# $id = { job(by: { slug: "…" }) { id } }` fills that variable when the
 * example is opened, with the one value that its query answers: ids are opaque, so nobody knows them.
 */
import { type GraphQLAnswer, post } from '../shared/graphql';

export interface Example {
  /** The path of the file below examples/, without its ending. */
  name: string;
  title: string;
  query: string;
  /** Queries that answer the example's variables, by the variable's name. */
  lookups: ReadonlyMap<string, string>;
}

export interface ExampleGroup {
  title: string;
  examples: Example[];
}

const FILES = import.meta.glob<string>('./examples/*/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The folders below examples/, in the order in which they are shown. */
const GROUPS = [
  { folder: 'frontend', title: 'For a front end' },
  { folder: 'admin', title: 'For an admin' },
];

export const EXAMPLE_GROUPS: ExampleGroup[] = GROUPS.map(({ folder, title }) => ({
  title,
  examples: Object.keys(FILES)
    .filter((path) => path.startsWith(`./examples/${folder}/`))
    .sort()
    .map((path) => readExample(path, FILES[path] ?? '')),
}));

function readExample(path: string, text: string): Example {
  const name = path.replace('./examples/', '').replace('.graphql', '');
  const title = /^# (.+)$/m.exec(text)?.[1] ?? name;
  const lookups = new Map<string, string>();
  for (const [, variable = '', query = ''] of text.matchAll(/^# \$(\w+) = (\{.+\})$/gm)) {
    lookups.set(variable, query);
  }
  return { name, title, query: text, lookups };
}

/** The example's variables as JSON text, or none. What cannot be found is null, to be filled by hand. */
export async function lookUpVariables(example: Example, token: string | null): Promise<string> {
  if (example.lookups.size === 0) return '';
  const entries = [...example.lookups].map(async ([variable, query]) => {
    const answer = await post({ query }, token).catch(() => null);
    return [variable, answer === null ? null : onlyLeaf(answer.body.data)] as const;
  });
  return JSON.stringify(Object.fromEntries(await Promise.all(entries)), null, 2);
}

/** Walks into the first child until there is none: `{ job: { id: "x" } }` is "x". */
function onlyLeaf(value: GraphQLAnswer['data'] | unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? null;
  return onlyLeaf(Object.values(value)[0]);
}
