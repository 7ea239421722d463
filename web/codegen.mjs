// Writes console/generated/: types and documents of the console's operations, held against ../schema.graphql, and their manifest.
// `npm run check` and `npm run build` call it: an operation that the schema does not have breaks the build, not the page.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as documents from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
import { formatDocument, stringifyDocument } from '@urql/core';
import { buildSchema, isObjectType, parse } from 'graphql';

const QUERIES = 'console/queries';
const OUT = 'console/generated';

const text = readFileSync('../schema.graphql', 'utf8');
const sources = readdirSync(QUERIES)
  .filter((name) => name.endsWith('.graphql'))
  .map((name) => ({ location: name, document: parse(readFileSync(join(QUERIES, name), 'utf8')) }));

const config = {
  enumType: 'string-literal',
  useTypeImports: true,
  skipTypename: true,
  optimizeDocumentNode: true,
  dedupeFragments: true,
  scalars: { DateTime: 'string', JSON: 'unknown', SocCode: 'string', ID: 'string' },
};

const code = await codegen({
  filename: join(OUT, 'graphql.ts'),
  schema: parse(text),
  documents: sources,
  config,
  plugins: [{ operations: {} }, { documents: {} }],
  pluginMap: { operations, documents },
});
const listed = [...built(code).map(sent), shared('shared/viewer.graphql')];
mkdirSync(OUT, { recursive: true });
writeFileSync(join(OUT, 'graphql.ts'), code);
writeFileSync(join(OUT, 'embedded.ts'), embedded());
writeFileSync(join(OUT, 'ids.ts'), ids());
writeFileSync(join(OUT, 'documents.json'), manifest());

/** Types without an id: the cache keeps them inside of what they belong to. */
function embedded() {
  const types = Object.values(buildSchema(text).getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
  const roots = ['Query', 'Mutation', 'Subscription'];
  const names = types.filter((type) => !roots.includes(type.name) && !type.getFields().id).map((type) => type.name);
  return `export const EMBEDDED = ${JSON.stringify(names)};\n`;
}

/** The documents as the page has them. */
function built(code) {
  const found = [...code.matchAll(/^export const \w+Document = (\{.*\}) as unknown as DocumentNode/gm)];
  if (found.length === 0) throw new Error('The generated code has no documents.');
  return found.map(([, document]) => JSON.parse(document));
}

/** As the client sends it, which asks for the type of everything. */
function sent(document) {
  const { operation, name } = document.definitions[0];
  return entry(name.value, operation, stringifyDocument(formatDocument(document)));
}

/** A text that is sent as it stands. */
function shared(path) {
  const body = readFileSync(path, 'utf8');
  const { operation, name } = parse(body).definitions[0];
  return entry(name.value, operation, body);
}

function entry(name, type, body) {
  return { id: createHash('sha256').update(body).digest('hex'), name, type, body };
}

/** The ids of documents, by the names of their operations. */
function ids() {
  return `export const IDS: Record<string, string> = ${JSON.stringify(Object.fromEntries(listed.map(({ name, id }) => [name, id])), null, 2)};\n`;
}

/** What the service takes as its own documents; Vite puts it into dist/. */
function manifest() {
  return `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: listed }, null, 2)}\n`;
}
