// Holds the GraphiQL page in a real browser against a running server that has the demo's jobs.
// Usage: node e2e/graphiql.mjs BASE_URL [TOKEN] [SCREENSHOT_DIR]
// With an admin's TOKEN it also enriches the job registered-nurses again. Exit status: 0 all held, 1 not.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium } from 'playwright-core';

const [baseUrl, token, screenshots] = process.argv.slice(2);
const EXAMPLES = join(import.meta.dirname, '../graphiql/examples');
const KNOWN_OCCUPATION = 'Registered Nurses';
const PATIENCE = 20_000;
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => `/usr/bin/${name}`);
const FLAGS = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let failures = 0;

function hold(holds, sentence, detail = '') {
  if (!holds) failures += 1;
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${sentence}${holds || detail === '' ? '' : `\n      ${detail}`}`);
}

if (!baseUrl) fail('Usage: node e2e/graphiql.mjs BASE_URL [TOKEN] [SCREENSHOT_DIR]');
const executablePath = [process.env.CHROMIUM_PATH, ...BROWSERS].find((path) => path && existsSync(path));
if (!executablePath) fail('No Chromium here. Install Debian’s package chromium, or set CHROMIUM_PATH.');
if (screenshots) mkdirSync(screenshots, { recursive: true });

try {
  await withPage('light', anonymousVisit);
  await withPage('dark', darkVisit);
  if (token) await withPage('light', adminVisit);
  else console.log('skip  No token was given: nothing that an admin does was tried.');
} catch (error) {
  hold(false, 'The visit came to its end.', error.message);
}
console.log(failures === 0 ? 'GraphiQL holds.' : `GraphiQL does not hold: ${failures} of the sentences above failed.`);
process.exitCode = failures === 0 ? 0 : 1;

async function anonymousVisit(page) {
  await page.goto(address());
  await page.getByRole('button', { name: 'Execute query' }).waitFor({ timeout: PATIENCE });
  hold((await page.title()).startsWith('rolegraph'), 'The page renders and its title names rolegraph.');
  hold(await page.getByRole('link', { name: 'rolegraph' }).isVisible(), 'The page shows the name rolegraph.');

  const names = exampleNames();
  const shown = await page.locator('[data-example]').evaluateAll((all) => all.map((one) => one.dataset.example));
  const missing = names.filter((name) => !shown.includes(name));
  hold(missing.length === 0 && names.length > 0, `All ${names.length} examples are there.`, `missing: ${missing}`);

  await schemaIsThere(page);
  const answer = await run(page);
  const titles = answer.data?.jobs?.nodes?.map((job) => job.title) ?? [];
  hold(titles.includes(KNOWN_OCCUPATION), `The first example answers ${KNOWN_OCCUPATION}.`, excerpt(answer));
  hold(await responseShows(page, titles[0]), 'Its answer is visible on the page.');
  await screenshot(page, 'light');

  const wrong = await examplesWithErrors(page, names);
  hold(wrong.length === 0, 'The editor finds no error in any example.', wrong.join('; '));
  await screenshot(page, 'examples');
  await refusesWrongToken(page);
}

async function darkVisit(page) {
  await page.goto(address());
  await schemaIsThere(page);
  await run(page);
  const background = await page.locator('.graphiql-container').evaluate((one) => getComputedStyle(one).backgroundColor);
  const brightness = Math.max(...background.match(/\d+/g).slice(0, 3).map(Number));
  hold(brightness < 100, 'It is dark where the system is dark.', background);
  await screenshot(page, 'dark');
}

async function adminVisit(page) {
  await page.goto(`${address()}#token=${encodeURIComponent(token)}`);
  await page.getByRole('button', { name: 'Sign out' }).waitFor({ timeout: PATIENCE });
  await schemaIsThere(page);
  hold(!page.url().includes('#') && !page.url().includes(token), 'The token is gone from the address.', page.url());
  const kept = await page.evaluate((secret) => JSON.stringify(localStorage).includes(secret), token);
  hold(!kept, 'The token is not in localStorage.');

  await openExample(page, 'admin/02-providers');
  const providers = await run(page);
  hold(!providers.errors && providers.data?.providers?.length > 0, 'An admin reads the providers.', excerpt(providers));
  await screenshot(page, 'admin');

  await openExample(page, 'admin/07-enrich-job');
  const enriched = await run(page);
  const { run: work, errors } = enriched.data?.enrichJob ?? {};
  hold(!enriched.errors && errors?.length === 0 && work?.id, 'An admin enriches a job, its id filled in.', excerpt(enriched));
  await screenshot(page, 'enrich');

  await page.reload();
  await page.getByRole('button', { name: 'Sign out' }).click({ timeout: PATIENCE });
  const left = await page.evaluate(() => sessionStorage.length);
  await page.getByRole('button', { name: 'Sign in' }).waitFor({ timeout: PATIENCE });
  hold(left === 0, 'The token outlives a reload, and is forgotten with the sign-out.');
}

