import { readFileSync } from 'node:fs';
import { projectFile } from '../../paths.js';
import { about, type Finding } from './finding.js';

/** From when a release line gets no security fixes (github.com/nodejs/release). */
const endOfLife: Readonly<Record<number, string>> = {
  20: '2026-04-30',
  21: '2024-06-01',
  22: '2027-04-30',
  23: '2025-06-01',
  24: '2028-04-30',
  25: '2026-06-01',
};
const goodVersion = '24';

/** Whether this Node runs the bot, and is still looked after. */
export function checkNode(now: Date): Finding {
  const node = about('node');
  const { version, versions } = process;
  const needed = neededNode();
  if (!isAtLeast(versions.node, needed)) return node.bad(`${version} is too old: install Node.js ${goodVersion}`);
  const end = endOfLife[Number(versions.node.split('.')[0])];
  if (end !== undefined && now >= new Date(end))
    return node.note(`${version} gets no security fixes since ${end}: install Node.js ${goodVersion}`);
  return node.ok(`${version} (${needed} or later is needed)`);
}

/** Whether this Node knows Chinese words and the time zones: one that is built without them cuts and dates wrongly. */
export function checkLocale(timeZone: string): Finding {
  const locale = about('locale');
  const lacks = [
    segmentsChinese() ? '' : 'Chinese word segmentation',
    Intl.DateTimeFormat.supportedLocalesOf(['zh', 'en']).length === 2 ? '' : 'Chinese dates',
    // Noon in UTC; Shanghai has no daylight saving time.
    hourIn('Asia/Shanghai', new Date('2024-06-01T12:00:00Z')) === 20 ? '' : 'the time zone Asia/Shanghai',
  ].filter(Boolean);
  if (lacks.length > 0)
    return locale.bad(`this Node.js lacks ${lacks.join(', ')}: install one with full ICU, as nodejs.org builds it`);
  return locale.ok(`full ICU ${process.versions.icu}, time zones ${process.versions.tz}, TIMEZONE ${timeZone}`);
}

function neededNode(): string {
  const { engines } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { engines: { node: string } };
  return engines.node.replace(/^>=/u, '');
}

function isAtLeast(version: string, needed: string): boolean {
  const parts = (text: string) => text.split('.').map(Number);
  const [major = 0, minor = 0] = parts(version);
  const [neededMajor = 0, neededMinor = 0] = parts(needed);
  return major > neededMajor || (major === neededMajor && minor >= neededMinor);
}

function segmentsChinese(): boolean {
  const words = [...new Intl.Segmenter('zh', { granularity: 'word' }).segment('养老保险')];
  return words.length < 4;
}

function hourIn(timeZone: string, date: Date): number {
  return Number(new Intl.DateTimeFormat('en', { timeZone, hour: 'numeric', hourCycle: 'h23' }).format(date));
}
