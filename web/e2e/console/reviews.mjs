import { enter } from './api.mjs';

const ROLES = 100;
const MOST_KEYS = 110;
/** Pages of the queue, and previews for who stands still. */
const MOST_BESIDES = 15;

export async function reviewsFlow(site) {
  await oneByOne(site);
  await refused(site);
  await batch(site);
  await hundred(site);
}

const pending = async (api) => (await api.ask('{ socReviews(first: 1, status: PENDING) { totalCount } }')).socReviews.totalCount;
const STATE = 'soc { status occupation { code } } fields { field value provenance { source } }';

async function jobState(api, id) {
  return JSON.stringify((await api.ask(`query($id: ID!) { job(by: { id: $id }) { ${STATE} } }`, { id })).job);
}

/** The page has moved at once; this is the answer. */
async function undone(page) {
  const toast = page.locator('.toast').filter({ hasText: 'Undone: everything is as it was before.' });
  await toast.getByRole('button', { name: 'Close this message' }).click();
  await toast.waitFor({ state: 'hidden' });
}

async function oneByOne(site) {
  const { kit, api } = site;
  await kit.visit('reviews', {}, async (page) => {
    await enter(page, site, '/reviews');
    await page.getByText('What 17-3024.00 would change').waitFor();
    const { socReviews } = await api.ask('{ socReviews(first: 3, status: PENDING) { nodes { title job { id } candidates { occupation { code } } } } }');
    const [first, second, third] = socReviews.nodes;
    const before = await jobState(api, first.job.id);
    const title = page.locator('#review-title');
    await page.keyboard.press('j');
    await title.getByText(second.title).waitFor();
    await page.keyboard.press('k');
    await title.getByText(first.title).waitFor();
    await page.keyboard.press('2');
    await page.getByText(`What ${first.candidates[1].occupation.code} would change`).waitFor();
    await page.locator('.preview-field').first().waitFor();
    kit.hold(true, 'A candidate is chosen by its number, and the page tells what it would change.');
    await kit.inspect(page, 'review-chosen');
    await page.keyboard.press('a');
    await title.getByText(second.title).waitFor();
    await page.getByText(`✓ ${first.candidates[1].occupation.code}`).waitFor();
    await page.waitForTimeout(500);
    kit.hold((await jobState(api, first.job.id)).includes('"status":"APPROVED"'), 'What was chosen is approved, and the next review is there.');
    await page.keyboard.press('u');
    await title.getByText(first.title).waitFor();
    await undone(page);
    const after = await jobState(api, first.job.id);
    kit.hold(after === before, 'Undo brings the job back exactly.', after.slice(0, 300));

    const waiting = await pending(api);
    await page.keyboard.press('j');
    await page.keyboard.press('r');
    await title.getByText(third.title).waitFor();
    await page.getByText('✗ rejected').waitFor();
    await page.waitForTimeout(500);
    kit.hold((await pending(api)) === waiting - 1, 'A review is rejected with one key.');
    await page.keyboard.press('u');
    await title.getByText(second.title).waitFor();
    await undone(page);
    kit.hold((await pending(api)) === waiting, 'And the rejection is undone.');
    await page.keyboard.press('/');
    await page.keyboard.type('surgical assistants');
    await page.getByRole('radio', { name: 'Surgical Assistants' }).waitFor();
    kit.hold(await title.getByText(second.title).isVisible(), 'Any other code is found, and keys rest while one types.');
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('approve what is chosen, and go on').waitFor();
    await kit.inspect(page, 'review-keys');
    await page.keyboard.press('Escape');
  });
}

/** Somebody else was faster. And who changes their mind at once does not wait for the answer. */
async function refused(site) {
  const { kit, api } = site;
  const { socReviews } = await api.ask('{ socReviews(first: 3, status: PENDING) { nodes { id title job { id } } } }');
  const [first, second, third] = socReviews.nodes;
  await kit.visit('refused', {}, async (page) => {
    await enter(page, site, '/reviews');
    const title = page.locator('#review-title');
    await title.getByText(first.title).waitFor();
    await api.ask('mutation($id: ID!) { rejectSoc(reviewId: $id) { errors { message } } }', { id: first.id });
    await page.keyboard.press('a');
    await title.getByText(second.title).waitFor();
    const row = page.locator('.queue li').filter({ hasText: first.title });
    await row.getByText('The review is decided').waitFor();
    kit.hold(await title.getByText(second.title).isVisible(), 'A refusal is told at its row, and leads nobody away.');
    await kit.inspect(page, 'review-refused');
    await page.getByRole('button', { name: 'Go there' }).click();
    await page.locator('.review').getByRole('alert').getByText('The review is decided').waitFor();
    kit.hold(await page.getByRole('button', { name: 'Approve', exact: false }).last().isEnabled(), 'It waits for a decision again.');

    await page.keyboard.press('j');
    await title.getByText(second.title).waitFor();
    const before = await jobState(api, second.job.id);
    await page.keyboard.press('a');
    await page.keyboard.press('u');
    await page.keyboard.press('j');
    await title.getByText(third.title).waitFor();
    await undone(page);
    const after = await jobState(api, second.job.id);
    kit.hold(after === before, 'A decision is undone before it is answered.', after.slice(0, 300));
    await api.ask('mutation($id: ID!) { requestSocReview(jobId: $id) { errors { message } } }', { id: first.job.id });
  });
}

