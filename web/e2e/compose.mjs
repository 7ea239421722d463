// Composes our subgraph with that of a partner who refers to jobs and occupations, as a gateway of Apollo Federation 2 does.
// Usage: node e2e/compose.mjs FILE_WITH_OUR_SUBGRAPH
// Prints what is wrong, or the fields that the supergraph has of the two entities. Exit status: 0 composed, 1 not.
import { readFileSync } from 'node:fs';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';

const partner = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])
  type Query { advertisement(id: ID!): Advertisement }
  type Advertisement { id: ID! job: Job! courses(first: Int, after: String): [Course!]! pageInfo: PageInfo! }
  type Course { title: String! for: Occupation! }
  type Job @key(fields: "id") { id: ID! advertisements: [Advertisement!]! }
  type Occupation @key(fields: "code") { code: SocCode! courses: [Course!]! }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  scalar SocCode
`;

const [file] = process.argv.slice(2);
const { supergraphSdl, errors } = composeServices([
  { name: 'rolegraph', url: 'http://rolegraph.example', typeDefs: parse(readFileSync(file, 'utf8')) },
  { name: 'partner', url: 'http://partner.example', typeDefs: parse(partner) },
]);
for (const error of errors ?? []) console.log(error.message);
if (supergraphSdl) {
  for (const { kind, name, fields } of parse(supergraphSdl).definitions) {
    if (kind !== 'ObjectTypeDefinition' || !['Job', 'Occupation'].includes(name.value)) continue;
    console.log(`${name.value}: ${fields.map((field) => field.name.value).sort().join(' ')}`);
  }
}
process.exitCode = supergraphSdl ? 0 : 1;
