// Holds a running server to the GraphQL over HTTP specification, by the audits of the npm package graphql-http.
// Usage: node e2e/audit.mjs BASE_URL
// Prints what is not held, and a line with the figures. Exit status: 0 all held, 1 not.
import { serverAudits } from 'graphql-http';

const [baseUrl] = process.argv.slice(2);
const audits = serverAudits({ url: `${baseUrl}/graphql`, fetchFn: fetch });
const results = await Promise.all(audits.map((audit) => audit.fn()));
const missed = results.filter(({ status }) => status !== 'ok');
for (const { id, name, status, reason } of missed) console.log(`${status}  ${id}  ${name}\n      ${reason}`);
console.log(`${results.length - missed.length} of ${results.length}`);
process.exitCode = missed.length === 0 ? 0 : 1;
