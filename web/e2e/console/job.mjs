import { enter, jobPath } from './api.mjs';

const STATE = 'version fields { field overridden value provenance { source approval { note } } }';

export async function jobFlow(site) {
  await draftFlow(site);
  await restoreFlow(site);
  await offlineFlow(site);
}

async function draftFlow(site) {
  const { kit, api } = site;
  const { jobs } = await api.ask('{ jobs(first: 50, filter: { source: AI }) { nodes { id slug title fields { field provenance { source } } } } }');
  const job = jobs.nodes[0];
  const { field } = job.fields.find(({ provenance }) => provenance?.source === 'AI');
  await kit.visit('drafts', {}, async (page) => {
    await enter(page, site, jobPath(job.id));
    const section = page.locator(`#${field}`);
    await section.getByRole('button', { name: 'Why this value' }).click();
    await section.getByText('Based on').waitFor();
    await section.getByText('Shown', { exact: true }).waitFor();
    kit.hold(true, 'A draft says what it is based on, and which layer is shown.');
    await kit.inspect(page, 'job-why');
    await section.getByRole('button', { name: 'Approve draft' }).click();
    await section.getByText('Approved', { exact: true }).first().waitFor();
    const now = await api.job(job.slug, STATE);
    const approved = now.fields.find((one) => one.field === field).provenance;
    kit.hold(approved.source === 'AI' && approved.approval !== null, 'An approved draft stays AI’s.', JSON.stringify(approved));
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).click();
    await section.getByRole('button', { name: 'Approve draft' }).waitFor();
    kit.hold(true, 'The approval is undone from the toast.');
  });
}

async function restoreFlow(site) {
  const { kit, api } = site;
  const slug = 'software-developers';
  const before = await api.job(slug, STATE);
  await api.ask('mutation($id: ID!) { overrideFields(input: { jobId: $id, note: "For the test", values: [{ education: { replace: { typicalLevel: "Any" } } }] }) { errors { message } } }', { id: before.id });
  await kit.visit('restore', {}, async (page) => {
    await enter(page, site, jobPath(before.id));
    const section = page.locator('#EDUCATION');
    await section.getByText('Custom', { exact: true }).waitFor();
    await section.getByRole('button', { name: 'Restore' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Note for the history').fill('Back to what is official');
    await kit.inspect(page, 'restore-dialog');
    await dialog.getByRole('button', { name: 'Restore' }).click();
    await section.getByText('BLS', { exact: true }).waitFor();
    const after = await api.job(slug, STATE);
    kit.hold(JSON.stringify(after.fields) === JSON.stringify(before.fields), 'A restored field is as it was.');

    await page.getByRole('button', { name: 'History', exact: true }).click();
    await page.getByText('“Back to what is official”').first().waitFor();
    const entry = page.getByRole('listitem').filter({ hasText: '“For the test”' }).first();
    await entry.getByRole('button', { name: 'What changed' }).click();
    await entry.getByText('Custom · Replace · typical level: Any').waitFor();
    kit.hold(true, 'The history tells who, when, why, and what.');
    await kit.inspect(page, 'history');
    await page.getByRole('listitem').filter({ hasText: '“Back to what is official”' }).first().getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone', { exact: true }).waitFor();
    const undone = await api.job(slug, STATE);
    kit.hold(undone.fields.some(({ field, overridden }) => field === 'EDUCATION' && overridden), 'Undoing the restore brings the override back.');

    await page.getByRole('button', { name: 'Fields', exact: true }).click();
    await page.getByLabel('As of').fill(new Date().toISOString().slice(0, 10));
    await page.getByText('It can be read only.').waitFor();
    kit.hold((await page.getByRole('button', { name: 'Restore' }).count()) <= 1, 'The past can be read only.');
    await page.getByLabel('As of').fill('2020-01-01');
    await page.getByText('There was no such job').waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('button', { name: 'Restore the job' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore the job' }).click();
    await section.getByText('BLS', { exact: true }).waitFor();
    kit.hold(true, 'All overrides of the job are restored at once.');
  });
}

async function offlineFlow(site) {
  const { kit, api } = site;
  const job = await api.job('registered-nurses', STATE);
  await kit.visit('offline', {}, async (page) => {
    await enter(page, site, jobPath(job.id));
    await page.locator('#WAGES').waitFor();
    await page.context().setOffline(true);
    await page.getByText('This browser is offline').waitFor();
    await page.getByRole('button', { name: 'Enrich again' }).click();
    await page.getByText('The server does not answer').waitFor();
    kit.hold(await page.locator('#WAGES').isVisible(), 'Offline: what was read stays, and what failed says so.');
    await page.context().setOffline(false);
    await page.getByText('This browser is offline').waitFor({ state: 'hidden' });
  });
}
