import { sql } from 'drizzle-orm';
import { isSameStory, storyMarks } from '../../src/domain/story/story.js';
import { toStoryText } from '../../src/domain/story/story-text.js';
import { dayOf, isRecent, mostPerMark, oldestMarkDay, rankCandidates } from '../story-candidates.js';
import { all, arrayOf, type Database, run, type Transaction } from './database.js';
import { articles, storyMarks as storedMarks } from './schema.js';

/** An article that a new one is compared with. */
export interface Candidate {
  readonly id: number;
  readonly storyId: number | null;
  readonly title: string | null;
  readonly text: string;
  readonly orderAt: number;
}

/** Finds the stories of the articles that one transaction stores. */
export interface StoryFinder {
  /**
   * The first article of the story that a text belongs to; undefined when nothing like it was seen of late. `written`: an
   * article that this transaction writes, as it will be.
   */
  find(
    article: { readonly title: string | undefined; readonly text: string },
    orderAt: Date,
    written: (id: number) => Candidate | undefined,
  ): Promise<number | undefined>;
  /** Lets later articles find this one. */
  note(articleId: number, text: string, orderAt: Date): void;
  /** Writes what was noted. */
  write(): Promise<void>;
}

interface MarkedArticle {
  readonly id: number;
  readonly day: number;
}

/** `texts`: of the articles whose stories are going to be asked for. The caller has the archive to itself. */
export async function createStoryFinder(tx: Transaction, texts: readonly string[], now: Date): Promise<StoryFinder> {
  const marksOf = rememberingMarks();
  const withMark = await readMarked(tx, [...new Set(texts.flatMap(marksOf))], now);
  const withMarks = (text: string) =>
    marksOf(text).map((mark) => (withMark.get(mark) ?? []).slice(0, mostPerMark).map(({ id }) => id));
  const stored = new Map<number, Candidate>();
  const read = async (ids: readonly number[]) => {
    for (const row of await readCandidates(tx, ids)) stored.set(row.id, row);
  };
  await read([...new Set(texts.flatMap((text) => rankCandidates(withMarks(text))))]);
  const noted: (MarkedArticle & { readonly mark: number })[] = [];
  return {
    async find(article, orderAt, written) {
      if (!isRecent(orderAt, now)) return undefined;
      const candidates = rankCandidates(withMarks(article.text));
      await read(candidates.filter((id) => !written(id) && !stored.has(id)));
      const text = candidates.length > 0 ? toStoryText({ ...article, orderAt }) : undefined;
      for (const id of candidates) {
        const row = written(id) ?? stored.get(id);
        if (!text || !row) continue;
        const other = { title: row.title ?? undefined, text: row.text, orderAt: new Date(row.orderAt) };
        if (isSameStory(text, toStoryText(other))) return row.storyId ?? row.id;
      }
      return undefined;
    },
    note(id, text, orderAt) {
      if (!isRecent(orderAt, now)) return;
      const day = dayOf(now);
      for (const mark of marksOf(text)) {
        noted.push({ mark, day, id });
        const others = (withMark.get(mark) ?? []).filter((other) => other.id !== id || other.day !== day);
        withMark.set(mark, [...others, { id, day }].sort(byAge));
      }
    },
    async write() {
      if (noted.length === 0) return;
      const columns = [noted.map(({ mark }) => mark), noted.map(({ day }) => day), noted.map(({ id }) => id)];
      await run(
        tx,
        sql`INSERT INTO ${storedMarks} (mark, day, article_id)
          SELECT * FROM unnest(${sql.join(columns.map(arrayOf), sql`, `)}) ON CONFLICT DO NOTHING`,
      );
    },
  };
}

/** The newest first. */
const byAge = (a: MarkedArticle, b: MarkedArticle) => b.day - a.day || b.id - a.id;

function rememberingMarks(): (text: string) => readonly number[] {
  const known = new Map<string, readonly number[]>();
  return (text) => {
    const marks = known.get(text) ?? storyMarks(text);
    known.set(text, marks);
    return marks;
  };
}

/** For each mark the newest articles that have it, from the primary key. */
async function readMarked(tx: Transaction, marks: readonly number[], now: Date): Promise<Map<number, MarkedArticle[]>> {
  if (marks.length === 0) return new Map();
  const rows = await all<{ mark: number; day: number; article_id: number }>(
    tx,
    sql`SELECT k.mark, m.day, m.article_id FROM unnest(${arrayOf(marks)}) AS k(mark)
      CROSS JOIN LATERAL (SELECT day, article_id FROM ${storedMarks} s
        WHERE s.mark = k.mark AND s.day >= ${oldestMarkDay(now)}
        ORDER BY day DESC, article_id DESC LIMIT ${mostPerMark}) m`,
  );
  const withMark = new Map<number, MarkedArticle[]>();
  for (const { mark, day, article_id } of rows) {
    const others = withMark.get(mark);
    if (others) others.push({ id: article_id, day });
    else withMark.set(mark, [{ id: article_id, day }]);
  }
  for (const articlesOf of withMark.values()) articlesOf.sort(byAge);
  return withMark;
}

async function readCandidates(tx: Transaction, ids: readonly number[]): Promise<readonly Candidate[]> {
  if (ids.length === 0) return [];
  const { id, storyId, title, text, orderAt } = articles;
  return tx
    .select({ id, storyId, title, text, orderAt })
    .from(articles)
    .where(sql`${id} = ANY(${arrayOf(ids)})`);
}

/**
 * Drops marks that are of no use any more, once a day. Looks at all of them, as no index is worth its while for that: some
 * 100 ms for a million, and nobody waits for them.
 */
export function createMarkCleaner(db: Database): (now: Date) => Promise<void> {
  let droppedUpTo = 0;
  return async (now) => {
    const oldest = oldestMarkDay(now);
    if (oldest <= droppedUpTo) return;
    await run(db, sql`DELETE FROM ${storedMarks} WHERE day < ${oldest}`);
    droppedUpTo = oldest;
  };
}
