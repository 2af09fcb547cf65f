import { setImmediate as nextTurn } from 'node:timers/promises';
import { and, asc, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import { displayTitle } from '../../src/domain/article.js';
import type { PageRequest, SavedStore } from '../../src/ports.js';
import { type KeptReader, listSaved } from '../saved-pages.js';
import { loadLines } from './articles.js';
import type { Database } from './database.js';
import { articles, chats, saved } from './schema.js';

/** Entries of a file that are written in one transaction. */
const entriesPerTurn = 500;

export function createSavedStore(db: Database): SavedStore {
  const ofChat = (chatId: number) => eq(saved.chatId, chatId);
  const one = (chatId: number, articleId: number) => and(ofChat(chatId), eq(saved.articleId, articleId));

  const walk = (chatId: number, from: PageRequest['from'], limit: number) => {
    const order = from?.direction === 'newer' ? asc : desc;
    return db
      .select({ id: saved.articleId, savedAt: saved.savedAt, title: articles.title, text: articles.text })
      .from(saved)
      .innerJoin(articles, eq(articles.id, saved.articleId))
      .where(and(ofChat(chatId), beyond(from)))
      .orderBy(order(saved.savedAt), order(saved.articleId))
      .limit(limit)
      .all();
  };
  const countOf = (chatId: number) => db.select({ n: count() }).from(saved).where(ofChat(chatId)).get()?.n ?? 0;

  return {
    async save(chatId, articleId, now) {
      // Both have to be there: a chat can be forgotten, an article removed, between a press and its turn.
      const added = db.run(sql`
        INSERT INTO ${saved} (chat_id, article_id, saved_at)
        SELECT c.id, a.id, ${now.getTime()} FROM ${chats} c, ${articles} a WHERE c.id = ${chatId} AND a.id = ${articleId}
        ON CONFLICT DO NOTHING`);
      return added.changes > 0;
    },
    async remove(chatId, articleId) {
      return db.delete(saved).where(one(chatId, articleId)).run().changes > 0;
    },
    async has(chatId, articleId) {
      return db.select({ id: saved.articleId }).from(saved).where(one(chatId, articleId)).get() !== undefined;
    },
    async count(chatId) {
      return countOf(chatId);
    },
    async list(chatId, page, words) {
      const kept: KeptReader = {
        walk: async (from, limit) => walk(chatId, from, limit),
        loadLines: async (ids) => loadLines(db, ids),
      };
      return listSaved(kept, page, words);
    },
    async listEntries(chatId) {
      const { identity, title, lead, text } = articles;
      return db
        .select({ identity, title, lead, text, savedAt: saved.savedAt })
        .from(saved)
        .innerJoin(articles, eq(articles.id, saved.articleId))
        .where(ofChat(chatId))
        .orderBy(desc(saved.savedAt), desc(saved.articleId))
        .all()
        .map(({ title, lead, text, ...entry }) => ({
          identity: entry.identity,
          title: displayTitle({ title: title ?? undefined, lead: lead ?? undefined, text }),
          savedAt: new Date(entry.savedAt),
        }));
    },
    async saveEntries(chatId, entries, most) {
      const tally = { added: 0, known: 0, tooMany: 0, unknown: [] as string[] };
      let room = most - countOf(chatId);
      for (let start = 0; start < entries.length; start += entriesPerTurn) {
        db.transaction(
          (tx) => {
            for (const { identity, savedAt } of entries.slice(start, start + entriesPerTurn)) {
              const id = tx.select({ id: articles.id }).from(articles).where(eq(articles.identity, identity)).get()?.id;
              if (id === undefined) {
                tally.unknown.push(identity);
                continue;
              }
              const earlier = { savedAt: sql`min(saved_at, ${savedAt.getTime()})` };
              if (tx.update(saved).set(earlier).where(one(chatId, id)).run().changes > 0) {
                tally.known += 1;
                continue;
              }
              if (room <= 0) {
                tally.tooMany += 1;
                continue;
              }
              tx.insert(saved).values({ chatId, articleId: id, savedAt: savedAt.getTime() }).run();
              tally.added += 1;
              room -= 1;
            }
          },
          { behavior: 'immediate' },
        );
        await nextTurn();
      }
      return tally;
    },
  };
}

function beyond(from: PageRequest['from']): SQL | undefined {
  if (!from) return undefined;
  const { orderAt, id } = from.key;
  return from.direction === 'older'
    ? sql`(saved_at, article_id) < (${orderAt}, ${id})`
    : sql`(saved_at, article_id) > (${orderAt}, ${id})`;
}
