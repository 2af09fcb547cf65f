import type { Heading } from '../domain/article.js';
import type { Block } from './block.js';
import { type Numbering, type NumberingStyle, readNumbering } from './numbering.js';
import { firstRuling, type Rule, type Ruling } from './rule.js';
import { findInnerHeadings, findRunInSeries, findStrongRunIns, openingSentence } from './run-in.js';
import { endsLikeSentence, trimEndMarks } from './text.js';

/** A section: the block that opens it and the words of its heading. */
interface Section {
  readonly block: Block;
  readonly text: string;
}

/** What the rules look at: the blocks that are text, each with its numbering. */
interface OutlineContext {
  readonly blocks: readonly Block[];
  readonly numberings: readonly (Numbering | undefined)[];
  readonly isInterview: boolean;
}

const maxHeadingChars = 45;
const maxPlainChars = 34;
const minBodyChars = 40;

/** Devices that mark a heading by type or number. Of those a text uses, the one that comes first is the outer one. */
export const markedRules: readonly Rule<OutlineContext, readonly Section[]>[] = [
  { name: 'heading-tag', apply: (context) => atLeast(1, headingTags(context)) },
  { name: 'numbered', apply: (context) => numberedSections(context) },
  { name: 'strong-line', apply: (context) => atLeast(2, pick(context, isStrongLine)) },
  { name: 'lenticular-brackets', apply: (context) => atLeast(2, pick(context, isBracketLine)) },
  {
    name: 'strong-run-in',
    apply: ({ blocks, isInterview }) => (isInterview ? undefined : atLeast(2, findStrongRunIns(blocks))),
  },
  { name: 'bullet-mark', apply: (context) => atLeast(2, pick(context, isBulletLine)) },
];

/** Devices tried only when no other speaks: the commonest, and the easiest to mistake. */
export const plainRules: readonly Rule<OutlineContext, readonly Section[]>[] = [
  { name: 'plain-line', apply: (context) => plainSections(context) },
  {
    name: 'listed-points',
    apply: ({ blocks, numberings, isInterview }) => (isInterview ? undefined : listedPoints(blocks, numberings)),
  },
  {
    name: 'run-in-series',
    apply: ({ blocks, isInterview }) => (isInterview ? undefined : atLeast(2, findRunInSeries(blocks))),
  },
];

/** The section headings in order, sub-headings under theirs. Gives heading blocks their roles. */
export function extractOutline(allBlocks: readonly Block[]): readonly Heading[] {
  const blocks = allBlocks.filter((block) => block.role === 'paragraph');
  const context: OutlineContext = {
    blocks,
    numberings: blocks.map((block) => readNumbering(block.text)),
    isInterview: isInterview(blocks),
  };
  const outer = outerDevice(context) ?? firstRuling(plainRules, context);
  if (!outer) return [];
  const level = new Map<Block, string>();
  for (const { block, text } of outer.value) {
    level.set(block, text);
    block.rule = outer.rule;
    if (isWholeLine(block, text)) block.role = 'heading';
  }
  return withSubHeadings(context, level);
}

/** Of the marked devices that are used, the one whose first heading comes first: what follows stands inside its sections. */
function outerDevice(context: OutlineContext): Ruling<readonly Section[]> | undefined {
  let outer: (Ruling<readonly Section[]> & { readonly at: number }) | undefined;
  for (const rule of markedRules) {
    const value = rule.apply(context);
    if (!value) continue;
    const at = context.blocks.indexOf((value[0] as Section).block);
    if (!outer || at < outer.at) outer = { rule: rule.name, value, at };
  }
  return outer;
}

/** Level 1 with the sub-headings below each: numbered and strong lines, run-in headings, short sentences that name parts. */
function withSubHeadings(
  { blocks, numberings }: OutlineContext,
  level: ReadonlyMap<Block, string>,
): readonly Heading[] {
  const headings: Heading[] = [];
  let start = 0;
  const closeSection = (end: number) => {
    if (headings.length === 0 || start >= end) return;
    const section = { blocks: blocks.slice(start, end), numberings: numberings.slice(start, end), isInterview: false };
    for (const text of subHeadings(section)) headings.push({ level: 2, text });
  };
  for (const [index, block] of blocks.entries()) {
    const text = level.get(block);
    if (text === undefined) continue;
    closeSection(index);
    headings.push({ level: 1, text });
    // A run-in heading opens a paragraph that belongs to its section.
    start = block.role === 'heading' ? index + 1 : index;
  }
  closeSection(blocks.length);
  return headings;
}

function subHeadings(section: OutlineContext): readonly string[] {
  const own =
    numberedSections(section, true) ??
    atLeast(2, pick(section, isStrongLine)) ??
    atLeast(2, findRunInSeries(section.blocks.filter(({ rule }) => rule === 'plain-paragraph')));
  if (!own) return section.blocks.flatMap((block) => findInnerHeadings(block.text));
  for (const { block, text } of own) {
    if (isWholeLine(block, text)) block.role = 'subheading';
    if (block.rule === 'plain-paragraph') block.rule = 'sub-heading';
  }
  return own.map(({ text }) => text);
}

