import matter from 'gray-matter';
import type { CategoryName } from '../domain/category.js';

/** The fields of a post's front matter, every one as the text that was written. */
export interface FrontMatter {
  readonly title: string | undefined;
  /** As written; `parsePublished` reads it. Empty when there is none. */
  readonly date: string;
  readonly categories: readonly CategoryName[];
}

export type FrontMatterResult =
  | { readonly kind: 'read'; readonly frontMatter: FrontMatter; readonly body: string }
  | { readonly kind: 'incomplete'; readonly detail: string }
  | {
      readonly kind: 'rejected';
      readonly reason: 'no-front-matter' | 'script-front-matter' | 'bad-front-matter';
      readonly detail: string;
    };

type FieldValue = string | readonly string[];

const maxFrontMatterChars = 64 * 1024;
const maxTitleChars = 1000;
const maxCategories = 50;
const maxCategoryChars = 200;

const openingLine = /^\uFEFF?---(?<language>[^\r\n]*)(?:\r\n|\n|\r|$)/u;
const closingLine = /^---[ \t]*\r?$/mu;

/**
 * Splits a post into front matter and body. Only a first line of exactly `---` opens front matter: a language behind it
 * (`---js`) would make gray-matter evaluate the post, so it is refused before gray-matter sees it.
 * `incomplete`: the text ends before the closing `---`, so the file may still be being written.
 */
export function parseFrontMatter(content: string): FrontMatterResult {
  const opening = openingLine.exec(content);
  if (!opening) {
    if (/^\uFEFF?-{0,2}$/u.test(content))
      return { kind: 'incomplete', detail: 'the file ends before its front matter' };
    return { kind: 'rejected', reason: 'no-front-matter', detail: 'the first line is not ---' };
  }
  const language = opening.groups?.language?.trim() ?? '';
  if (language.startsWith('-')) {
    return { kind: 'rejected', reason: 'no-front-matter', detail: 'the first line is not ---' };
  }
  if (language !== '') {
    const detail = `front matter in another language than YAML: ${language.slice(0, 20)}`;
    return { kind: 'rejected', reason: 'script-front-matter', detail };
  }
  const rest = content.slice(opening[0].length);
  const closing = closingLine.exec(rest.slice(0, maxFrontMatterChars));
  if (!closing) {
    if (rest.length <= maxFrontMatterChars) {
      return { kind: 'incomplete', detail: 'the file ends inside its front matter: no closing ---' };
    }
    const detail = `no closing --- in the first ${maxFrontMatterChars} characters`;
    return { kind: 'rejected', reason: 'bad-front-matter', detail };
  }
  const fields = readFields(rest.slice(0, closing.index));
  if (!fields) {
    return { kind: 'rejected', reason: 'bad-front-matter', detail: 'no line of the front matter is KEY: VALUE' };
  }
  return {
    kind: 'read',
    frontMatter: {
      title: asText(fields.title)?.slice(0, maxTitleChars) || undefined,
      date: asText(fields.date) ?? '',
      categories: pairCategories(fields),
    },
    body: rest.slice(closing.index + closing[0].length),
  };
}

/** A script engine that never runs anything: second line of defence behind the check of the first line. */
function refuseScript(): never {
  throw new Error('front-matter: script front matter is never evaluated');
}
const engines = {
  yaml: { parse: readLines, stringify: refuseScript },
  javascript: { parse: refuseScript, stringify: refuseScript },
  coffee: { parse: refuseScript, stringify: refuseScript },
  json: { parse: refuseScript, stringify: refuseScript },
};

/** With the line end, so that a line which only begins with --- does not end the block. */
const delimiters: [string, string] = ['---', '---\n'];

/** The known fields of a YAML block; undefined when no line is a field. */
function readFields(yaml: string): Record<string, FieldValue> | undefined {
  // Options always: without them gray-matter keeps every post, and gives empty data when it reads a bad one again.
  const { data } = matter(`---\n${yaml.replaceAll('\r', '')}---\n`, { language: 'yaml', engines, delimiters });
  if (Object.keys(data).length === 0 && yaml.trim() !== '') return undefined;
  return data as Record<string, FieldValue>;
}

const fieldName = /^[A-Za-z_][\w-]{0,40}$/u;

/**
 * The YAML engine: line by line, every scalar as the text that is written. YAML proper gives what no headline means
 * (`2022` a number, `新闻 #1 头条` cut at a comment, `*星` an alias, a second colon an error), and aliases that grow.
 */
