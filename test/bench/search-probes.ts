import type { Stores } from '../../src/ports.js';
import { queryFor, saveAll } from '../support/builders.js';
import { type Corpus, randomFrom } from '../support/generate-corpus.js';
import { percentile, report, timeMs } from './measure.js';

/** What the benches of searching share: a generated archive, queries by their number of hits, and tables of times. */

export const seed = 20_220_608;
const perBatch = 1_000;
const perGroup = 10;

/** A searched text of the bench, with the number of its hits that picked it. */
export interface Probe {
  readonly words: readonly string[];
  readonly group: string;
}

/** Stores the articles of a corpus up to a number, from another on. */
export async function fill(stores: Stores, corpus: Corpus, count: number, first = 0): Promise<void> {
  const tookMs = await timeMs(async () => {
    for (let from = first; from < count; from += perBatch) {
      const articles = Array.from({ length: Math.min(perBatch, count - from) }, (_, n) => corpus.article(from + n));
      await saveAll(stores.ingest, 'corpus', articles, new Date(), true);
    }
  });
  report('articles made and stored', `${count - first}`, { to: 'one second', value: tookMs / 1_000 });
}

export const toQuery = (words: readonly string[]) => queryFor(...words);
const countUpTo = async (stores: Stores, words: readonly string[], most: number) =>
  (await stores.search.search({ query: toQuery(words), order: 'newest', limit: 1, countUpTo: most }))?.total.count ?? 0;

/** Ten queries for each number of hits: words, passages of one to fifteen characters, two words; each counted before it is taken. */
export async function pickProbes(stores: Stores, corpus: Corpus, count: number): Promise<readonly Probe[]> {
  const percent = count / 100;
  const groups = [
    { group: '0', from: 0, to: 0 },
    { group: '1-10', from: 1, to: 10 },
    { group: '11-100', from: 11, to: 100 },
    { group: '101-1,000', from: 101, to: 1_000 },
    { group: 'up to 1 %', from: Math.max(101, percent / 3), to: percent },
    { group: 'over 1 %', from: percent + 1, to: count },
  ].map((each) => ({ ...each, probes: [] as Probe[] }));
  const random = randomFrom(seed);
  const seen = new Set<string>();
  for (let tries = 0; tries < 20_000 && groups.some(({ probes }) => probes.length < perGroup); tries += 1) {
    const words = pickWords(corpus, random, count, tries);
    const key = words.join(' ');
    if (words.some((word) => word.length < 2) || seen.has(key)) continue;
    seen.add(key);
    let hits = await countUpTo(stores, words, 1_001);
    // Counting many hits of a phrase takes long: words of two characters fill these groups.
    if (hits > 1_000 && words.some((word) => word.length > 2)) continue;
    if (hits > 1_000) hits = await countUpTo(stores, words, Math.ceil(percent) + 1);
    const fitting = groups.filter(
      ({ from, to, probes }) => hits >= from && hits <= Math.max(to, 0) && probes.length < perGroup,
    );
    const group = fitting.at(-1) ?? (hits > percent ? groups.at(-1) : undefined);
    if (group && group.probes.length < perGroup) group.probes.push({ words, group: group.group });
  }
  for (const { group, probes } of groups)
    if (probes.length < perGroup) report(`queries with ${group} hits`, `only ${probes.length}`);
  return groups.flatMap(({ probes }) => probes);
}

/** In turn: a common word, any word, a passage of up to 15 characters, two words, two words joined that may never meet. */
function pickWords(corpus: Corpus, random: () => number, count: number, turn: number): readonly string[] {
  const any = (most: number) => corpus.words[Math.floor(random() ** 2 * most)] ?? '';
  switch (turn % 5) {
    case 0:
      return [any(2_000)];
    case 1:
      return [any(corpus.words.length)];
    case 2:
      return [corpus.passage(Math.floor(random() * count), random, 1 + Math.floor(random() * 7.5)).slice(0, 15)];
    case 3:
      return [any(5_000), any(10_000)];
    default:
      return [any(3_000) + any(3_000)];
  }
}

export interface Timed {
  readonly probe: Probe;
  readonly ms: number;
}

export function printTimes(name: string, timed: readonly Timed[], ours?: readonly Timed[]): void {
  const at = (p: number, all: readonly Timed[] = timed) =>
    percentile(
      all.map(({ ms }) => ms),
      p,
    );
  const figures = [50, 95, 99].map((p) => `p${p} ${at(p).toFixed(2)}`).join('  ');
  const ratios = ours
    ? `   ours is ${[50, 99].map((p) => `${(at(p) / at(p, ours)).toFixed(0)} x faster at p${p}`).join(', ')}`
    : '';
  process.stdout.write(`${name.padEnd(44)} ${figures} ms${ratios}\n`);
}

export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}

const tickMs = 2;

/** How many ms late a timer is, tick by tick, while work goes on. */
export async function lateness(work: () => Promise<unknown>): Promise<readonly number[]> {
  const late: number[] = [];
  let expected = performance.now() + tickMs;
  let timer = setTimeout(function tick() {
    const now = performance.now();
    late.push(Math.max(0, now - expected));
    expected = now + tickMs;
    timer = setTimeout(tick, tickMs);
  }, tickMs);
  await work();
  clearTimeout(timer);
  return late;
}
