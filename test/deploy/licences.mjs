// npm run -s licences: name, version and licence of every package that is installed with the bot, from the lockfile. Exit code 1
// when one has a licence that is not on the list: then somebody must read it. Tools of the developers only are held to it as well.
import { readFileSync } from 'node:fs';
import path from 'node:path';

const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
]);
/** Not passed on with the bot: a licence that asks for changed files to be published does no harm. */
const allowedForTools = new Set([...allowed, 'MPL-2.0']);

const { packages } = JSON.parse(readFileSync(path.join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8'));
const entries = Object.entries(packages).filter(([place]) => place !== '');
for (const [place, { name, version, license, dev }] of entries) {
  const shown = `${name ?? place.split('node_modules/').at(-1)} ${version} ${license}`;
  if (!isAllowed(license ?? '', dev ? allowedForTools : allowed)) {
    process.stderr.write(`not on the list of licences: ${shown}\n`);
    process.exitCode = 1;
  }
  if (!dev) process.stdout.write(`${shown}\n`);
}

/** `A OR B`: one will do. `A AND B`: both must. */
function isAllowed(expression, list) {
  return expression
    .replaceAll(/[()]/gu, '')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((licence) => list.has(licence.trim())));
}