async function refusesWrongToken(page) {
  await page.getByRole('button', { name: 'Sign in' }).click();
  const field = page.getByLabel('Access token');
  await field.fill('no-such-token');
  await field.press('Enter');
  const refusal = page.getByRole('alert').filter({ hasText: 'did not take this token' });
  await refusal.waitFor({ timeout: PATIENCE }).catch(() => {});
  hold(await refusal.isVisible(), 'A wrong token is refused, and the form says so.');
  await screenshot(page, 'sign-in');
}

/** Opens every example and answers those that the editor underlines in red. */
async function examplesWithErrors(page, names) {
  const wrong = [];
  for (const name of names) {
    await openExample(page, name);
    await page.waitForTimeout(800); // The worker validates after a pause of its own.
    if ((await page.locator('.graphiql-query-editor .squiggly-error').count()) > 0) wrong.push(name);
  }
  return wrong;
}

async function openExample(page, name) {
  await page.locator(`[data-example="${name}"]`).click();
  await page.locator(`[data-example="${name}"][aria-current]`).waitFor({ timeout: PATIENCE });
  await page.waitForTimeout(300); // GraphiQL reads the new operation's name after a pause.
}

/** The editors stand, and the button that reads the schema again is not spinning. */
async function schemaIsThere(page) {
  await page.waitForFunction(() => globalThis.__MONACO !== undefined, null, { timeout: PATIENCE });
  await page.locator('.graphiql-query-editor .view-line').first().waitFor({ timeout: PATIENCE });
  await page.getByRole('button', { name: /^Re-fetch GraphQL schema/ }).and(page.locator(':enabled')).waitFor({ timeout: PATIENCE });
}

/** Presses Execute and answers what the server said. */
async function run(page) {
  const [response] = await Promise.all([
    page.waitForResponse(isAnswer, { timeout: PATIENCE }),
    page.getByRole('button', { name: 'Execute query' }).click(),
  ]);
  await page.locator('.graphiql-response .view-line', { hasText: /\S.*\S/ }).first().waitFor({ timeout: PATIENCE });
  return response.json();
}

function isAnswer(response) {
  if (!response.url().endsWith('/graphql')) return false;
  return !/query (IntrospectionQuery|Viewer)\b/.test(response.request().postData() ?? '');
}

async function responseShows(page, text) {
  const shown = await page.locator('.graphiql-response .view-lines').innerText();
  const squeeze = (words) => words.replace(/\s/g, ''); // The editor breaks lines where it likes.
  return text !== undefined && squeeze(shown).includes(squeeze(text));
}

/** A browser with an empty profile, and the promise that nothing went wrong behind the scenes. */
async function withPage(colorScheme, visit) {
  const profile = mkdtempSync(join(tmpdir(), 'graphiql-e2e-'));
  const args = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
  const viewport = { width: 1440, height: 900 };
  const browser = await chromium.launchPersistentContext(profile, { executablePath, args, colorScheme, viewport });
  const page = browser.pages()[0] ?? (await browser.newPage());
  try {
    const troubles = watch(page);
    await visit(page);
    const { console: said, foreign } = troubles;
    hold(said.length === 0, `No error in the console (${visit.name}).`, said.join('\n      '));
    hold(foreign.size === 0, `No request to another host (${visit.name}).`, [...foreign].join(', '));
  } catch (error) {
    await screenshot(page, 'failed');
    throw error;
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

function watch(page) {
  const troubles = { console: [], foreign: new Set() };
  const { host } = new URL(baseUrl);
  page.on('console', (message) => {
    // The browser itself notes each refused request. Being refused is what some of the steps are for.
    const refused = message.location().url.endsWith('/graphql') && /status of 40[13]/.test(message.text());
    if (message.type() === 'error' && !refused) troubles.console.push(message.text());
  });
  page.on('pageerror', (error) => troubles.console.push(String(error)));
  const note = (url) => {
    if (/^(https?|wss?):/.test(url) && new URL(url).host !== host) troubles.foreign.add(url);
  };
  page.context().on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => note(socket.url()));
  return troubles;
}

async function screenshot(page, name) {
  if (screenshots) await page.screenshot({ path: join(screenshots, `graphiql-${name}.png`) });
}

function address() {
  return new URL('/graphiql', baseUrl).href;
}

function exampleNames() {
  return readdirSync(EXAMPLES, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.name.endsWith('.graphql'))
    .map((entry) => `${basename(entry.parentPath)}/${entry.name.replace('.graphql', '')}`)
    .sort();
}

function excerpt(answer) {
  return JSON.stringify(answer).slice(0, 400);
}

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
