import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { projectFile } from '../paths.js';
import { writeWhole } from './write-whole.js';

/** The bundled sample posts, laid out in a folder that is then read like any other source. */
export interface Samples {
  /** File name and content of the posts that wait to be published, as bundled: published they bear another date. */
  readonly heldBack: readonly { readonly fileName: string; readonly content: string }[];
  /** Publishes the next held-back post, dated `now`; its file name, or undefined when all are out. */
  publishNext(now: Date): string | undefined;
}

interface BundledPost {
  /** `YYYY-MM-DD` of its name. */
  readonly day: string;
  readonly id: string;
  readonly isHeldBack: boolean;
  readonly content: string;
}

const postName = /^(?<day>\d{4}-\d{2}-\d{2})-(?<id>.+?)(?<later>-later)?\.md$/u;
const dayMs = 86_400_000;
/** The samples print their dates in this zone, `+0800`. */
const printedOffsetMs = 8 * 3_600_000;

/**
 * Writes the posts that are not held back into `folder`, as many days later that the newest of them is of yesterday, and
 * takes out what an earlier start left there under other dates. Two starts on one day write the same.
 */
export function layOutSamples(folder: string, now: Date): Samples {
  const bundled = readBundled();
  const atOnce = bundled.filter(({ isHeldBack }) => !isHeldBack);
  const heldBack = bundled.filter(({ isHeldBack }) => isHeldBack);
  const days = daysToYesterday(atOnce, now);
  const files = new Map(
    atOnce.map((post) => [fileName(post, later(post.day, days)), withDaysAdded(post.content, days)]),
  );

  mkdirSync(folder, { recursive: true });
  const ids = new Set(bundled.map(({ id }) => id));
  for (const name of readdirSync(folder)) {
    const id = postName.exec(name)?.groups?.id;
    if (id !== undefined && ids.has(id) && !files.has(name)) rmSync(path.join(folder, name), { force: true });
  }
  for (const [name, content] of files) writeIfChanged(path.join(folder, name), content);

  const waiting = [...heldBack];
  return {
    heldBack: heldBack.map((post) => ({ fileName: fileName(post, post.day), content: post.content })),
    publishNext(at) {
      const [next] = waiting;
      if (!next) return undefined;
      const name = fileName(next, dayOf(at));
      writeWhole(path.join(folder, name), next.content.replace(/^date:.*$/mu, `date: ${printed(at)}`));
      waiting.shift();
      return name;
    },
  };
}

/** In the order of their names, in which held-back ones are published. */
function readBundled(): readonly BundledPost[] {
  const folder = projectFile('src', 'samples');
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const { day, id, later } = postName.exec(name)?.groups ?? {};
      if (day === undefined || id === undefined) return [];
      return [{ day, id, isHeldBack: later !== undefined, content: readFileSync(path.join(folder, name), 'utf8') }];
    });
}

const fileName = ({ id }: BundledPost, day: string) => `${day}-${id}.md`;

/** Yesterday and not today: then the newest is hours old and never ahead of `now`, at whatever time it was printed. */
function daysToYesterday(posts: readonly BundledPost[], now: Date): number {
  const newest = Math.max(...posts.map(({ day }) => Date.parse(day)));
  return (Date.parse(dayOf(now)) - newest) / dayMs - 1;
}

/** Moves the day of the `date` line. A date without a zone stays one, and a line without a date is left alone. */
function withDaysAdded(content: string, days: number): string {
  return content.replace(/(?<=^date: *)\d{4}-\d{2}-\d{2}/mu, (day) => later(day, days));
}

function later(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

/** As the front matter writes dates: `2026-01-02 03:04:05 +0800`. */
function printed(time: Date): string {
  const wall = new Date(time.getTime() + printedOffsetMs).toISOString();
  return `${wall.slice(0, 19).replace('T', ' ')} +0800`;
}

const dayOf = (time: Date) => printed(time).slice(0, 10);

/** An unchanged file keeps its time stamp, so that the next round does not read it again. */
function writeIfChanged(file: string, content: string): void {
  try {
    if (readFileSync(file, 'utf8') === content) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  writeWhole(file, content);
}
