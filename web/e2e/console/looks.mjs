// Every page, light and dark, wide and narrow: WCAG 2.2 AA, no sideways scrolling, and its picture.
import { enter, jobPath } from './api.mjs';

const WINDOWS = [
  { colorScheme: 'light', width: 1280, height: 900 },
  { colorScheme: 'dark', width: 1280, height: 900 },
  { colorScheme: 'light', width: 360, height: 740 },
  { colorScheme: 'dark', width: 360, height: 740 },
];

export async function looks(site) {
  const { kit, api } = site;
  const { id } = await api.job('registered-nurses', '');
  const { bulkRestore } = await api.ask('mutation($filter: JobFilter!) { bulkRestore(filter: $filter, dryRun: true) { operation { id } } }', { filter: { ids: [id] } });
  const { job } = await api.ask('query($id: ID!) { job(by: { id: $id }) { enrichment { lastRun { id } } } }', { id });
  await api.ask('mutation { createApiKey(input: { name: "Career site", scopes: [] }) { errors { message } } }');
  const endpoint = { url: 'https://example.com/rolegraph', events: ['JOB_UPDATED', 'FIELD_CHANGED'] };
  await api.ask('mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { errors { message } } }', { input: endpoint });
  const heading = (name) => (page) => page.getByRole('heading', { name, exact: true }).waitFor();
  const pages = [
    {
      name: 'overview',
      path: '/',
      ready: async (page) => {
        await page.getByText('offline-assistant').waitFor();
        await page.locator('.latest').first().waitFor();
        await page.getByRole('button', { name: /gaps?$/ }).first().click();
        await page.getByRole('button', { name: 'Ask providers for all' }).waitFor();
      },
    },
    { name: 'jobs', path: '/jobs', ready: (page) => page.getByRole('table').getByRole('row').nth(2).waitFor() },
    { name: 'job', path: jobPath(id), ready: (page) => page.locator('#WAGES').waitFor() },
    { name: 'reviews', path: '/reviews', ready: (page) => page.locator('.preview-field').first().waitFor() },
    { name: 'bulk', path: `/bulk?ids=${id}`, ready: heading('1 job') },
    { name: 'bulk-operation', path: `/bulk/${bulkRestore.operation.id}`, ready: (page) => page.locator('.results > li').first().waitFor() },
    { name: 'runs', path: '/runs', ready: (page) => page.locator('.run').first().waitFor() },
    { name: 'run', path: `/runs/${job.enrichment.lastRun.id}`, ready: (page) => page.locator('.results > li').first().waitFor() },
    { name: 'keys', path: '/keys', ready: (page) => page.getByText('Career site').first().waitFor() },
    { name: 'webhooks', path: '/webhooks', ready: heading(endpoint.url) },
  ];
  for (const window of WINDOWS) {
    const look = `${window.width}-${window.colorScheme}`;
    await kit.visit(look, window, async (page) => {
      await page.goto(site.url('/'));
      await page.getByLabel('Access token or API key').waitFor();
      await kit.inspect(page, `sign-in-${look}`);
      for (const { name, path, ready } of pages) {
        await enter(page, site, path);
        await ready(page);
        await kit.inspect(page, `${name}-${look}`);
      }
    });
  }
}
