import type { Block } from './block.js';
import { readDateline } from './dateline.js';
import { readNumbering } from './numbering.js';
import { firstRuling, type Rule, type Ruling } from './rule.js';
import { endsLikeSentence, firstSentence } from './text.js';

/** No sentence is longer; bounds the search in a body without a full stop. */
const maxSearchedChars = 4000;

/** A line this long is a paragraph even without an end mark; titles printed again are shorter. */
const minUnendedProse = 45;

/** Finds the paragraph that the body opens with. */
const leadRules: readonly Rule<readonly Block[], Block>[] = [
  // What stands above a dateline is a caption or an abstract that nothing else marks.
  { name: 'dateline-paragraph', apply: (blocks) => blocks.slice(0, 4).find((block) => hasWireDateline(block.text)) },
  {
    name: 'first-paragraph',
    apply: (blocks) => blocks.find((block, index) => isProse(block) && !isSalutation(block, blocks[index + 1])),
  },
  { name: 'first-line', apply: (blocks) => blocks[0] },
];

/** The first sentence of the real body. Call it when all other blocks have their roles. */
export function extractLead(allBlocks: readonly Block[]): Ruling<string> | undefined {
  const paragraphs = allBlocks.filter((block) => block.role === 'paragraph');
  const text =
    paragraphs.length > 0 ? paragraphs : allBlocks.filter((block) => block.role === 'digest' || block.role === 'box');
  const ruling = firstRuling(leadRules, text);
  if (!ruling) return undefined;
  const block = ruling.value;
  const sentence = firstSentence(withoutOpening(block.text).slice(0, maxSearchedChars));
  if (sentence === '') return undefined;
  if (block.rule === 'plain-paragraph') block.rule = `lead: ${ruling.rule}`;
  return { rule: ruling.rule, value: sentence };
}

/** A paragraph as the author's text begins: without dateline, list number and an interviewer's label. */
function withoutOpening(text: string): string {
  let rest = text.slice(readDateline(text)?.length ?? 0);
  const numbering = readNumbering(rest);
  if (numbering && numbering.style !== 'one-is' && !numbering.style.startsWith('labelled'))
    rest = rest.slice(numbering.length);
  return (
    rest
      .replace(/^(?:记者|问|Q|主持人)[\s\u3000]*[:：][\s\u3000]*/u, '')
      .replace(/^[●■◆▲★◎▶◇□•·]+[\s\u3000]*/u, '')
      .trim() || text
  );
}

function hasWireDateline(text: string): boolean {
  const dateline = readDateline(text);
  return dateline !== undefined && text.length > dateline.length + 10;
}

function isProse({ text, isTableRow }: Block): boolean {
  return !isTableRow && (endsLikeSentence(text) || text.length >= minUnendedProse);
}

/** 各省、自治区、直辖市人民政府： or 同志们： before the text of a notice or a speech. */
function isSalutation({ text }: Block, next: Block | undefined): boolean {
  return (
    /[：:]$/u.test(text) &&
    !/[。！？]/u.test(text) &&
    next !== undefined &&
    !/^(?:[（(]?[一1][）)、.是]|——|－－|[●■•①])/u.test(next.text)
  );
}
