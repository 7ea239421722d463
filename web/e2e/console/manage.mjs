// Overview, bulk operations, runs, keys and webhooks.
import { enter } from './api.mjs';

export async function manageFlow(site) {
  await overviewFlow(site);
  await bulkFlow(site);
  await copyFlow(site);
  await keysFlow(site);
  await webhooksFlow(site);
  await scopesFlow(site);
}

async function overviewFlow(site) {
  const { kit, api } = site;
  await kit.visit('overview', {}, async (page) => {
    await enter(page, site, '/');
    const { coverage } = await api.ask('{ coverage { percent fields { field filled total } } }');
    await page.getByText(`${Math.round(coverage.percent * 10) / 10} %`).first().waitFor();
    const tasks = coverage.fields.find(({ field }) => field === 'TASKS');
    const row = page.locator('.coverage-row').filter({ hasText: 'Tasks' });
    await row.getByRole('button', { name: `${tasks.total - tasks.filled} gaps` }).click();
    await page.getByText('Approve a SOC code, or override the field.').first().waitFor();
    kit.hold(true, 'A gap says why, and what would close it.');
    await page.getByRole('button', { name: 'Ask providers for all' }).click();
    const run = page.locator('.run').first();
    await run.getByText(`${tasks.total - tasks.filled} of ${tasks.total - tasks.filled} jobs`).waitFor();
    kit.hold(true, 'A run that is started here is followed to its end.');
    await run.getByRole('link').click();
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption('NOT_AVAILABLE');
    await page.locator('.results > li').first().waitFor();
    kit.hold(true, 'Outcomes of a run are told apart.');
  });
}

const ROLES = '{ jobs(first: 100, filter: { kind: FEATURED_ROLE }) { totalCount nodes { id fields(names: [RELATED_TITLES]) { overridden value provenance { source } } } } }';

async function bulkFlow(site) {
  const { kit, api } = site;
  const before = JSON.stringify(await api.ask(ROLES));
  const { totalCount } = JSON.parse(before).jobs;
  const overridden = async () => (await api.ask(ROLES)).jobs.nodes.filter(({ fields }) => fields[0].overridden).length;
  await kit.visit('bulk', {}, async (page) => {
    await enter(page, site, '/jobs?kind=FEATURED_ROLE');
    await page.getByLabel('Choose all that are loaded').check();
    await page.getByRole('link', { name: `Bulk for all ${totalCount} that fit` }).click();
    await page.getByRole('heading', { name: `${totalCount} jobs` }).waitFor();
    await page.locator('.field.short select').selectOption('RELATED_TITLES');
    await page.getByLabel('Replace it').check();
    await page.getByRole('button', { name: 'Add an item' }).click();
    await page.keyboard.type('Bulk title');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText(`${totalCount} of ${totalCount} jobs`).waitFor();
    await page.locator('.results').first().getByText('Bulk title').first().waitFor();
    kit.hold((await overridden()) === 0, 'A dry run shows the difference of each job, and writes nothing.');
    await kit.inspect(page, 'bulk-dry-run');
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('button', { name: 'Undo all of it' }).waitFor();
    kit.hold((await overridden()) === totalCount, 'The same in earnest reaches every job.');
    await page.getByRole('button', { name: 'Undo all of it' }).click();
    await page.getByText('Undone', { exact: true }).first().waitFor();
    kit.hold(JSON.stringify(await api.ask(ROLES)) === before, 'One undo brings all of them back exactly.');
  });
}

