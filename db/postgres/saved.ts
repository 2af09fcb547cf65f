import { createHash } from 'node:crypto';
import { and, asc, count, desc, eq, type SQL, sql } from 'drizzle-orm';
import { displayTitle } from '../../src/domain/article.js';
import type { PageRequest, SavedEntries, SavedEntry, SavedStore } from '../../src/ports.js';
import { type KeptReader, listSaved } from '../saved-pages.js';
import { loadLines } from './articles.js';
import { withoutNul } from './columns.js';
import {
  all,
  arrayOf,
  type Database,
  inTransaction,
  type Queries,
  run,
  type Transaction,
  textArrayOf,
} from './database.js';
import { articles, chats, saved } from './schema.js';

/** Entries of a file that are written in one transaction. */
const entriesPerTransaction = 500;
/** More than a title is made of, which can be the opening of the text. */
const openingChars = 1_000;

export function createSavedStore(db: Database): SavedStore {
  const ofChat = (chatId: number) => eq(saved.chatId, chatId);
  const one = (chatId: number, articleId: number) => and(ofChat(chatId), eq(saved.articleId, articleId));
  const countOf = async (queries: Queries, chatId: number) =>
    (await queries.select({ n: count() }).from(saved).where(ofChat(chatId)))[0]?.n ?? 0;
  /** By `saved_order`. */
  const walk = (chatId: number, from: PageRequest['from'], limit: number) => {
    const order = from?.direction === 'newer' ? asc : desc;
    return db
      .select({ id: saved.articleId, savedAt: saved.savedAt, title: articles.title, text: articles.text })
      .from(saved)
      .innerJoin(articles, eq(articles.id, saved.articleId))
      .where(and(ofChat(chatId), beyond(from)))
      .orderBy(order(saved.savedAt), order(saved.articleId))
      .limit(limit);
  };

  return {
    async save(chatId, articleId, now) {
      // Both have to be there, and to stay until it is written: a chat can be forgotten, an article removed, meanwhile.
      const added = await run(
        db,
        sql`INSERT INTO ${saved} (chat_id, article_id, saved_at)
          SELECT c.id, a.id, ${now.getTime()}::bigint FROM ${chats} c, ${articles} a
          WHERE c.id = ${chatId} AND a.id = ${articleId} FOR KEY SHARE
          ON CONFLICT DO NOTHING`,
      );
      return added > 0;
    },
    async remove(chatId, articleId) {
      return (await db.delete(saved).where(one(chatId, articleId)).returning({ id: saved.articleId })).length > 0;
    },
    async has(chatId, articleId) {
      return (await db.select({ id: saved.articleId }).from(saved).where(one(chatId, articleId))).length > 0;
    },
    async count(chatId) {
      return countOf(db, chatId);
    },
    async list(chatId, page, words) {
      const kept: KeptReader = {
        walk: (from, limit) => walk(chatId, from, limit),
        loadLines: (ids) => loadLines(db, ids),
      };
      return listSaved(kept, page, words);
    },
    async listEntries(chatId) {
      const { identity, title, lead } = articles;
      // Everything that is kept is read at once: of a text no more than a title is made of.
      const opening = sql<string>`left(${articles.text}, ${openingChars})`;
      const rows = await db
        .select({ identity, title, lead, text: opening, savedAt: saved.savedAt })
        .from(saved)
        .innerJoin(articles, eq(articles.id, saved.articleId))
        .where(ofChat(chatId))
        .orderBy(desc(saved.savedAt), desc(saved.articleId));
      return rows.map(({ title, lead, text, ...entry }) => ({
        identity: entry.identity,
        title: displayTitle({ title: title ?? undefined, lead: lead ?? undefined, text }),
        savedAt: new Date(entry.savedAt),
      }));
    },
    async saveEntries(chatId, entries, most) {
      const tally = { added: 0, known: 0, tooMany: 0, unknown: [] as string[] };
      for (let start = 0; start < entries.length; start += entriesPerTransaction) {
        const some = entries.slice(start, start + entriesPerTransaction);
        const part = await inTransaction(db, async (tx) => {
          // How much room there is must not change meanwhile.
          await tx.select({ id: chats.id }).from(chats).where(eq(chats.id, chatId)).for('update');
          return write(tx, chatId, some, most - (await countOf(tx, chatId)));
        });
        tally.added += part.added;
        tally.known += part.known;
        tally.tooMany += part.tooMany;
        tally.unknown.push(...part.unknown);
      }
      return tally;
    },
  };
}

/** Writes what articles there are for, in a transaction that has the chat to itself. */
async function write(
  tx: Transaction,
  chatId: number,
  entries: readonly Omit<SavedEntry, 'title'>[],
  room: number,
): Promise<SavedEntries> {
  const tally = { added: 0, known: 0, tooMany: 0, unknown: [] as string[] };
  const wanted = entries.map(({ identity }) => withoutNul(identity));
  const articleIds = await findArticles(tx, wanted);
  const rows = await tx
    .select({ id: saved.articleId, savedAt: saved.savedAt })
    .from(saved)
    .where(and(eq(saved.chatId, chatId), sql`${saved.articleId} = ANY(${arrayOf([...articleIds.values()])})`));
  const kept = new Map(rows.map(({ id, savedAt }) => [id, savedAt]));
  for (const { identity, savedAt } of entries) {
    const id = articleIds.get(withoutNul(identity));
    if (id === undefined) {
      tally.unknown.push(identity);
      continue;
    }
    const earlier = kept.get(id);
    if (earlier === undefined && tally.added >= room) {
      tally.tooMany += 1;
      continue;
    }
    tally[earlier === undefined ? 'added' : 'known'] += 1;
    kept.set(id, Math.min(earlier ?? Number.POSITIVE_INFINITY, savedAt.getTime()));
  }
  await run(
    tx,
    sql`INSERT INTO ${saved} (chat_id, article_id, saved_at)
      SELECT ${chatId}::bigint, * FROM unnest(${arrayOf([...kept.keys()])}, ${arrayOf([...kept.values()])})
      ON CONFLICT (chat_id, article_id) DO UPDATE SET saved_at = excluded.saved_at
      WHERE ${saved.savedAt} > excluded.saved_at`,
  );
  return tally;
}

/** Ids by identity. Articles that were found stay until the end of the transaction. By `articles_identity`. */
async function findArticles(tx: Transaction, identities: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const hashes = identities.map((identity) => createHash('md5').update(identity).digest('hex'));
  const rows = await all<{ id: number; identity: string }>(
    tx,
    sql`SELECT id, identity FROM ${articles} WHERE md5(identity) = ANY(${textArrayOf(hashes)}) FOR KEY SHARE`,
  );
  return new Map(rows.map(({ id, identity }) => [identity, id]));
}

function beyond(from: PageRequest['from']): SQL | undefined {
  if (!from) return undefined;
  const { orderAt, id } = from.key;
  return from.direction === 'older'
    ? sql`(saved_at, article_id) < (${orderAt}, ${id})`
    : sql`(saved_at, article_id) > (${orderAt}, ${id})`;
}
