// Every dialog, with the keyboard only: in the dark, narrow and zoomed. The focus stays inside, and goes back to what opened it.
import { enter, jobPath } from './api.mjs';
import { ZOOMED } from './looks.mjs';

const WINDOWS = [
  { look: 'dark', colorScheme: 'dark', width: 1280, height: 900 },
  { look: '360-dark', colorScheme: 'dark', width: 360, height: 740 },
  ...ZOOMED,
];

export async function dialogsFlow(site) {
  const { kit } = site;
  const places = await scene(site.api);
  for (const { look, ...window } of WINDOWS) {
    await kit.visit(`dialogs-${look}`, window, async (page) => {
      for (const { path, ready, openers } of places) {
        await enter(page, site, path);
        await page.locator(ready).first().waitFor();
        for (const [name, opener] of Object.entries(openers)) await inDialog(kit, page, opener(page), `dialog-${name}-${look}`);
      }
    });
  }
}

/** Something that can be restored, rejected, revoked and deleted. */
async function scene(api) {
  const { id } = await api.job('electricians', '');
  const override = 'mutation($id: ID!) { overrideFields(input: { jobId: $id, values: [{ education: { replace: { typicalLevel: "Any" } } }] }) { errors { message } } }';
  await api.ask(override, { id });
  const { jobs } = await api.ask('{ jobs(first: 1, filter: { source: AI }) { nodes { id fields { field provenance { source } } } } }');
  const [drafted] = jobs.nodes;
  const { field } = drafted.fields.find(({ provenance }) => provenance?.source === 'AI');
  await api.ask('mutation { createApiKey(input: { name: "For dialogs", scopes: [] }) { errors { message } } }');
  const endpoint = { url: 'https://example.com/a-long/path/to/a-webhook/of-somebody', events: ['JOB_UPDATED'] };
  await api.ask('mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { errors { message } } }', { input: endpoint });
  const button = (name, within = 'main') => (page) => page.locator(within).getByRole('button', { name, exact: true }).first();
  return [
    {
      path: jobPath(id),
      ready: '#WAGES',
      openers: {
        'edit-list': button('Edit', '#SKILLS'),
        'edit-wages': button('Edit', '#WAGES'),
        'restore-field': button('Restore', '#EDUCATION'),
        'restore-job': button('Restore the job'),
      },
    },
    { path: jobPath(drafted.id), ready: `#${field}`, openers: { reject: button('Reject draft', `#${field}`) } },
    { path: '/reviews', ready: '.candidate', openers: { keys: (page) => page.getByRole('button', { name: /^Keys/ }), batch: button('Approve in a batch') } },
    { path: '/keys', ready: 'tbody tr', openers: { key: button('New key'), revoke: button('Revoke') } },
    { path: '/webhooks', ready: 'main h2', openers: { endpoint: button('New endpoint'), rotate: button('Rotate the key'), delete: button('Delete') } },
  ];
}

async function inDialog(kit, page, opener, name) {
  await opener.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  const inside = () => dialog.evaluate((element) => element.contains(document.activeElement));
  await kit.inspect(page, name);
  const many = await dialog.locator('a[href], button, input, select, textarea, summary').count();
  const kept = [await inside()];
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let times = 0; times < Math.min(many + 2, 40); times += 1) {
      await page.keyboard.press(key);
      kept.push(await inside());
    }
  }
  await dialog.getByRole('button', { name: 'Close', exact: true }).focus();
  await page.keyboard.press('Shift+Tab');
  kept.push(await inside());
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.waitForTimeout(50);
  const back = await opener.evaluate((element) => element === document.activeElement);
  kit.hold(kept.every(Boolean) && back, `The focus stays inside, and goes back: ${name}.`, `${kept.filter((one) => !one).length} times outside; back: ${back}`);
}