async function copyFlow(site) {
  const { kit, api } = site;
  const from = await api.job('financial-managers', 'title');
  const to = await api.job('electricians', '');
  const override = 'mutation($id: ID!) { overrideFields(input: { jobId: $id, values: [{ education: { replace: { typicalLevel: "Copied" } } }] }) { errors { message } } }';
  await api.ask(override, { id: from.id });
  const level = async () => (await api.job('electricians', 'education { value { typicalLevel } overridden }')).education;
  await kit.visit('copy', {}, async (page) => {
    await enter(page, site, `/bulk?ids=${to.id}`);
    await page.getByLabel('Copy another').check();
    await page.getByLabel('Copy from the job').fill('Financial Managers');
    await page.getByRole('radio', { name: from.title }).check();
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('1 of 1 job').waitFor();
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('button', { name: 'Undo all of it' }).waitFor();
    kit.hold((await level()).value.typicalLevel === 'Copied', 'Overrides of one job are copied to another.');
    await page.getByLabel('Restore what').check();
    await page.getByLabel('Education').check();
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('Changed', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Do it' }).click();
    await page.getByRole('button', { name: 'Undo all of it' }).waitFor();
    kit.hold(!(await level()).overridden, 'And restored in bulk.');
  });
}

async function keysFlow(site) {
  const { kit, api } = site;
  await kit.visit('keys', {}, async (page) => {
    await enter(page, site, '/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('For the test');
    await dialog.getByLabel('jobs:read').check();
    await dialog.getByRole('button', { name: 'Create the key' }).click();
    await dialog.getByRole('alert').getByText('give `company`').waitFor();
    kit.hold((await dialog.getByLabel('Name').inputValue()) === 'For the test', 'A refusal says what is missing, and keeps what was typed.');
    await dialog.getByLabel('Company').selectOption({ index: 1 });
    await dialog.getByLabel('soc:review').check();
    await kit.inspect(page, 'key-dialog');
    await dialog.getByRole('button', { name: 'Create the key' }).click();
    const secret = await dialog.locator('.secret code').innerText();
    const { viewer } = await new api.constructor(site.kit.baseUrl, secret).ask('{ viewer { scopes } }');
    kit.hold(viewer.scopes.includes('soc:review') && viewer.scopes.length === 2, 'The key is told once, and it works.', JSON.stringify(viewer));
    site.partnerKey = secret;
    await page.keyboard.press('Escape');
    await page.getByText('For the test').waitFor();
    kit.hold(!(await page.content()).includes(secret), 'It is gone with the dialog.');
  });
}

async function webhooksFlow(site) {
  const { kit, api } = site;
  await kit.visit('webhooks', {}, async (page) => {
    await enter(page, site, '/webhooks');
    await page.getByRole('button', { name: 'New endpoint' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Address').fill('https://hooks.example.com/rolegraph');
    await dialog.getByLabel('Job updated').check();
    await dialog.getByRole('button', { name: 'Add the endpoint' }).click();
    await dialog.locator('code').waitFor();
    await page.keyboard.press('Escape');
    const { id } = await api.job('electricians', '');
    await api.ask('mutation($id: ID!) { updateJob(input: { id: $id, description: "Told to the webhook" }) { errors { message } } }', { id });
    const endpoint = page.getByRole('region', { name: 'https://hooks.example.com/rolegraph' });
    const deliveries = async () => (await api.ask('{ webhookEndpoints(first: 10) { nodes { url deliveries { totalCount } } } }')).webhookEndpoints.nodes.find(({ url }) => url.includes('hooks.example.com'));
    for (let tries = 0; tries < 60 && (await deliveries()).deliveries.totalCount === 0; tries += 1) await page.waitForTimeout(250);
    await endpoint.getByRole('button', { name: 'Deliveries' }).click();
    await endpoint.getByText('Job updated').last().waitFor();
    await endpoint.getByRole('button', { name: 'Send again' }).first().click();
    await page.getByText('It is sent once more.').waitFor();
    kit.hold(true, 'Deliveries are listed, and sent again.');
    await kit.inspect(page, 'webhook-deliveries');
    await endpoint.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await endpoint.waitFor({ state: 'hidden' });
    kit.hold(true, 'An endpoint is deleted.');
  });
}

/** Who may less sees less. */
async function scopesFlow(site) {
  const { kit } = site;
  await kit.visit('scopes', {}, async (page) => {
    await enter(page, { ...site, token: site.partnerKey }, '/');
    const places = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();
    kit.hold(places.join() === 'Overview,Jobs,SOC review,Bulk', 'A key with fewer scopes sees fewer pages.', places.join());
    await page.getByText('offline-assistant').waitFor();
    await kit.inspect(page, 'overview-partner');
  });
}
