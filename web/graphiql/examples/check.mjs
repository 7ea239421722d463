// Validates every example, and the queries that fill its variables, against a printed schema.
// Usage: node graphiql/examples/check.mjs [SCHEMA.graphql]     default: ../schema.graphql
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';

const schemaPath = process.argv[2] ?? '../schema.graphql';
const schema = buildSchema(readFileSync(schemaPath, 'utf8'));
const files = readdirSync(import.meta.dirname, { recursive: true })
  .filter((name) => name.endsWith('.graphql'))
  .sort();
const problems = files.flatMap((name) => problemsOf(name, readFileSync(join(import.meta.dirname, name), 'utf8')));

for (const problem of problems) console.error(problem);
console.log(`${files.length} examples, ${problems.length} problems against ${relative('.', schemaPath)}.`);
process.exitCode = problems.length === 0 && files.length > 0 ? 0 : 1;

function problemsOf(name, text) {
  const lookups = [...text.matchAll(/^# \$(\w+) = (.*)$/gm)].map(([, variable, query]) => [`$${variable}`, query]);
  const found = [['operation', text], ...lookups].flatMap(([what, source]) =>
    errorsOf(source).map((message) => `${name}: ${what}: ${message}`),
  );
  if (!/^# \S/.test(text)) found.push(`${name}: the first line is no title.`);
  return found;
}

function errorsOf(source) {
  try {
    return validate(schema, parse(source)).map((error) => error.message);
  } catch (error) {
    return [error.message];
  }
}
