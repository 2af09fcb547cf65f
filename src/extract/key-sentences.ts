import type { Block } from './block.js';
import { endsLikeSentence, splitSentences } from './text.js';

const maxKeySentences = 3;
const minKeySentences = 2;
/** From this many candidates on a text gets three. */
const manyCandidates = 12;
const maxSentencesLooked = 40;
const minSentenceChars = 12;
const maxSentenceChars = 140;
const maxSharedPairs = 0.5;

interface Candidate {
  readonly text: string;
  readonly order: number;
  readonly opensParagraph: boolean;
  /** Neighbouring characters, each two as one slot of a table. */
  readonly pairs: readonly number[];
  score: number;
}

/**
 * Two or three whole sentences of the text that say most of it, in its order, without the lead: by place, by what they share
 * with the title, and by what they share with the rest. Fewer when the text has no more.
 */
export function extractKeySentences(
  blocks: readonly Block[],
  title: string | undefined,
  lead: string | undefined,
): readonly string[] {
  const candidates = readCandidates(blocks, lead);
  if (candidates.length === 0) return [];
  scoreCandidates(candidates, title ?? '');
  const wanted = candidates.length > manyCandidates ? maxKeySentences : minKeySentences;
  const chosen: Candidate[] = [];
  for (const candidate of candidates.toSorted((a, b) => b.score - a.score || a.order - b.order)) {
    if (chosen.length === wanted) break;
    if (chosen.every((other) => sharedPairs(other, candidate) < maxSharedPairs)) chosen.push(candidate);
  }
  return chosen.sort((a, b) => a.order - b.order).map(({ text }) => text);
}

function readCandidates(blocks: readonly Block[], lead: string | undefined): readonly Candidate[] {
  const candidates: Candidate[] = [];
  let order = 0;
  for (const block of blocks) {
    if (block.role !== 'paragraph' || block.isTableRow) continue;
    let opensParagraph = true;
    for (const sentence of splitSentences(block.text, maxSentencesLooked - order)) {
      const text = sentence.trim();
      order += 1;
      if (isWholeSentence(text) && !isLead(text, lead)) {
        candidates.push({ text, order, opensParagraph, pairs: charPairs(text), score: 0 });
      }
      opensParagraph = false;
    }
    if (order >= maxSentencesLooked) break;
  }
  return candidates;
}

function isWholeSentence(text: string): boolean {
  return (
    text.length >= minSentenceChars &&
    text.length <= maxSentenceChars &&
    endsLikeSentence(text) &&
    hasBalancedQuotes(text)
  );
}

function isLead(text: string, lead: string | undefined): boolean {
  return lead !== undefined && (text.includes(lead) || lead.includes(text));
}

/** Slots that pairs are counted in; few enough to clear for every post, many enough that two pairs seldom share one. */
const slots = 4096;
// Scratch tables, cleared before each use: extraction is synchronous.
const marked = new Uint8Array(slots);
const frequency = new Uint16Array(slots);

/** Place counts, what the title says counts double, and what many sentences say counts by its share. */
function scoreCandidates(candidates: readonly Candidate[], title: string): void {
  const titlePairs = charPairs(title);
  marked.fill(0);
  frequency.fill(0);
  for (const pair of titlePairs) marked[pair] = 1;
  for (const { pairs } of candidates) for (const pair of pairs) frequency[pair] = (frequency[pair] as number) + 1;
  const spread = Math.log2(candidates.length + 2);
  for (const candidate of candidates) {
    let shared = 0;
    let central = 0;
    for (const pair of candidate.pairs) {
      shared += marked[pair] as number;
      central += Math.min((frequency[pair] as number) - 1, 6);
    }
    const titleShare = titlePairs.length === 0 ? 0 : Math.min(1, shared / titlePairs.length);
    const place = 1 / (1 + candidate.order / 6) + (candidate.opensParagraph ? 0.25 : 0);
    const isAskedOrQuoted = candidate.text.startsWith('“') || candidate.text.includes('？') ? 0.5 : 0;
    candidate.score = titleShare * 2 + central / (candidate.pairs.length + 10) / spread + place - isAskedOrQuoted;
  }
}

/** Pairs of neighbouring letters, digits and Han; punctuation breaks a pair. */
function charPairs(text: string): readonly number[] {
  const pairs: number[] = [];
  let before = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const isWord =
      (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x30 && code <= 0x7a && (code <= 0x39 || code >= 0x41));
    if (isWord && before > 0) pairs.push((Math.imul(before, 31) + code) & (slots - 1));
    before = isWord ? code : 0;
  }
  return pairs;
}

/** Share of the second's pairs that the first has too. */
function sharedPairs(chosen: Candidate, candidate: Candidate): number {
  marked.fill(0);
  for (const pair of chosen.pairs) marked[pair] = 1;
  let shared = 0;
  for (const pair of candidate.pairs) shared += marked[pair] as number;
  return shared / Math.max(1, candidate.pairs.length);
}

/** A sentence cut out of a longer quotation would open or close quotes that nobody sees the other end of. */
function hasBalancedQuotes(text: string): boolean {
  return isBalanced(text, '“', '”') && isBalanced(text, '「', '」');
}

function isBalanced(text: string, open: string, close: string): boolean {
  let at = 0;
  for (;;) {
    const opened = text.indexOf(open, at);
    const closed = text.indexOf(close, at);
    if (opened < 0 && closed < 0) return true;
    if (opened < 0 || closed < opened) return false;
    at = closed + 1;
  }
}
