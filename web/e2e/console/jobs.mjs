import { enter } from './api.mjs';

export async function jobsFlow(site) {
  const { kit, api } = site;
  await kit.visit('jobs', {}, async (page) => {
    await enter(page, site, '/jobs');
    const found = page.locator('.page-head [role=status]');
    const rows = page.getByRole('table').getByRole('row');
    await rows.nth(1).waitFor();
    const { jobs } = await api.ask('{ jobs(first: 1) { totalCount } }');
    kit.hold((await found.innerText()) === `${jobs.totalCount} found`, 'All jobs are counted.', await found.innerText());
    await page.getByLabel('Search titles and descriptions').fill('nurses');
    await page.waitForURL(/q=nurses/);
    await page.getByRole('link', { name: 'Registered Nurses' }).waitFor();
    kit.hold((await rows.count()) < 6, 'The search leaves what fits.', String(await rows.count()));

    await page.goto(site.url('/jobs'));
    await page.getByText('Filters', { exact: true }).click();
    await page.locator('.filter-grid').getByLabel('Kind').selectOption('FEATURED_ROLE');
    await page.waitForURL(/kind=FEATURED_ROLE/);
    const { jobs: roles } = await api.ask('{ jobs(first: 1, filter: { kind: FEATURED_ROLE }) { totalCount } }');
    await page.getByText(`${roles.totalCount} found`).waitFor();
    kit.hold(true, 'A filter stands in the address, and holds.');
    await page.reload();
    await page.getByText(`${roles.totalCount} found`).waitFor();
    await page.getByRole('button', { name: 'Title' }).click();
    await page.waitForURL(/direction=DESC/);
    await page.getByText('Columns', { exact: true }).click();
    await page.getByLabel('Version').check();
    await page.getByRole('columnheader', { name: 'Version' }).waitFor();
    kit.hold(true, 'Columns are chosen, and rows sorted, in the address too.');
    await page.getByLabel('Choose all that are loaded').check();
    await page.getByText(`${roles.totalCount} chosen`).waitFor();
    await page.getByLabel('Gap in').selectOption('OUTLOOK');
    await page.getByLabel('Search titles and descriptions').fill('nothing is called so');
    await page.getByText('No job fits').waitFor();
    kit.hold(true, 'A list without entries says what to do.');
  });
}