/** Whether the heading is all there is in its block but for marks at the end: no run-in heading. */
function isWholeLine(block: Block, heading: string): boolean {
  return block.text.length <= heading.length + 2;
}

function atLeast(count: number, sections: readonly Section[]): readonly Section[] | undefined {
  return sections.length >= count ? sections : undefined;
}

/** The outermost of the heading levels that are used. */
function headingTags({ blocks }: OutlineContext): readonly Section[] {
  const tagged = blocks.filter(({ headingTag, text }) => headingTag > 0 && text.length <= 60 && !text.endsWith('。'));
  const outermost = tagged.reduce((least, { headingTag }) => Math.min(least, headingTag), 7);
  const outer = tagged.filter(({ headingTag }) => headingTag === outermost);
  return outer.map((block) => ({ block, text: trimEndMarks(block.text) }));
}

function pick(context: OutlineContext, test: (block: Block) => boolean): readonly Section[] {
  const { blocks } = context;
  const sections: Section[] = [];
  for (const [index, block] of blocks.entries()) {
    if (block.headingTag > 0 || block.text.length > maxHeadingChars || !test(block) || isQuestionToGuest(block))
      continue;
    if (leadsToBody(blocks, index, test)) sections.push({ block, text: trimEndMarks(block.text) });
  }
  return sections;
}

/** A heading has its text below it: at most one more heading stands between. */
function leadsToBody(blocks: readonly Block[], index: number, isHeading: (block: Block) => boolean): boolean {
  const next = blocks[index + 1];
  if (!next) return false;
  if (!isHeading(next)) return true;
  const afterNext = blocks[index + 2];
  const before = blocks[index - 1];
  return afterNext !== undefined && !isHeading(afterNext) && (before === undefined || !isHeading(before));
}

function isStrongLine(block: Block): boolean {
  return (
    block.isStrong &&
    !block.isTableRow &&
    block.text.length >= 2 &&
    !/[。；;，,、…]$/u.test(block.text) &&
    !/。/u.test(block.text) &&
    /\p{Script=Han}|[A-Za-z]{3}/u.test(block.text) &&
    !isLabelLine(block.text)
  );
}

function isBracketLine(block: Block): boolean {
  return /^【[^【】]{1,40}】$/u.test(block.text);
}

function isBulletLine(block: Block): boolean {
  return /^[●■◆▲★◎▶◇□◼⬛►][\s\u3000]*[^。；]{2,32}$/u.test(block.text) && !endsLikeSentence(block.text);
}

