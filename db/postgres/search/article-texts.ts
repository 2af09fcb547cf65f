import { sql } from 'drizzle-orm';
import type { Heading } from '../../../src/domain/article.js';
import { foldText } from '../../../src/search/fold.js';
import { type FoldedArticle, foldArticle } from '../../../src/search/match.js';
import { takingTurns } from '../../../src/turns.js';
import { arrayOf } from '../database.js';
import type { Snapshot } from './snapshot.js';

/** Title and headings of an article, folded for comparing. */
export type FoldedHead = Pick<FoldedArticle, 'title' | 'headings'>;

interface HeadRow {
  readonly id: number;
  readonly title: string | null;
  readonly outline: string;
}

interface TextRow extends HeadRow {
  readonly byline: string | null;
  readonly text: string;
}

/** Titles and headings, which are read without touching the texts. */
export async function readHeads({ rows }: Snapshot, ids: readonly number[]): Promise<ReadonlyMap<number, FoldedHead>> {
  const found = await rows<HeadRow>(sql`SELECT id, title, outline FROM articles WHERE id = ANY(${arrayOf(ids)})`);
  return new Map(
    found.map(({ id, title, outline }) => {
      const headings = parseOutline(outline).map(({ text }) => text);
      return [id, { title: foldText(title ?? ''), headings: foldText(headings.join('\n')) }];
    }),
  );
}

/** Whole articles, one after the other: nobody needs them all at once. Others have their turn in between. */
export async function* readTexts(
  { rows, budget }: Snapshot,
  ids: readonly number[],
  withBylines = true,
): AsyncGenerator<readonly [id: number, text: FoldedArticle]> {
  const turn = takingTurns();
  const found = await rows<TextRow>(
    sql`SELECT id, title, byline, outline, text FROM articles WHERE id = ANY(${arrayOf(ids)})`,
  );
  for (const { id, title, byline, outline, text } of found) {
    await turn();
    budget.check();
    const credit = withBylines ? (byline ?? undefined) : undefined;
    yield [id, foldArticle({ title: title ?? undefined, byline: credit, outline: parseOutline(outline), text })];
  }
}

const parseOutline = (outline: string) => JSON.parse(outline) as Heading[];
