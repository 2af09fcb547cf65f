import { once } from 'node:events';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { readEnvironment, readTimeZone } from '../config.js';
import type { Article, Heading } from '../domain/article.js';
import { zoneOffset } from '../domain/time-zone.js';
import { explainPost, type ParseOptions, parsePost } from '../extract/parse-post.js';
import { formatWithOffset } from '../extract/published.js';
import { readPostFile } from '../source/read-post-file.js';

interface ExtractOptions {
  readonly outline?: boolean;
  readonly explain?: boolean;
}

/** Where the command writes; standard streams in the program, recorders in tests. */
export interface ExtractStreams {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
}

/** `extract PATH…` on the standard streams. Throws when TIMEZONE is not one. */
export async function extractPosts(paths: readonly string[], options: ExtractOptions): Promise<boolean> {
  const timeZone = readTimeZone(readEnvironment());
  return runExtract(paths, { ...options, timeZone }, { out: process.stdout, err: process.stderr });
}

/** Prints every post under the paths. False when any path is missing or any post was refused. A reader that goes away ends it quietly. */
export async function runExtract(
  paths: readonly string[],
  options: ExtractOptions & ParseOptions,
  { out, err }: ExtractStreams,
): Promise<boolean> {
  let isComplete = true;
  let isReaderGone = false;
  const noteReaderGone = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isReaderGone = true;
  };
  out.on('error', noteReaderGone);
  const refuse = (file: string, reason: string) => {
    isComplete = false;
    err.write(`${file}: ${reason}\n`);
  };
  for (const root of paths) {
    for await (const file of listPosts(root, refuse)) {
      if (isReaderGone) return isComplete;
      const lines = await readLines(file, options, refuse);
      if (lines !== undefined && !out.write(lines))
        await Promise.race([once(out, 'drain'), once(out, 'close')]).catch(noteReaderGone);
    }
  }
  return isComplete;
}

type Refuse = (file: string, reason: string) => void;

/** The files of a folder, below it too, sorted by path; a file as itself. */
async function* listPosts(root: string, refuse: Refuse): AsyncGenerator<string> {
  let entries: string[];
  try {
    if (!(await lstat(root)).isDirectory()) {
      yield root;
      return;
    }
    const found = await readdir(root, { recursive: true, withFileTypes: true });
    entries = found
      .filter((entry) => !entry.isDirectory() && /\.(?:md|markdown)$/iu.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    refuse(root, code === 'ENOENT' ? 'no such file or folder' : `cannot be read (${code})`);
    return;
  }
  yield* entries;
}

/** What is printed for one post; undefined when it was refused. */
async function readLines(
  file: string,
  options: ExtractOptions & ParseOptions,
  refuse: Refuse,
): Promise<string | undefined> {
  const read = readPostFile(file);
  switch (read.kind) {
    case 'missing':
      return void refuse(file, 'no such file or folder');
    case 'changed':
      return void refuse(file, 'changed while it was read');
    case 'rejected':
      return void refuse(file, `${read.reason}: ${read.detail}`);
    case 'read':
      break;
  }
  const post = { sourceKey: path.dirname(file), fileName: path.basename(file), content: read.content };
  const result = parsePost(post, options);
  switch (result.kind) {
    case 'incomplete':
      return void refuse(file, `incomplete: ${result.detail}`);
    case 'rejected':
      return void refuse(file, `${result.rejection.reason}: ${result.rejection.detail}`);
    case 'article':
      break;
  }
  if (options.explain) return renderExplanation(file, explainPost(post, options));
  const offset = result.printedOffsetMinutes;
  return `${JSON.stringify(toLine(post.fileName, result.article, offset, options))}\n`;
}

function toLine(
  file: string,
  article: Article,
  printedOffset: number | undefined,
  options: ExtractOptions & ParseOptions,
) {
  const { title, medium, byline, outline, lead, url, published } = article;
  const at =
    published && formatWithOffset(published, printedOffset ?? zoneOffset(options.timeZone, published.getTime()));
  return {
    file,
    title: title ?? null,
    source: medium ?? null,
    byline: byline ?? null,
    headings: outline.filter(({ level }) => level === 1).map(({ text }) => text),
    lead: lead ?? null,
    url: url ?? null,
    published: at ?? null,
    ...(options.outline ? { outline: nestOutline(outline) } : {}),
  };
}

/** `[{text, sub: […]}]`: each section heading with the headings below it. */
function nestOutline(outline: readonly Heading[]): readonly { text: string; sub: string[] }[] {
  const sections: { text: string; sub: string[] }[] = [];
  for (const { level, text } of outline) {
    if (level === 1) sections.push({ text, sub: [] });
    else sections.at(-1)?.sub.push(text);
  }
  return sections;
}

const shownChars = 60;

function renderExplanation(file: string, blocks: ReturnType<typeof explainPost>): string {
  const lines = blocks.map(({ text, role, rule }) => {
    const shown = text.length > shownChars ? `${text.slice(0, shownChars)}…` : text;
    return `  ${role.padEnd(10)} ${rule.padEnd(20)} ${shown}`;
  });
  return `${[path.basename(file), ...lines].join('\n')}\n`;
}
