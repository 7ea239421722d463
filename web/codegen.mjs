// Writes console/generated/: types and documents of the console's operations, held against ../schema.graphql.
// `npm run check` and `npm run build` call it: an operation that the schema does not have breaks the build, not the page.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as documents from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
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
mkdirSync(OUT, { recursive: true });
writeFileSync(join(OUT, 'graphql.ts'), code);
writeFileSync(join(OUT, 'embedded.ts'), embedded());

/** Types without an id: the cache keeps them inside of what they belong to. */
function embedded() {
  const types = Object.values(buildSchema(text).getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
  const roots = ['Query', 'Mutation', 'Subscription'];
  const names = types.filter((type) => !roots.includes(type.name) && !type.getFields().id).map((type) => type.name);
  return `export const EMBEDDED = ${JSON.stringify(names)};\n`;
}
