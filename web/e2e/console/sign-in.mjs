import { enter } from './api.mjs';

export async function signInFlow(site) {
  const { kit, token } = site;
  await kit.visit('sign-in', {}, async (page) => {
    await page.goto(site.url('/jobs'));
    const field = page.getByLabel('Access token or API key');
    await field.fill('no-such-token');
    await field.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'did not take this token' }).waitFor();
    kit.hold(true, 'A wrong token is refused, and the form says so.');
    await field.fill(token);
    await field.press('Enter');
    await page.getByRole('heading', { name: 'Jobs' }).waitFor();
    const [local, session] = await page.evaluate(() => [JSON.stringify(localStorage), JSON.stringify(sessionStorage)]);
    kit.hold(!local.includes(token) && session.includes(token), 'The token is kept in sessionStorage only.');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await field.waitFor();
    kit.hold((await page.evaluate(() => sessionStorage.length)) === 0, 'The sign-out forgets the token.');

    await enter(page, site, '/jobs?kind=FEATURED_ROLE');
    kit.hold(!page.url().includes('#') && page.url().includes('kind=FEATURED_ROLE'), 'The link signs in, and the token is gone from the address.', page.url());
    await page.goto(site.url('/no/such/page'));
    await page.getByText('There is no such page').waitFor();
    kit.hold(true, 'An address that is none says so.');
  });
}
