import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectFile } from '../paths.js';

/** The bundled sample posts, laid out in a folder that is then read like any other source. */
export interface Samples {
  /** File name and content of the posts that wait to be published, as they will be published. */
  readonly heldBack: readonly { readonly fileName: string; readonly content: string }[];
  /** Publishes the next held-back post, dated `now`; its file name, or undefined when all are out. */
  publishNext(now: Date): string | undefined;
}

const postName = /^\d{4}-\d{2}-\d{2}-.+\.md$/u;
const heldBackMark = '-later';

/** Writes the posts that are not held back into `folder`, and takes held-back ones of an earlier start out of it. */
export function layOutSamples(folder: string): Samples {
  const bundled = projectFile('src', 'samples');
  const names = readdirSync(bundled).filter((name) => postName.test(name));
  const read = (name: string) => readFileSync(path.join(bundled, name), 'utf8');
  mkdirSync(folder, { recursive: true });
  for (const name of names.filter((each) => !isHeldBack(each))) writeIfChanged(path.join(folder, name), read(name));
  const heldBack = names
    .filter(isHeldBack)
    .sort()
    .map((name) => ({ fileName: name.replace(heldBackMark, ''), content: read(name) }));
  for (const { fileName } of heldBack) rmSync(path.join(folder, fileName), { force: true });

  const waiting = [...heldBack];
  return {
    heldBack,
    publishNext(now) {
      const next = waiting.shift();
      if (!next) return undefined;
      writeFileSync(path.join(folder, next.fileName), next.content.replace(/^date:.*$/mu, `date: ${inUtc(now)}`));
      return next.fileName;
    },
  };
}

const isHeldBack = (name: string) => name.includes(heldBackMark);

/** As the front matter writes dates: `2026-01-02 03:04:05 +0000`. */
function inUtc(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} +0000`;
}

/** An unchanged file keeps its time stamp, so that the next round does not read it again. */
function writeIfChanged(file: string, content: string): void {
  try {
    if (readFileSync(file, 'utf8') === content) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  writeFileSync(file, content);
}