function readLines(yaml: string): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = Object.create(null) as Record<string, FieldValue>;
  const lines = yaml.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const [key, value] = readField(lines[index] as string);
    if (key === undefined) continue;
    const below: string[] = [];
    while (index + 1 < lines.length && isContinuation(lines[index + 1] as string)) {
      index += 1;
      below.push((lines[index] as string).trim());
    }
    // A key that is written twice: the first counts, as a reader would take it.
    if (!(key in fields)) fields[key] = readValue(value, below);
  }
  return fields;
}

/** `key: value` or `key:`; no key when the line is something else. */
function readField(line: string): readonly [string | undefined, string] {
  const colon = line.indexOf(':');
  const key = line.slice(0, Math.max(0, colon)).trimEnd();
  const value = line.slice(colon + 1);
  const isField = colon > 0 && fieldName.test(key) && (value === '' || /^\s/u.test(value));
  return isField ? [key, value.trim()] : [undefined, ''];
}

/** Indented lines and the `- item` lines of a list belong to the key above them. */
function isContinuation(line: string): boolean {
  return /^(?:[ \t]+\S|-[ \t]+\S|-[ \t]*$)/u.test(line);
}

function readValue(value: string, below: readonly string[]): FieldValue {
  if (/^[|>][-+\d]*$/u.test(value)) return below.join(value.startsWith('|') ? '\n' : ' ');
  if (value === '') {
    const items = below.filter((line) => line.startsWith('-')).map((line) => readScalar(line.slice(1).trim()));
    return items.length > 0 ? items.filter((item) => item !== '') : readScalar(below.join(' '));
  }
  const whole = [value, ...below].join(' ');
  return readFlowList(whole) ?? readScalar(whole);
}

/** `[甲, "乙, 丙"]` as a list; undefined for a title that only starts with a bracket, such as `[图]新闻`. */
function readFlowList(text: string): readonly string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  const inner = text.slice(1, -1);
  if (/[[\]]/u.test(inner)) return undefined;
  const items = inner.match(/\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,]+)/gu) ?? [];
  return items.map((item) => readScalar(item.trim())).filter((item) => item !== '');
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/** A scalar without its quotes. Quotes inside quotes stay, as titles of the archive have them: `"十块"菜地"谁来种"`. */
function readScalar(text: string): string {
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "'") || !text.endsWith(quote)) {
    return text === '~' || text === 'null' ? '' : text;
  }
  const inner = text.slice(1, -1);
  if (quote === "'") return inner.replaceAll("''", "'");
  return inner.replace(/\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))/gu, (_all, unicode, hex, letter: string) => {
    if (unicode || hex) return String.fromCharCode(Number.parseInt((unicode ?? hex) as string, 16));
    return escapes[letter] ?? `\\${letter}`;
  });
}

function asText(value: FieldValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  return cleanLine(typeof value === 'string' ? value : `[${value.join(', ')}]`);
}

const needsNothing = /^(?:[!-~\u3001-\u9fff\uff01-\uff5e\u2014\u2018-\u201d\u2026]+(?: (?! )|$))*$/u;

/** One line, without control characters and lone surrogates, which no database or chat takes. */
function cleanLine(text: string): string {
  if (needsNothing.test(text)) return text;
  return text
    .replace(/[\p{Cc}\p{Cs}\u200b\u2060\ufeff]+/gu, ' ')
    .replace(/ {2,}/gu, ' ')
    .trim();
}

/** One string is one category, spaces and all; a list is several. Tags and slugs pair by position. */
function pairCategories(fields: Readonly<Record<string, FieldValue>>): readonly CategoryName[] {
  const slugs = asList(fields.categories ?? fields.category);
  const names = asList(fields.tags ?? fields.tag).map(withoutNewsSuffix);
  const pairs: CategoryName[] = [];
  for (let index = 0; index < Math.max(slugs.length, names.length); index += 1) {
    const slug = slugs[index];
    const name = names[index] ?? slug;
    if (name !== undefined) pairs.push({ name, slug });
  }
  return pairs;
}

function asList(value: FieldValue | undefined): readonly string[] {
  if (value === undefined) return [];
  return (typeof value === 'string' ? [value] : value)
    .slice(0, maxCategories)
    .map((item) => cleanLine(item).slice(0, maxCategoryChars))
    .filter((item) => item !== '');
}

/** The site files a medium under its name and 新闻: `腾讯新闻新闻` is the medium 腾讯新闻. */
function withoutNewsSuffix(tag: string): string {
  return tag.length > 2 && tag.endsWith('新闻') ? tag.slice(0, -2).trimEnd() : tag;
}
