import type { Article } from '../../src/domain/article.js';
import { isSameStory, storyMarks } from '../../src/domain/story/story.js';
import { toStoryText } from '../../src/domain/story/story-text.js';
import { dayOf, isRecent, mostPerMark, oldestMarkDay, rankCandidates } from '../story-candidates.js';
import type { SqliteClient } from './driver.js';

/** Finds the story of a new article, inside the transaction that stores it. */
export interface StoryFinder {
  /** The first article of the story that a text belongs to; undefined when nothing like it was seen of late. */
  find(article: Pick<Article, 'title' | 'text'>, orderAt: Date, now: Date): number | undefined;
  /** Lets later articles find this one. */
  note(articleId: number, text: string, orderAt: Date, now: Date): void;
}

export function createStoryFinder(client: SqliteClient): StoryFinder {
  const withMark = client
    .prepare(
      'SELECT article_id FROM story_marks WHERE mark = ? AND day >= ? ORDER BY day DESC, article_id DESC LIMIT ?',
    )
    .pluck();
  const candidate = client.prepare('SELECT id, story_id, title, text, order_at FROM articles WHERE id = ?');
  const noteMark = client.prepare('INSERT OR IGNORE INTO story_marks (mark, day, article_id) VALUES (?, ?, ?)');
  const dropOld = client.prepare('DELETE FROM story_marks WHERE day < ?');
  let droppedUpTo = 0;

  const candidates = (text: string, now: Date) =>
    rankCandidates(storyMarks(text).map((mark) => withMark.all(mark, oldestMarkDay(now), mostPerMark) as number[]));
  return {
    find(article, orderAt, now) {
      if (!isRecent(orderAt, now)) return undefined;
      const text = toStoryText({ ...article, orderAt });
      for (const id of candidates(article.text, now)) {
        const row = candidate.get(id) as CandidateRow | undefined;
        if (!row) continue;
        const other = { title: row.title ?? undefined, text: row.text, orderAt: new Date(row.order_at) };
        if (isSameStory(text, toStoryText(other))) return row.story_id ?? row.id;
      }
      return undefined;
    },
    note(articleId, text, orderAt, now) {
      if (!isRecent(orderAt, now)) return;
      const day = dayOf(now);
      for (const mark of storyMarks(text)) noteMark.run(mark, day, articleId);
      if (oldestMarkDay(now) <= droppedUpTo) return;
      dropOld.run(oldestMarkDay(now));
      droppedUpTo = oldestMarkDay(now);
    },
  };
}

interface CandidateRow {
  readonly id: number;
  readonly story_id: number | null;
  readonly title: string | null;
  readonly text: string;
  readonly order_at: number;
}
