import type { Block } from './block.js';
import { foldLine, splitSentences } from './text.js';

const maxKeySentences = 3;
const minKeySentences = 2;
const maxSentencesLooked = 120;
const minSentenceChars = 12;
const maxSentenceChars = 140;

interface Candidate {
  readonly text: string;
  readonly order: number;
  readonly opensParagraph: boolean;
  readonly pairs: ReadonlySet<string>;
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
  const titlePairs = charPairs(title ?? '');
  const frequency = new Map<string, number>();
  for (const { pairs } of candidates) for (const pair of pairs) frequency.set(pair, (frequency.get(pair) ?? 0) + 1);
  const scored = candidates.map((candidate) => ({
    candidate,
    score: scoreSentence(candidate, candidates.length, titlePairs, frequency),
  }));
  scored.sort((a, b) => b.score - a.score || a.candidate.order - b.candidate.order);
  const chosen: Candidate[] = [];
  for (const { candidate } of scored) {
    if (chosen.length === (candidates.length > 12 ? maxKeySentences : minKeySentences)) break;
    if (chosen.every((other) => overlap(other.pairs, candidate.pairs) < 0.5)) chosen.push(candidate);
  }
  return chosen.sort((a, b) => a.order - b.order).map(({ text }) => text);
}

function readCandidates(blocks: readonly Block[], lead: string | undefined): readonly Candidate[] {
  const candidates: Candidate[] = [];
  let order = 0;
  for (const block of blocks) {
    if (block.role !== 'paragraph' || block.isTableRow) continue;
    for (const [index, sentence] of splitSentences(block.text).entries()) {
      const text = sentence.trim();
      order += 1;
      if (order > maxSentencesLooked) return candidates;
      if (text.length < minSentenceChars || text.length > maxSentenceChars || !/[。！？][”’」』]*$/u.test(text))
        continue;
      if ((lead !== undefined && (text.includes(lead) || lead.includes(text))) || !hasBalancedQuotes(text)) continue;
      candidates.push({ text, order, opensParagraph: index === 0, pairs: charPairs(text) });
    }
  }
  return candidates;
}

function scoreSentence(
  { order, opensParagraph, pairs, text }: Candidate,
  count: number,
  titlePairs: ReadonlySet<string>,
  frequency: ReadonlyMap<string, number>,
): number {
  let shared = 0;
  let central = 0;
  for (const pair of pairs) {
    if (titlePairs.has(pair)) shared += 1;
    central += Math.min((frequency.get(pair) ?? 1) - 1, 6);
  }
  const titleShare = titlePairs.size === 0 ? 0 : shared / titlePairs.size;
  const place = 1 / (1 + order / 6) + (opensParagraph ? 0.25 : 0);
  const isAsked = /[？?]/u.test(text) || /^[“"]/u.test(text);
  return titleShare * 2 + central / (pairs.size + 10) / Math.log2(count + 2) + place - (isAsked ? 0.5 : 0);
}

function charPairs(text: string): ReadonlySet<string> {
  const folded = foldLine(text);
  const pairs = new Set<string>();
  for (let index = 0; index + 1 < folded.length; index += 1) pairs.add(folded.slice(index, index + 2));
  return pairs;
}

function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared += 1;
  return shared / Math.max(1, Math.min(a.size, b.size));
}

/** A sentence cut out of a longer quotation would open or close quotes that nobody sees the other end of. */
function hasBalancedQuotes(text: string): boolean {
  let open = 0;
  for (const char of text) {
    if (char === '“' || char === '「') open += 1;
    else if (char === '”' || char === '」') open -= 1;
    if (open < 0) return false;
  }
  return open === 0;
}
