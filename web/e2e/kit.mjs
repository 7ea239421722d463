// What the tests of a page in a real browser share: a browser with an empty profile, the promise that nothing goes wrong
// behind the scenes, and sentences that hold or do not.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { misfits } from './fit.mjs';

export const PATIENCE = 10_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map((name) => `/usr/bin/${name}`);
/** Fits no message. */
const NEVER = /(?!)/;
const FLAGS = [
  '--headless',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export class Kit {
  failures = 0;

  constructor({ baseUrl, screenshots }) {
    this.baseUrl = baseUrl;
    this.screenshots = screenshots;
    this.executablePath = [process.env.CHROMIUM_PATH, ...BROWSERS].find((path) => path && existsSync(path));
    if (!this.executablePath) throw new Error('No Chromium here. Install Debian’s package chromium, or set CHROMIUM_PATH.');
    if (screenshots) mkdirSync(screenshots, { recursive: true });
  }

  hold(holds, sentence, detail = '') {
    if (!holds) this.failures += 1;
    console.log(`${holds ? 'ok  ' : 'FAIL'}  ${sentence}${holds || detail === '' ? '' : `\n      ${detail}`}`);
  }

  /** A page of a browser of its own; `visit` gets it, and a flow that breaks off is a sentence that does not hold. */
  async visit(name, { colorScheme = 'light', width = 1280, height = 900, scale = 1, expected = NEVER }, visit) {
    const profile = mkdtempSync(join(tmpdir(), 'console-e2e-'));
    const args = process.getuid?.() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
    const options = { executablePath: this.executablePath, args, colorScheme, viewport: { width, height }, deviceScaleFactor: scale, bypassCSP: false };
    const browser = await chromium.launchPersistentContext(profile, options);
    const page = browser.pages()[0] ?? (await browser.newPage());
    page.setDefaultTimeout(PATIENCE);
    const troubles = this.watch(page, expected);
    try {
      await visit(page);
    } catch (error) {
      if (this.screenshots) await page.screenshot({ path: join(this.screenshots, `failed-${name}.png`) });
      this.hold(false, `The visit “${name}” came to its end.`, error.message);
    } finally {
      this.hold(troubles.said.length === 0, `No error in the console (${name}).`, troubles.said.join('\n      '));
      this.hold(troubles.foreign.size === 0, `No request to another host (${name}).`, [...troubles.foreign].join(', '));
      await browser.close();
      rmSync(profile, { recursive: true, force: true });
    }
  }

  watch(page, alsoExpected) {
    const troubles = { said: [], foreign: new Set() };
    const { host } = new URL(this.baseUrl);
    page.on('console', (message) => {
      // The browser itself notes each refused request, and each one without an answer: some of the steps are for that.
      const expected = /status of 40[13]|ERR_INTERNET_DISCONNECTED|ERR_FAILED/.test(message.text()) || alsoExpected.test(message.text());
      if (message.type() === 'error' && !expected) troubles.said.push(message.text());
    });
    page.on('pageerror', (error) => troubles.said.push(String(error)));
    page.context().on('request', (request) => {
      const url = request.url();
      if (/^(https?|wss?):/.test(url) && new URL(url).host !== host) troubles.foreign.add(url);
    });
    return troubles;
  }

  /** Holds what is on the page to WCAG 2.2 AA, and to the width of the window; takes its picture. */
  async inspect(page, name) {
    if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
    const { violations } = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags }), WCAG);
    const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html, any }) => `${html.slice(0, 160)} ${any[0]?.message ?? ''}`).join(' | ')}`);
    this.hold(violations.length === 0, `WCAG 2.2 AA: ${name}.`, told.join('\n      '));
    const [content, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
    this.hold(content <= room, `It fits into the window: ${name}.`, `${content} px in ${room} px`);
    await this.picture(page, name);
    const misfit = await page.evaluate(misfits);
    this.hold(misfit.length === 0, `Nothing is cut off or covered: ${name}.`, misfit.slice(0, 6).join('\n      '));
  }

  async picture(page, name, options = {}) {
    if (this.screenshots) await page.screenshot({ path: join(this.screenshots, `${name}.png`), ...options });
  }

  end(name) {
    console.log(this.failures === 0 ? `${name} holds.` : `${name} does not hold: ${this.failures} of the sentences above failed.`);
    process.exitCode = this.failures === 0 ? 0 : 1;
  }
}