async function batch(site) {
  const { kit, api } = site;
  await kit.visit('batch', {}, async (page) => {
    await enter(page, site, '/reviews');
    const waiting = await pending(api);
    await page.getByRole('button', { name: 'Approve in a batch' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Least confidence/).fill('50');
    await dialog.getByRole('button', { name: 'Try it' }).click();
    const told = await dialog.getByText(/would be approved;/).innerText();
    kit.hold(/\d+ % of them are to be expected right/.test(told), 'The dry run tells how many, and the precision to expect.', told);
    kit.hold((await pending(api)) === waiting, 'It writes nothing.');
    await kit.inspect(page, 'review-batch');
    const many = Number.parseInt(told, 10);
    await dialog.getByRole('button', { name: `Approve ${many} code` }).click();
    await dialog.getByText(`${many} of ${many} job`).waitFor();
    kit.hold((await pending(api)) === waiting - many, 'The batch is approved.');
    await dialog.getByRole('button', { name: 'Undo all of it' }).click();
    await dialog.getByText('Undone', { exact: true }).waitFor();
    kit.hold((await pending(api)) === waiting, 'One undo takes all of it back.');
  });
}

/** A hundred roles of one company, through the queue with the key a. */
async function hundred(site) {
  const { kit, api } = site;
  const { createCompany } = await api.ask('mutation { createCompany(input: { name: "Hundred Roles", slug: "hundred-roles" }) { company { id } } }');
  const company = createCompany.company.id;
  for (let number = 1; number <= ROLES; number += 1) {
    await api.ask('mutation($input: CreateJobInput!) { createJob(input: $input) { errors { message } } }', {
      input: { kind: 'FEATURED_ROLE', title: `Registered Nurse, Ward ${number}`, description: 'Cares for patients.', company },
    });
  }
  const begun = await pending(api);
  for (let tries = 0; tries < 60 && (await pending(api)) < ROLES; tries += 1) await new Promise((resolve) => setTimeout(resolve, 500));
  const waiting = await pending(api);
  kit.hold(waiting >= ROLES, 'A hundred reviews wait.', `${begun}, then ${waiting}`);
  await kit.visit('hundred', {}, async (page) => {
    await enter(page, site, '/reviews');
    await page.locator('.queue li').nth(20).waitFor();
    await page.evaluate(watchAnswers);
    let asked = 0;
    page.on('request', (request) => (asked += request.url() === api.url ? 1 : 0));
    const place = () => page.evaluate(() => globalThis.took.length);
    let keys = 0;
    while (keys < ROLES) {
      await page.keyboard.press('a');
      keys += 1;
      for (let tries = 0; tries < 500 && (await place()) < keys; tries += 1) await page.waitForTimeout(4);
    }
    const took = await page.evaluate(() => globalThis.took);
    for (let tries = 0; tries < 60 && (await pending(api)) > waiting - ROLES; tries += 1) await page.waitForTimeout(500);
    const left = await pending(api);
    const p95 = took.length < ROLES ? Infinity : took.toSorted((a, b) => a - b)[94];
    kit.hold(waiting - left >= ROLES && keys <= MOST_KEYS, `${waiting - left} reviews took ${keys} keys.`);
    kit.hold(asked <= ROLES + MOST_BESIDES, 'A decision is one request.', `${asked} requests`);
    // The time is told, not held: it is as much the machine's as the page's. The goal is 100 ms.
    kit.hold(took.length >= ROLES, `Each is answered on the page in ${Math.round(p95)} ms (p95).`);
  });
}

/** In the page: how long it takes from each key until the next review is painted. */
function watchAnswers() {
  globalThis.took = [];
  let begun;
  addEventListener('keydown', () => (begun = performance.now()), { capture: true });
  const observer = new MutationObserver((changes) => {
    if (!changes.some(({ attributeName, target }) => attributeName === 'aria-current' && target.hasAttribute('aria-current'))) return;
    const since = begun;
    requestAnimationFrame(() => setTimeout(() => globalThis.took.push(performance.now() - since)));
  });
  observer.observe(document.querySelector('.queue'), { subtree: true, attributes: true, attributeFilter: ['aria-current'] });
}
