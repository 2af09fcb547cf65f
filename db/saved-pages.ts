import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ArticleLine, Page, PageRequest, SavedLine } from '../src/ports.js';
import { foldText } from '../src/search/fold.js';

/** Texts that are looked through before others get a turn: some 10 ms. */
const textsPerTurn = 50;

/** An article that is kept, with what words are looked for in. */
export interface Kept {
  readonly id: number;
  readonly savedAt: number;
  readonly title: string | null;
  readonly text: string;
}

/** What one chat keeps, as either engine reads it. */
export interface KeptReader {
  /** Behind or before a key, in the order of the walk. */
  walk(from: PageRequest['from'], limit: number): Promise<readonly Kept[]>;
  loadLines(ids: readonly number[]): Promise<readonly ArticleLine[]>;
}

/** A page of what is kept, with words only of what has them all. */
export async function listSaved(
  kept: KeptReader,
  page: PageRequest,
  words: readonly string[],
): Promise<Page<SavedLine>> {
  const most = page.limit + 1;
  const found = words.length > 0 ? await find(kept, page.from, most, words) : await kept.walk(page.from, most);
  const hasMore = found.length > page.limit;
  const shown = found.slice(0, page.limit);
  const lines = new Map((await kept.loadLines(shown.map(({ id }) => id))).map((line) => [line.id, line]));
  const items = shown.flatMap(({ id, savedAt }) => {
    const line = lines.get(id);
    return line ? [{ ...line, savedAt: new Date(savedAt) }] : [];
  });
  if (page.from?.direction === 'newer') return { items: items.toReversed(), hasOlder: true, hasNewer: hasMore };
  return { items, hasOlder: hasMore, hasNewer: page.from !== undefined };
}

/** Up to `limit` that have all the words, in the order of the walk. No more is read than it takes to find them. */
async function find(kept: KeptReader, from: PageRequest['from'], limit: number, words: readonly string[]) {
  const found: Kept[] = [];
  for (let place = from; found.length < limit; ) {
    const some = await kept.walk(place, textsPerTurn);
    const last = some.at(-1);
    if (!last) break;
    for (const one of some) if (found.length < limit && hasAll(one, words)) found.push(one);
    place = { direction: from?.direction ?? 'older', key: { orderAt: last.savedAt, id: last.id } };
    await nextTurn();
  }
  return found;
}

function hasAll({ title, text }: Kept, words: readonly string[]): boolean {
  const folded = foldText(`${title ?? ''}\n${text}`);
  return words.every((word) => folded.includes(word));
}
