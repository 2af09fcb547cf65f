import type { Article } from '../domain/article.js';
import { type CategoryName, foldName } from '../domain/category.js';
import type { Post, Rejection } from '../domain/post.js';
import type { Block, Role } from './block.js';
import { readBlocks } from './body.js';
import { extractByline } from './byline.js';
import { parseFrontMatter } from './front-matter.js';
import { extractKeySentences } from './key-sentences.js';
import { extractLead } from './lead.js';
import { extractMedium } from './medium.js';
import { markNoise } from './noise.js';
import { extractOutline } from './outline.js';
import { parsePostName } from './post-name.js';
import { parsePublished } from './published.js';
import { splitTrailer } from './trailer.js';

export interface ParseOptions {
  /** IANA zone of dates that name none. */
  readonly timeZone: string;
}

export type ParseResult =
  | {
      readonly kind: 'article';
      readonly article: Article;
      /** Minutes east of UTC that the post printed with its date; undefined when it printed none. */
      readonly printedOffsetMinutes: number | undefined;
    }
  /** Ends inside its front matter: it may still be being written. */
  | { readonly kind: 'incomplete'; readonly detail: string }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

/** One block of a post, what it was taken for, and the rule that decided. */
export interface BlockExplanation {
  readonly text: string;
  readonly role: Role;
  readonly rule: string;
}

/** Reads a post: front matter, then one pass over the body. Never throws for what a post contains. */
export function parsePost(post: Post, options: ParseOptions): ParseResult {
  const read = parseFrontMatter(post.content);
  if (read.kind === 'incomplete') return read;
  if (read.kind === 'rejected') return { kind: 'rejected', rejection: { reason: read.reason, detail: read.detail } };
  const { title, date, categories } = read.frontMatter;
  const { blocks, url, byline, outline, lead, printedMedium } = readBody(read.body, title);
  const text = joinText(blocks);
  if (title === undefined && text === '') {
    return { kind: 'rejected', rejection: { reason: 'empty', detail: 'neither a title nor any text' } };
  }
  const published = parsePublished(date, options.timeZone);
  const postIdentity = `${post.sourceKey}#${parsePostName(post.fileName).id}`;
  const medium = printedMedium ?? categories[0]?.name;
  const article: Article = {
    identity: url ?? postIdentity,
    postIdentity,
    url,
    title,
    byline,
    outline,
    lead,
    // One heading is no outline that a reader could use.
    keySentences: outline.length > 1 ? [] : extractKeySentences(blocks, title, lead),
    published: published?.at,
    medium,
    categories: withMedium(categories, medium),
    text,
  };
  return { kind: 'article', article, printedOffsetMinutes: published?.offsetMinutes };
}

/**
 * Every block of a post with its role and the rule that gave it, as `parsePost` decides. Empty for a post without front
 * matter. Takes what `parsePost` takes; no rule about blocks depends on the options so far.
 */
export function explainPost(post: Post, _options: ParseOptions): readonly BlockExplanation[] {
  const read = parseFrontMatter(post.content);
  if (read.kind !== 'read') return [];
  const { blocks } = readBody(read.body, read.frontMatter.title);
  return blocks.map(({ text, role, rule }) => ({ text, role, rule }));
}

/** All that a body says. The order matters: each step reads the roles that those before it gave. */
function readBody(body: string, title: string | undefined) {
  const { markup, url } = splitTrailer(body);
  const blocks = readBlocks(markup);
  markNoise(blocks, title);
  const byline = extractByline(blocks)?.value;
  const outline = extractOutline(blocks);
  const lead = extractLead(blocks)?.value;
  const printedMedium = extractMedium(blocks)?.value;
  return { blocks, url, byline, outline, lead, printedMedium };
}

const textRoles: ReadonlySet<Role> = new Set<Role>(['paragraph', 'heading', 'subheading', 'box', 'signature']);

/** The author's text, a line for each block; with the digest only when no paragraph follows it. */
function joinText(blocks: readonly Block[]): string {
  const hasProse = blocks.some(({ role }) => role === 'paragraph');
  const text = blocks.filter(({ role }) => textRoles.has(role) || (role === 'digest' && !hasProse));
  return text.map((block) => block.text).join('\n');
}

/** The categories of the front matter, and one for the medium when none of them bears its name. */
function withMedium(categories: readonly CategoryName[], medium: string | undefined): readonly CategoryName[] {
  if (medium === undefined || categories.some(({ name }) => name === medium || foldName(name) === foldName(medium)))
    return categories;
  return [...categories, { name: medium, slug: undefined }];
}
