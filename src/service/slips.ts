/** Characters and, for each, the ways to read it. */
export interface Sounding {
  readonly characters: readonly string[];
  readonly sounds: readonly (readonly string[])[];
}

/** What a slip counts. A homophone is what an input method offers, a missing or turned character what haste makes of a name. */
const costs = { homophone: 0.4, turned: 0.6, missing: 0.7, other: 1 };

/**
 * By how much a typed text differs from a name: the least sum of slips that lead from one to the other (Levenshtein, with
 * neighbours that changed places). More than `most` comes back as Infinity.
 */
export function slipsBetween(typed: Sounding, name: Sounding, most: number): number {
  const [a, b] = [typed.characters, name.characters];
  if ((b.length - a.length) * costs.missing > most || a.length - b.length > most) return Number.POSITIVE_INFINITY;
  // Further off the diagonal there is nothing that costs so little.
  const [behind, ahead] = [Math.floor(most / costs.other), Math.floor(most / costs.missing)];
  let [before, row, next] = rows(b.length + 1);
  for (let j = 0; j <= b.length; j += 1) row[j] = j * costs.missing;
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i += 1) {
    next.fill(Number.POSITIVE_INFINITY, 0, b.length + 1);
    if (i <= behind) next[0] = i * costs.other;
    let least = next[0] as number;
    const until = Math.min(b.length, i + ahead);
    for (let j = Math.max(1, i - behind); j <= until; j += 1) {
      let cost = Math.min(
        (row[j - 1] as number) + substitution(typed, i - 1, name, j - 1),
        (row[j] as number) + costs.other,
        (next[j - 1] as number) + costs.missing,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] as number) + costs.turned);
      next[j] = cost;
      least = Math.min(least, cost);
    }
    // A turn reaches over one row, so this one and the last have to be beyond.
    if (least > most && leastBefore > most) return Number.POSITIVE_INFINITY;
    leastBefore = least;
    [before, row, next] = [row, next, before];
  }
  const total = row[b.length] as number;
  return total <= most ? total : Number.POSITIVE_INFINITY;
}

type Row = Float64Array;
let kept: readonly [Row, Row, Row] | undefined;

/** The same three for all names, as long as the longest so far: a question compares thousands. */
function rows(length: number): [Row, Row, Row] {
  if (!kept || kept[0].length < length)
    kept = [new Float64Array(length * 2), new Float64Array(length * 2), new Float64Array(length * 2)];
  return [...kept];
}

function substitution(typed: Sounding, at: number, name: Sounding, other: number): number {
  if (typed.characters[at] === name.characters[other]) return 0;
  return soundAlike(typed.sounds[at] ?? [], name.sounds[other] ?? []) ? costs.homophone : costs.other;
}

export function soundAlike(a: readonly string[], b: readonly string[]): boolean {
  for (const reading of a) if (b.includes(reading)) return true;
  return false;
}

/** Words as the platform's dictionary has them (ICU). */
const words = new Intl.Segmenter('zh', { granularity: 'word' });

/** Names begin with what tells them apart, a place or a brand, which no dictionary knows all of. */
const firstSure = 2;

/**
 * Whether a typed text is a name with one slip of the hand inside: a homophone, two neighbours turned, a character left
 * out. Not in the first two characters, nor when what stands there now is a word of its own, for then it is likely to be
 * somebody else's name: 陕西 for 山西, 青年 for 青少年, while 劳动宝障 can only be a slip.
 */
export function isOneSlip(typed: Sounding, name: Sounding): boolean {
  const [a, b] = [typed.characters, name.characters];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  if (start < firstSure) return false;
  const wrong = a.slice(start, a.length - end);
  const right = b.slice(start, b.length - end);
  if (wrong.length === 0) return right.length === 1 && end > 0 && !isInWord(a, start - 1, start);
  if (wrong.length !== right.length || isInWord(a, start, start)) return false;
  if (wrong.length === 1) return soundAlike(typed.sounds[start] ?? [], name.sounds[start] ?? []);
  const isTurned = wrong.length === 2 && wrong[0] === right[1] && wrong[1] === right[0];
  return isTurned && !isInWord(a, start + 1, start + 1);
}

/** Whether one word of several characters covers all of these. */
function isInWord(characters: readonly string[], first: number, last: number): boolean {
  let from = 0;
  for (const { segment } of words.segment(characters.join(''))) {
    const until = from + [...segment].length;
    if (from <= first && last < until) return until - from > 1;
    from = until;
  }
  return false;
}
