// The console sends documents that the service has listed, by their ids. A service that enforces its list counts every other.
import { readFileSync } from 'node:fs';
import { enter, jobPath } from './api.mjs';

export async function documentsFlow(site) {
  const { kit, api } = site;
  const { operations } = JSON.parse(readFileSync(new URL('../../dist/documents.json', import.meta.url), 'utf8'));
  const anonymous = async (body) => (await fetch(api.url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const { errors } = await anonymous({ query: '{ jobs(first: 1) { totalCount } }' });
  kit.hold(errors?.[0].extensions.code === 'DOCUMENT_NOT_LISTED', 'The service enforces its list.', JSON.stringify(errors));
  const { id: documentId } = operations.find(({ name }) => name === 'Jobs');
  const { data } = await anonymous({ documentId, variables: { first: 1 } });
  kit.hold(data?.jobs.nodes.length === 1, 'The console’s documents are listed.', JSON.stringify(data));

  const { id } = await api.job('registered-nurses', '');
  const before = await unlisted(site);
  const sent = [];
  await kit.visit('documents', {}, async (page) => {
    page.on('request', (request) => request.url() === api.url && sent.push(request.postDataJSON()));
    await everyPage(page, site, id);
  });
  const texts = sent.filter(({ documentId }) => !documentId).map(({ query }) => query);
  const known = new Set(operations.map(({ body }) => body));
  kit.hold(sent.length > 20 && texts.every((text) => known.has(text)), 'Whatever the console sends is listed.', texts.find((text) => !known.has(text)));
  kit.hold((await unlisted(site)) === before, 'The service counts no other document.', `${before}, then ${await unlisted(site)}`);
  kit.hold(sent.some(({ documentId }) => documentId === idOf(operations, 'ApproveSoc')), 'Decisions are sent so too.');
  await olderTab(site);
}

const idOf = (operations, wanted) => operations.find(({ name }) => name === wanted).id;

async function unlisted({ kit, api }) {
  const text = await (await fetch(new URL('/metrics', kit.baseUrl), { headers: api.headers })).text();
  return text.split('\n').filter((line) => line.startsWith('rolegraph_documents_unlisted_total')).sort().join();
}

async function everyPage(page, site, job) {
  await enter(page, site, '/');
  await page.getByText('offline-assistant').waitFor();
  await page.locator('.latest').first().waitFor();
  await enter(page, site, '/jobs?kind=OCCUPATION');
  await page.getByRole('table').getByRole('row').nth(2).waitFor();
  await enter(page, site, jobPath(job));
  const wages = page.locator('#WAGES');
  await wages.getByRole('button', { name: 'Why this value' }).click();
  await wages.getByText('Shown', { exact: true }).waitFor();
  await wages.getByRole('button', { name: 'Edit' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Leave it empty').check();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByText('What would change').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'History', exact: true }).click();
  await page.getByRole('listitem').filter({ hasText: 'What changed' }).first().waitFor();
  await enter(page, site, '/reviews');
  await page.locator('.preview-field').first().waitFor();
  await page.keyboard.press('a');
  await page.getByText('1 decided by you just now').waitFor();
  await enter(page, site, `/bulk?ids=${job}`);
  await page.getByRole('heading', { name: '1 job' }).waitFor();
  for (const [path, shown] of [['/runs', '.run'], ['/keys', '.page-head'], ['/webhooks', '.page-head']]) {
    await enter(page, site, path);
    await page.locator(shown).first().waitFor();
  }
}

/** Its documents are not those of the service any more. */
async function olderTab(site) {
  const { kit } = site;
  await kit.visit('older-tab', { expected: /status of 400/ }, async (page) => {
    let asked = 0;
    await page.route('**/graphql', async (route) => {
      const body = route.request().postDataJSON();
      if (!body.documentId) return route.continue();
      asked += 1;
      return route.continue({ postData: JSON.stringify({ ...body, documentId: '0'.repeat(64) }) });
    });
    await enter(page, site, '/jobs');
    await page.getByRole('table').getByRole('row').nth(2).waitFor();
    kit.hold(asked > 0 && asked < 5, 'A tab that is older than the service sends its texts, once it is told.', `${asked} times`);
  });
}
