// Writes the licence texts of every package that a page may hold to dist/assets/licences.txt.
// `npm run build` calls it: who passes on the built pages passes on these notices with them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice|thirdpartynotices)/i;

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const notices = Object.entries(packages)
  .filter(([path, entry]) => path !== '' && !entry.dev && !entry.devOptional && existsSync(path))
  .map(([path, entry]) => notice(path, entry));

writeFileSync('dist/assets/licences.txt', `${notices.join(`\n${'─'.repeat(80)}\n`)}\n`);
console.log(`dist/assets/licences.txt holds the notices of ${notices.length} packages.`);

function notice(path, { version, license }) {
  const texts = readdirSync(path)
    .filter((name) => LICENCE_FILE.test(name) && !name.endsWith('.js'))
    .map((name) => readFileSync(join(path, name), 'utf8').trim());
  return [`${path.split('node_modules/').at(-1)} ${version}, ${license}`, ...texts].join('\n\n');
}
