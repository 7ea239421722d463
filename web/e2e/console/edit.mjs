import { enter, jobPath } from './api.mjs';

const STATE = 'version fields(names: [SKILLS, EDUCATION, RELATED_TITLES, WAGES]) { field overridden drifted value provenance { source override { mode note } } }';

export async function editFlow(site) {
  await patchFlow(site);
  await conflictFlow(site);
  await rebaseFlow(site);
}

const fieldOf = (job, name) => job.fields.find(({ field }) => field === name);

async function patchFlow(site) {
  const { kit, api } = site;
  const slug = 'accountants-and-auditors';
  const before = await api.job(slug, STATE);
  const [first, second, third] = fieldOf(before, 'SKILLS').value;
  await kit.visit('edit', {}, async (page) => {
    await enter(page, site, jobPath(before.id));
    const section = page.locator('#SKILLS');
    await section.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: `Hide ${first.name}`, exact: true }).click();
    await dialog.getByLabel(`Importance of ${second.name}`, { exact: true }).fill('999');
    await dialog.getByRole('button', { name: `Move ${third.name} up`, exact: true }).click();
    await dialog.getByRole('button', { name: `Move ${third.name} up`, exact: true }).click();
    await dialog.getByRole('button', { name: 'Add an item' }).click();
    await page.keyboard.type('Double-entry bookkeeping');
    await dialog.getByLabel('Importance of Double-entry bookkeeping').fill('71');
    await dialog.getByLabel('Note for the history').fill('How we audit');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').getByText(`“${second.name}”, importance`).waitFor();
    kit.hold(true, 'A refusal names the item, and nothing that was typed is lost.');
    await dialog.getByLabel(`Importance of ${second.name}`, { exact: true }).fill('99');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('What would change').waitFor();
    await dialog.getByText('Double-entry bookkeeping · importance 71').waitFor();
    kit.hold((await api.job(slug, STATE)).version === before.version, 'The preview writes nothing.');
    await kit.inspect(page, 'edit-dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const skills = fieldOf(await api.job(slug, STATE), 'SKILLS');
    const named = (name) => skills.value.find((item) => item.name === name);
    const held =
      skills.provenance.override.mode === 'PATCH' && skills.value[0].name === third.name && named(second.name).importance === 99 && !named(first.name) && named('Double-entry bookkeeping').importance === 71;
    kit.hold(held, 'Hidden, edited, added and moved: all of it is saved as a patch.', JSON.stringify(skills.value.slice(0, 3)));

    await section.locator('.values').getByRole('row').filter({ hasText: second.name }).getByText('Custom', { exact: true }).waitFor();
    await section.locator('.values').getByText('O*NET', { exact: true }).first().waitFor();
    kit.hold(true, 'Where sources mix, each item says its own.');
    await section.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByRole('button', { name: `Show ${first.name}`, exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await section.getByRole('button', { name: 'Compare' }).click();
    await section.locator('.compare').getByRole('row').filter({ hasText: 'Double-entry bookkeeping' }).waitFor();
    await kit.inspect(page, 'compare');
    await section.locator('.compare').getByRole('row').filter({ hasText: first.name }).getByRole('button', { name: 'Restore the item' }).click();
    await page.getByText('The item is restored.').waitFor();
    const restored = fieldOf(await api.job(slug, STATE), 'SKILLS').value;
    kit.hold(restored.some(({ name }) => name === first.name) && restored.some(({ importance }) => importance === 99), 'One item is restored, the other edits stay.');
    await section.getByRole('button', { name: 'Restore', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click();
    await section.getByText('Custom', { exact: true }).first().waitFor({ state: 'hidden' });
    const after = await api.job(slug, STATE);
    kit.hold(JSON.stringify(after.fields) === JSON.stringify(before.fields), 'The field is restored exactly.');

    const wages = page.locator('#WAGES');
    await wages.getByRole('button', { name: 'Edit' }).click();
    await dialog.getByLabel('Leave it empty').check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await wages.getByText('Deliberately empty.').waitFor();
    kit.hold(true, 'A field is left empty on purpose.');
    await page.getByRole('status').getByRole('button', { name: 'Undo' }).last().click();
    await wages.getByText('BLS', { exact: true }).waitFor();
  });
}

async function conflictFlow(site) {
  const { kit, api } = site;
  const slug = 'electricians';
  const job = await api.job(slug, STATE);
  await kit.visit('conflict', {}, async (page) => {
    await enter(page, site, jobPath(job.id));
    const section = page.locator('#EDUCATION');
    await section.getByRole('button', { name: 'Edit' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Replace it').check();
    await dialog.getByLabel('Typical level').fill('Mine');
    const theirs = 'mutation($id: ID!) { overrideFields(input: { jobId: $id, values: [{ education: { replace: { typicalLevel: "Theirs" } } }] }) { errors { message } } }';
    await api.ask(theirs, { id: job.id });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Somebody else changed this job meanwhile').waitFor();
    await dialog.getByText('Theirs').first().waitFor();
    await kit.inspect(page, 'conflict');
    kit.hold((await dialog.getByLabel('Typical level').inputValue()) === 'Mine', 'Of two admins one is told what the other changed, and keeps the own text.');
    await dialog.getByRole('button', { name: 'Apply mine all the same' }).click();
    await section.getByText('Mine').waitFor();
    kit.hold(fieldOf(await api.job(slug, STATE), 'EDUCATION').value.typicalLevel === 'Mine', 'Mine is applied on the new version.');

    await page.context().setOffline(true);
    await section.getByRole('button', { name: 'Why this value' }).click();
    await page.context().setOffline(false);
    await api.ask('mutation($id: ID!) { updateJob(input: { id: $id, description: "Changed by somebody else" }) { errors { message } } }', { id: job.id });
    await page.reload();
    await page.getByText('Changed by somebody else').waitFor();
    await api.ask('mutation($id: ID!) { updateJob(input: { id: $id, description: "Changed once more" }) { errors { message } } }', { id: job.id });
    await page.getByText('Changed once more').waitFor();
    kit.hold(true, 'What somebody else changes appears by itself.');
  });
}

/** Another occupation is another official value: the same skill is edited here and changed there. */
async function rebaseFlow(site) {
  const { kit, api } = site;
  const { socReviews } = await api.ask('{ socReviews(first: 20, status: PENDING) { nodes { id job { id slug } } } }');
  const { id: review, job } = socReviews.nodes.find(({ job: { slug } }) => slug === 'clinical-informatics-nurse');
  const approve = 'mutation($id: ID!, $code: SocCode!) { approveSoc(reviewId: $id, code: $code) { errors { message } } }';
  await api.ask(approve, { id: review, code: '29-1141.00' });
  const skills = fieldOf(await api.job(job.slug, STATE), 'SKILLS').value;
  const [then] = skills;
  const edit = skills.slice(0, 2).map(({ key }) => ({ key, importance: 11 }));
  await api.ask('mutation($input: OverrideFieldsInput!) { overrideFields(input: $input) { errors { message } } }', { input: { jobId: job.id, values: [{ skills: { patch: { edit } } }] } });
  const opened = await api.ask('mutation($id: ID!) { reopenSoc(jobId: $id, note: "Another one") { review { id } } }', { id: job.id });
  await api.ask(approve, { id: opened.reopenSoc.review.id, code: '15-1211.00' });
  await kit.visit('rebase', {}, async (page) => {
    await enter(page, site, jobPath(job.id));
    const section = page.locator('#SKILLS');
    await section.getByText('Drifted').waitFor();
    await section.getByRole('button', { name: 'Compare' }).click();
    const conflicts = section.getByRole('row').filter({ hasText: 'Conflict' });
    await conflicts.first().waitFor();
    await kit.inspect(page, 'compare-conflicts');
    const [official] = fieldOf(await api.job(job.slug, 'fields(names: [SKILLS]) { field diff { base } }'), 'SKILLS').diff.base.filter(({ key }) => key === then.key);
    const cells = await conflicts.filter({ hasText: then.name }).getByRole('cell').allInnerTexts();
    const told = [then.importance, official.importance, 11].every((importance, at) => cells[at].includes(`importance ${importance} `));
    kit.hold(told && then.importance !== official.importance, 'The columns are what was official, what is, and ours.', JSON.stringify(cells));
    kit.hold((await conflicts.count()) === 2, 'Rows that both sides changed are told apart.', String(await conflicts.count()));
    await conflicts.first().getByLabel('Take the official').check();
    await section.getByRole('button', { name: 'Rebase' }).click();
    await section.getByText('Drifted').waitFor({ state: 'hidden' });
    const now = fieldOf(await api.job(job.slug, STATE), 'SKILLS');
    const own = now.value.filter(({ importance }) => importance === 11);
    kit.hold(!now.drifted && own.length === 1, 'After the rebase one row is official, the other stays ours.', JSON.stringify(own));
  });
}