/** 编辑：…, 电话：… and the like: a label and its value. */
function isLabelLine(text: string): boolean {
  return (
    /^[（(【]?[\p{Script=Han}]{2,6}[:：][\s\u3000]*[\d@a-z０-９（(+]/iu.test(text) ||
    /电话|邮箱|地址[:：]|记者[\s\u3000]|摄$|公众号|微信号|热线[:：]/u.test(text)
  );
}

const maxQuestionChars = 28;

/** A question that an interviewer asks: it names who asks, speaks to somebody, or is too long to name a section. */
function isQuestionToGuest({ text }: Block): boolean {
  if (!/[？?][”」]?$/u.test(text)) return false;
  return (
    text.length > maxQuestionChars ||
    /您|请问|你们?(?:是|怎么|如何|觉得|认为)/u.test(text) ||
    /^[\p{L}\p{N}]{1,10}\s*[:：]/u.test(text)
  );
}

const maxInterviewQuestionChars = 160;
const askedBy = /^(?:记者|问|Q\d*|主持人|[\p{Script=Han}A-Za-z0-9]{2,8})\s*[:：][^。]{2,}$/u;

function endsAsking(text: string): boolean {
  return text.endsWith('？') || text.endsWith('?');
}

/** Three questions or more that open with the name of who asks. */
function isInterview(blocks: readonly Block[]): boolean {
  let questions = 0;
  for (const { text } of blocks) {
    if (text.length <= maxInterviewQuestionChars && endsAsking(text) && askedBy.test(text)) questions += 1;
    if (questions >= 3) return true;
  }
  return false;
}

/**
 * A series 一、二、… or （一）… or 1、…: every item is a heading on its own line or opens its paragraph with one. Of several
 * series the one that starts first is the outer. A list of items without text between them is no outline. With `goesOn` a
 * series may go on from the section before: （三） as the first of its section.
 */
function numberedSections({ blocks, numberings }: OutlineContext, goesOn = false): readonly Section[] | undefined {
  const tried = new Set<NumberingStyle>();
  for (const numbering of numberings) {
    if (!numbering || numbering.style === 'one-is' || numbering.style === 'circled' || tried.has(numbering.style))
      continue;
    tried.add(numbering.style);
    const sections = readSeries(blocks, numberings, numbering.style, goesOn ? numbering.number : 1);
    if (sections) return sections;
  }
  return undefined;
}

function readSeries(
  blocks: readonly Block[],
  numberings: readonly (Numbering | undefined)[],
  style: NumberingStyle,
  first: number,
): readonly Section[] | undefined {
  const sections: Section[] = [];
  let expected = first;
  let ownLines = 0;
  let followed = 0;
  for (const [index, block] of blocks.entries()) {
    const numbering = numberings[index];
    if (numbering?.style !== style) continue;
    // One number may be skipped or misprinted; a series that starts again belongs to sections.
    if (numbering.number !== expected && (numbering.number !== expected + 1 || expected === first)) return undefined;
    const text = numberedHeading(block, numbering);
    if (text === undefined) return undefined;
    expected = numbering.number + 1;
    sections.push({ block, text });
    if (!isWholeLine(block, text)) continue;
    ownLines += 1;
    const next = numberings[index + 1];
    if (blocks[index + 1] && next?.style !== style) followed += 1;
  }
  // Own lines need text below them; the last may be where the text was cut.
  if (sections.length < 2 || followed < ownLines - 1) return undefined;
  return sections;
}

const maxNumberedChars = 60;
const maxNumberedRunInChars = 30;

/** The heading of a numbered block: the whole line, a full stop at its end allowed, or the sentence that opens the paragraph. */
function numberedHeading(block: Block, numbering: Numbering): string | undefined {
  const { text } = block;
  if (block.isTableRow) return undefined;
  const isLine = text.length <= maxNumberedChars && !/[。；;]./u.test(text) && !/[；;，,、…]$/u.test(text);
  if (isLine && text.length > numbering.length) return trimEndMarks(text);
  const opening = openingSentence(text.slice(numbering.length), maxNumberedRunInChars);
  return opening === undefined ? undefined : text.slice(0, numbering.length) + opening;
}

const maxPointChars = 25;

/** 一是…。 or ——…。: a list whose items are run-in headings only when each opens its paragraph with a short whole sentence. */
function listedPoints(
  blocks: readonly Block[],
  numberings: readonly (Numbering | undefined)[],
): readonly Section[] | undefined {
  const sections: Section[] = [];
  for (const [index, block] of blocks.entries()) {
    const isPoint = numberings[index]?.style === 'one-is' || /^(?:——|－－|--)/u.test(block.text);
    if (!isPoint) continue;
    const text = openingSentence(block.text, maxPointChars);
    if (text === undefined) return undefined;
    sections.push({ block, text });
  }
  return atLeast(2, sections);
}

/**
 * Short lines without an end mark between paragraphs, and single 【…】 lines: two at least, none repeated. A line that ends
 * as a question or an exclamation is mostly a sentence of the text, so those count only when all are of that kind.
 */
function plainSections(context: OutlineContext): readonly Section[] | undefined {
  const { blocks } = context;
  const bracketed = new Set(pick(context, isBracketLine).map(({ block }) => block));
  const seen = new Map<string, number>();
  for (const { text } of blocks) if (text.length <= maxPlainChars) seen.set(text, (seen.get(text) ?? 0) + 1);
  const lines = blocks.filter((block, index) => {
    if (bracketed.has(block)) return true;
    if (!isPlainLine(block) || (seen.get(block.text) ?? 0) > 1) return false;
    return isBodyText(blocks[index - 1]) && isBodyText(blocks[index + 1]);
  });
  const quiet = lines.filter(({ text }) => !/[？?！!]$/u.test(text));
  const headings = quiet.length > 0 ? quiet : lines;
  const opening = openingHeading(context, headings);
  if (headings.length < 2 && bracketed.size === 0) return undefined;
  if (headings.length === 0) return undefined;
  return [...opening, ...headings].map((block) => ({ block, text: trimEndMarks(block.text) }));
}

/** The first line of the body, when it is as long as the headings below it: alone it could be a second title. */
function openingHeading({ blocks }: OutlineContext, headings: readonly Block[]): readonly Block[] {
  const [first, second] = blocks;
  if (!first || headings.length < 2 || headings.includes(first) || !isPlainLine(first) || !isBodyText(second))
    return [];
  return headings.every(({ text }) => Math.abs(text.length - first.text.length) <= 2) ? [first] : [];
}

function isPlainLine(block: Block): boolean {
  const { text } = block;
  if (
    text.length < 2 ||
    text.length > maxPlainChars ||
    block.isListItem ||
    block.isTableRow ||
    block.isQuote ||
    block.headingTag > 0
  )
    return false;
  if (/^[（(《—\-·•*→\d０-９①-⑳&#@/]|^(?:——|－－)/u.test(text)) return false;
  if (/[。；;：:，,、…—）)]$/u.test(text) || /。|；|https?:|www\./u.test(text)) return false;
  return (
    /\p{Script=Han}{2}|\p{Script=Han}\s\p{Script=Han}/u.test(text) && !isLabelLine(text) && !isQuestionToGuest(block)
  );
}

function isBodyText(block: Block | undefined): boolean {
  if (!block || block.isTableRow) return false;
  return block.text.length >= minBodyChars || (block.text.length >= 12 && endsLikeSentence(block.text));
}
