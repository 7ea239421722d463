// A long list of jobs, scrolled: only what is seen is in the page, pages are fetched on the way, and memory stays within bounds.
import { enter } from './api.mjs';

/** So many rows are scrolled through; the environment may ask for more. */
const ROWS = Number(process.env.SCROLL_ROWS ?? 5_000);
const ROW_PX = 52;
const PX_A_FRAME = 260;
/** Of the page's scripts, for each row that was read. */
const MOST_BYTES_A_ROW = 6_000;

export async function scrollFlow(site) {
  const { kit, api } = site;
  const { jobs } = await api.ask('{ jobs(first: 1) { totalCount } }');
  kit.hold(jobs.totalCount >= ROWS, `There are ${jobs.totalCount} jobs.`);
  await kit.visit('scroll', {}, async (page) => {
    let pages = 0;
    page.on('request', (request) => (pages += request.url() === api.url ? 1 : 0));
    await enter(page, site, '/jobs');
    await page.getByRole('table').getByRole('row').nth(10).waitFor();
    const before = { heap: await heap(page), pages };
    const told = await page.evaluate(scrollThrough, { rows: ROWS, rowPx: ROW_PX, step: PX_A_FRAME });
    const after = { heap: await heap(page), pages };
    kit.hold(told.reached >= ROWS - 1, `Row ${told.reached} is reached.`, `of ${ROWS}`);
    kit.hold(told.mostRows <= 60 && told.mostNodes <= 2_500, `At most ${told.mostRows} rows are in the page, ${told.mostNodes} elements in all.`);
    const fetched = after.pages - before.pages;
    kit.hold(fetched >= ROWS / 100 - 2 && fetched <= ROWS / 100 + 8, `Pages are fetched on the way: ${fetched} requests.`);
    const each = (after.heap - before.heap) / told.reached;
    kit.hold(each <= MOST_BYTES_A_ROW, `A row that was read takes ${Math.round(each)} bytes; ${Math.round(after.heap / 1e6)} MB in all.`);
    // Told, not held: they are as much the machine's as the page's.
    const [p50, p95, p99, most] = quantiles(told.frames, [0.5, 0.95, 0.99, 1]);
    kit.hold(told.frames.length > 100, `${told.frames.length} frames took ${p50} ms (median), ${p95} ms (p95), ${p99} ms (p99), ${most} ms at most.`);
    const waits = quantiles(told.waits, [0.5, 0.95, 1]);
    kit.hold(true, `${told.waits.length} times the end of what was there was reached, for ${waits[0]} ms (median), ${waits[1]} ms (p95), ${waits[2]} ms at most.`);
    await page.evaluate(() => document.querySelector('.table-scroller').scrollTo(0, 0));
    await page.locator('[aria-rowindex="2"] a').waitFor();
    kit.hold(true, 'And back to the first row, which is read again.');
  });
}

/** What the scripts of the page hold, after a collection. */
async function heap(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

function quantiles(values, shares) {
  const sorted = values.toSorted((a, b) => a - b);
  return shares.map((share) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10);
}

/** In the page: scrolls a bit with each frame, and waits where the next page is not there yet. */
async function scrollThrough({ rows, rowPx, step }) {
  const scroller = document.querySelector('.table-scroller');
  const frame = () => new Promise(requestAnimationFrame);
  const told = { frames: [], waits: [], reached: 0, mostRows: 0, mostNodes: 0 };
  let last = await frame();
  let waiting = null;
  while (scroller.scrollTop + scroller.clientHeight < rows * rowPx) {
    const top = scroller.scrollTop;
    scroller.scrollTop = top + step;
    const now = await frame();
    const moved = scroller.scrollTop > top;
    if (moved && waiting === null) told.frames.push(now - last);
    if (!moved) waiting ??= last;
    else if (waiting !== null) {
      told.waits.push(now - waiting);
      waiting = null;
    }
    if (waiting !== null && now - waiting > 20_000) break;
    last = now;
    told.mostRows = Math.max(told.mostRows, scroller.querySelectorAll('.table-body > .row').length);
    if (told.frames.length % 50 === 0) told.mostNodes = Math.max(told.mostNodes, document.querySelectorAll('*').length);
  }
  const place = Number([...scroller.querySelectorAll('.table-body > .row')].at(-1).getAttribute('aria-rowindex'));
  return { ...told, reached: Math.min(place, rows) };
}
