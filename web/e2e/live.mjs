// Holds subscriptions of a running server to what the npm clients graphql-ws and graphql-sse expect of one.
// Usage: node e2e/live.mjs protocol|hold|cancel|full BASE_URL TOKEN
// `protocol` checks all that can be seen from outside. `hold` opens subscriptions, says "open", and tells how the server ends
// them. `cancel` opens three of each kind, says "open", and completes them when a line comes in. Exit status: 0 all held, 1 not.
import { once } from 'node:events';
import { createClient as createSse } from 'graphql-sse';
import { createClient as createWs } from 'graphql-ws';
import { WebSocket } from 'ws';

const [mode, baseUrl, token] = process.argv.slice(2);
const WS_URL = `${baseUrl.replace(/^http/, 'ws')}/graphql/ws`;
const BEARER = `Bearer ${token}`;
const PATIENCE = 20_000;
const PROGRESS = 'subscription($run: ID!) { enrichmentProgress(runId: $run) { status total done } }';
const CHANGED = 'subscription($ids: [ID!]) { jobChanged(ids: $ids) { id title version } }';

let failures = 0;

function hold(holds, sentence, detail) {
  if (!holds) failures += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${sentence}${holds ? '' : `\n      ${JSON.stringify(detail)}`}`);
}

async function ask(query, variables = {}) {
  const headers = { 'content-type': 'application/json', authorization: BEARER };
  const response = await fetch(`${baseUrl}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const createJob = async (title) =>
  (await ask('mutation($title: String!) { createJob(input: {kind: OCCUPATION, title: $title, socCode: "29-1141"}) { job { id } } }', { title })).createJob.job.id;
const rename = (id, title) =>
  ask('mutation($id: ID!, $title: String!) { updateJob(input: {id: $id, title: $title}) { errors { message } } }', { id, title });
const enrich = async () => (await ask('mutation { enrichJobs(filter: {}, force: true) { run { id } } }')).enrichJobs.run.id;

function ws(credential, more = {}) {
  return createWs({
    url: WS_URL,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: credential ? { authorization: credential } : undefined,
    ...more,
  });
}

function sse(credential) {
  return createSse({ url: `${baseUrl}/graphql`, retryAttempts: 0, headers: credential ? { authorization: credential } : undefined });
}

/** Everything that a subscription tells, and how it ends. */
function collect(client, query, variables, onNext = () => {}) {
  return new Promise((resolve) => {
    const results = [];
    const timer = setTimeout(() => resolve({ results, end: 'timeout' }), PATIENCE);
    const ended = (end, error) => {
      clearTimeout(timer);
      resolve({ results, end, error });
    };
    const cancel = client.subscribe(
      { query, variables },
      {
        next: (result) => {
          results.push(result);
          onNext(result, () => cancel());
        },
        error: (error) => ended('error', error),
        complete: () => ended('complete'),
      },
    );
  });
}

/** Renames a job until the subscriber has heard of it: nothing tells when a subscription has begun. */
async function renameUntil(id, heard, prefix) {
  for (let round = 0; !heard(); round += 1) {
    if (round * 200 > PATIENCE) throw new Error('nothing is heard');
    await rename(id, `${prefix} ${round}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function transport(name, client) {
  const [mine, other] = [await createJob(`${name} mine`), await createJob(`${name} other`)];
  const run = await enrich();
  const progress = await collect(client(BEARER), PROGRESS, { run });
  const last = progress.results.at(-1)?.data.enrichmentProgress;
  hold(progress.end === 'complete', `${name}: the progress of a run completes`, progress);
  hold(last?.status === 'COMPLETE' && last.done === last.total && last.total >= 1, `${name}: it ends with COMPLETE and all jobs done`, progress);
  const done = progress.results.map((result) => result.data.enrichmentProgress.done);
  hold(done.every((value, place) => place === 0 || done[place - 1] <= value), `${name}: it never goes back`, done);

  let heard = false;
  const renamed = ({ data }) => data.jobChanged.title.startsWith(`${name} mine `);
  const changes = collect(client(), CHANGED, { ids: [mine] }, (result, cancel) => {
    // What happened just before may be told too.
    if (!renamed(result)) return;
    heard = true;
    cancel();
  });
  await rename(other, `${name} renamed`);
  await renameUntil(mine, () => heard, `${name} mine`);
  const { results, end } = await changes;
  hold(renamed(results.at(-1)), `${name}: a change of a job is told`, results);
  hold(results.every(({ data }) => data.jobChanged.id === mine), `${name}: and of no other`, results);
  hold(end === 'complete', `${name}: a client that cancels completes`, end);

  const invalid = await collect(client(BEARER), 'subscription { nothing }');
  const errors = invalid.results[0]?.errors ?? invalid.error;
  hold(errors?.[0]?.extensions?.code === 'BAD_REQUEST', `${name}: a wrong document is told as such`, invalid);
  const anonymous = await collect(client(), PROGRESS, { run });
  const code = anonymous.results[0]?.errors?.[0]?.extensions?.code;
  hold(code === 'UNAUTHENTICATED' && anonymous.end === 'complete', `${name}: a run is told only to who may see it`, anonymous);
  const unknown = await collect(client(BEARER), PROGRESS, { run: mine });
  hold(unknown.results[0]?.errors?.[0]?.extensions?.code === 'INVALID', `${name}: what is no run is told as such`, unknown);
  const single = await collect(client(BEARER), '{ viewer { actor { name } } }');
  hold(single.results[0]?.data?.viewer.actor.name === 'Platform admin' && single.end === 'complete', `${name}: a query is answered once`, single);
  return invalid;
}

/** Sends messages over a bare socket, and tells what comes back and how the server closes. */
async function bare(messages, protocols = ['graphql-transport-ws']) {
  const socket = new WebSocket(WS_URL, protocols);
  const received = [];
  socket.on('message', (data) => received.push(JSON.parse(data)));
  await once(socket, 'open');
  for (const message of messages) {
    socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }
  const [code, reason] = await once(socket, 'close');
  return { received, code, reason: reason.toString() };
}

async function websocketRules() {
  const init = { type: 'connection_init' };
  const start = { id: '1', type: 'subscribe', payload: { query: CHANGED } };
  for (const [sentence, messages, code] of [
    ['who has not introduced itself may not subscribe', [start], 4401],
    ['an introduction is made once', [init, init], 4429],
    ['an id is used once at a time', [init, start, start], 4409],
    ['what is no message ends the connection', ['{"type":"start"}'], 4400],
    ['neither is what is no JSON', ['hello'], 4400],
    ['nor a list in place of a request', [init, { id: '1', type: 'subscribe', payload: ['{ viewer { scopes } }'] }], 4400],
    ['who says nothing is asked to leave', [], 4408],
    ['a bad token is refused', [{ ...init, payload: { authorization: 'Bearer wrong' } }], 4403],
  ]) {
    const told = await bare(messages);
    hold(told.code === code, `ws: ${sentence} (${code})`, told);
  }
  const none = await bare([], []);
  hold(none.code === 4406, 'ws: no other protocol is spoken (4406)', none);

  const socket = new WebSocket(WS_URL, 'graphql-transport-ws');
  const received = [];
  socket.on('message', (data) => received.push(JSON.parse(data)));
  await once(socket, 'open');
  const say = async (message) => {
    const before = received.length;
    socket.send(JSON.stringify(message));
    while (received.length === before) await once(socket, 'message');
    return received[before];
  };
  const pong = await say({ type: 'ping', payload: { n: 1 } });
  hold(pong.type === 'pong' && pong.payload.n === 1, 'ws: a ping is answered, also before the introduction', pong);
  await say(init);
  const deep = await say({ id: 'deep', type: 'subscribe', payload: { query: `{ a${'(b: ['.repeat(70)}` } });
  hold(deep.type === 'error' && deep.payload[0].extensions.code === 'TOO_COMPLEX', 'ws: deep nesting is refused, the connection stays', deep);
  socket.send(JSON.stringify({ id: 'unknown', type: 'complete' }));
  const again = await say({ type: 'ping' });
  hold(again.type === 'pong' && !('payload' in again), 'ws: completing what is not there is no error', again);
  for (let number = 0; number < 100; number += 1) socket.send(JSON.stringify({ ...start, id: `many ${number}` }));
  const many = await say({ ...start, id: 'one more' });
  hold(many.type === 'error' && many.payload[0].extensions.code === 'LIMIT_EXCEEDED', 'ws: a connection has 100 operations at most', many);
  socket.send(JSON.stringify({ id: 'many 0', type: 'complete' }));
  const fits = await say({ id: 'many 0', type: 'subscribe', payload: { query: '{ viewer { scopes } }' } });
  hold(fits.type === 'next' && fits.id === 'many 0', 'ws: what was completed makes room, and its id may be used again', fits);
  socket.close();
}

async function pings() {
  let pongs = 0;
  let connected;
  const client = ws(undefined, { keepAlive: 100, lazy: false, on: { connected: () => connected?.(), pong: () => (pongs += 1) } });
  await new Promise((resolve) => {
    connected = resolve;
  });
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  hold(pongs >= 3, 'ws: the pings of graphql-ws are answered', pongs);
  await client.dispose();
}

async function protocol() {
  const invalid = await transport('ws', ws);
  hold(invalid.end === 'error' && Array.isArray(invalid.error), 'ws: a wrong document is an `error` message', invalid);
  const forbidden = await collect(ws('Bearer wrong'), CHANGED);
  hold(forbidden.error?.code === 4403, 'ws: graphql-ws sees a bad token as 4403', String(forbidden.error));
  await pings();
  await websocketRules();

  const accepted = await transport('sse', sse);
  hold(accepted.results.length === 1 && accepted.end === 'complete', 'sse: a wrong document is a `next` with errors, then `complete`', accepted);
  const refused = await collect(sse('Bearer wrong'), CHANGED);
  hold(refused.error?.response?.status === 401, 'sse: graphql-sse sees a bad token as 401', String(refused.error));
  const query = encodeURIComponent('subscription { jobChanged { id } }');
  const controller = new AbortController();
  const events = { accept: 'text/event-stream' };
  const source = await fetch(`${baseUrl}/graphql?query=${query}`, { headers: events, signal: controller.signal });
  hold(source.headers.get('content-type') === 'text/event-stream', 'sse: an EventSource may subscribe by GET', source.status);
  controller.abort();
  const mutation = await fetch(`${baseUrl}/graphql?query=${encodeURIComponent('mutation { deleteJob(id: "a") { deletedId } }')}`, { headers: events });
  hold(mutation.status === 405, 'sse: a mutation by GET is refused all the same', mutation.status);
}

/** Opens so many subscriptions of each kind, and answers what ends them when all have heard of a change. */
async function open(count) {
  const job = await createJob('held');
  const clients = Array.from({ length: count }, () => [ws(), sse()]).flat();
  let heard = 0;
  const held = clients.map((client) => {
    let first = true;
    let cancel;
    const ended = collect(client, CHANGED, { ids: [job] }, (_, stop) => {
      cancel = stop;
      if (first) heard += 1;
      first = false;
    });
    return { ended, cancel: () => cancel() };
  });
  await renameUntil(job, () => heard === clients.length, 'held');
  console.log('open');
  return held;
}

async function holdOpen() {
  const [socket, stream] = await Promise.all((await open(1)).map(({ ended }) => ended));
  hold(socket.error?.code === 1001, 'ws: a server that stops says that it goes away', socket);
  hold(stream.end === 'error', 'sse: a server that stops does not say that all is complete', stream);
}

async function cancel() {
  const held = await open(3);
  await once(process.stdin, 'data');
  for (const one of held) one.cancel();
  const ended = await Promise.all(held.map((one) => one.ended));
  hold(ended.every(({ end }) => end === 'complete'), 'what is cancelled completes', ended);
  console.log('cancelled');
  await once(process.stdin, 'end');
}

/** Two queries that take all the room there is; the third is refused, the two are answered in the end. */
async function full() {
  const slow = ['Cook', 'Nurse'].map((title) => collect(ws(), `{ suggestSoc(title: "${title}") { confidence } }`));
  await once(process.stdin, 'data');
  const refused = await collect(ws(), '{ viewer { scopes } }');
  hold(refused.end === 'error' && refused.error[0]?.extensions?.code === 'OVERLOADED', 'ws: what finds no room is an `error` message', refused);
  console.log('refused');
  const answered = await Promise.all(slow);
  hold(answered.every(({ results, end }) => end === 'complete' && !results[0].errors), 'ws: those that were let in are answered', answered);
}

await { protocol, hold: holdOpen, cancel, full }[mode]();
console.log(failures === 0 ? 'Live holds.' : `${failures} of live do not hold.`);
process.exit(failures === 0 ? 0 : 1);
