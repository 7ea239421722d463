// Every page, light and dark, wide and narrow, and zoomed: WCAG 2.2 AA, nothing cut off, no sideways scrolling, and its picture.
import { untold } from '../tabs.mjs';
import { enter, jobPath } from './api.mjs';

const WINDOWS = [
  { look: '1280-light', colorScheme: 'light', width: 1280, height: 900 },
  { look: '1280-dark', colorScheme: 'dark', width: 1280, height: 900 },
  { look: '360-light', colorScheme: 'light', width: 360, height: 740 },
  { look: '360-dark', colorScheme: 'dark', width: 360, height: 740 },
];
/** What a window of 1280 by 900 has at 200 %, and at 400 %. */
export const ZOOMED = [
  { look: 'zoom-200', colorScheme: 'light', width: 640, height: 450, scale: 2 },
  { look: 'zoom-400', colorScheme: 'light', width: 320, height: 225, scale: 4 },
];

export const looks = (site) => every(site, WINDOWS);
export const zoom = (site) => every(site, ZOOMED);

async function every(site, windows) {
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
  for (const { look, ...window } of windows) {
    await kit.visit(look, window, async (page) => {
      await page.goto(site.url('/'));
      await page.getByLabel('Access token or API key').waitFor();
      await kit.inspect(page, `sign-in-${look}`);
      for (const { name, path, ready } of pages) {
        await enter(page, site, path);
        await ready(page);
        await kit.inspect(page, `${name}-${look}`);
        if (look === '1280-light') {
          const missed = await untold(page);
          kit.hold(missed.length === 0, `All of it is reached with Tab, and seen: ${name}.`, missed.slice(0, 6).join('\n      '));
        }
      }
    });
  }
}
