import { and, eq, isNotNull, isNull, lte, type SQL, sql } from 'drizzle-orm';
import type { ChatStore } from '../../src/ports.js';
import { joinChoices } from '../chat-choices.js';
import { toChat } from '../to-domain.js';
import { arrayOf, changesOf, type Database, inTransaction, lockArchive, run, type Transaction } from './database.js';
import {
  chats,
  deliveries,
  digests,
  edits,
  filters,
  notices,
  saved,
  subscriptions,
  targets,
  watches,
} from './schema.js';

/** Tables whose rows belong to a chat. */
const ownedTables = [subscriptions, filters, watches, deliveries, digests, edits, targets, saved, notices];

/** Of those, which a chat has once: when the rows `moved` and `own` of two chats are the same. */
const sameRow = new Map<(typeof ownedTables)[number], SQL>([
  [subscriptions, sql`own.topic_id = moved.topic_id AND own.category_id = moved.category_id`],
  [filters, sql`own.topic_id = moved.topic_id AND own.category_id = moved.category_id`],
  [watches, sql`own.topic_id = moved.topic_id AND own.query_id = moved.query_id`],
  [
    deliveries,
    sql`own.topic_id = moved.topic_id AND own.story_id = moved.story_id
      AND own.state IN ('pending', 'sent') AND moved.state IN ('pending', 'sent')`,
  ],
  [targets, sql`own.topic_id = moved.topic_id`],
  [saved, sql`own.article_id = moved.article_id`],
  [notices, sql`own.announcement_id = moved.announcement_id`],
]);

export function createChatStore(db: Database): ChatStore {
  const update = (chatId: number, set: Partial<typeof chats.$inferInsert>) =>
    db.update(chats).set(set).where(eq(chats.id, chatId));
  return {
    async save(id, type, now) {
      const seen = now.getTime();
      const [row] = await db
        .insert(chats)
        .values({ id, type, firstSeenAt: seen, lastSeenAt: seen })
        .onConflictDoUpdate({ target: chats.id, set: { type, lastSeenAt: seen, state: 'active' } })
        .returning();
      if (!row) throw new Error(`chat ${id} was not stored`);
      return toChat(row);
    },
    async find(chatId) {
      const [row] = await db.select().from(chats).where(eq(chats.id, chatId));
      return row && toChat(row);
    },
    async markGone(chatId, now, notSeenSince) {
      const isMeant = notSeenSince ? lte(chats.lastSeenAt, notSeenSince.getTime()) : undefined;
      await db
        .update(chats)
        .set({ state: 'gone', lastSeenAt: now.getTime() })
        .where(and(eq(chats.id, chatId), isMeant));
    },
    async migrate(fromId, toId, now) {
      await inTransaction(db, (tx) => moveChat(tx, fromId, toId, now));
    },
    async saveRightsTold(chatId, at) {
      await update(chatId, { rightsToldAt: at?.getTime() ?? null });
    },
    async setLanguage(chatId, language) {
      await update(chatId, { language });
    },
    async setTimeZone(chatId, timeZone, releasedAt) {
      await update(chatId, { timeZone, ...released(releasedAt) });
    },
    async setDisplay(chatId, display) {
      const { silent, detail } = display;
      // For the characters undefined is a choice as well: as they are printed.
      const script = 'script' in display ? { script: display.script ?? null } : {};
      const set = { ...(silent === undefined ? {} : { silent }), ...(detail ? { detail } : {}), ...script };
      if (Object.keys(set).length > 0) await update(chatId, set);
    },
    async markHinted(chatId, now) {
      const changed = db
        .update(chats)
        .set({ hintedAt: now.getTime() })
        .where(and(eq(chats.id, chatId), isNull(chats.hintedAt)));
      return changesOf(await changed) > 0;
    },
    async setDigestTimes(chatId, times) {
      await update(chatId, { digestTimes: times ?? null });
    },
    async setQuietHours(chatId, hours, releasedAt) {
      await update(chatId, {
        quietFrom: hours?.from ?? null,
        quietUntil: hours?.until ?? null,
        ...released(releasedAt),
      });
    },
    async pause(chatId, now) {
      const changed = db
        .update(chats)
        .set({ pausedAt: now.getTime() })
        .where(and(eq(chats.id, chatId), isNull(chats.pausedAt)));
      return changesOf(await changed) > 0;
    },
    async resume(chatId, now) {
      const changed = db
        .update(chats)
        .set({ pausedAt: null, resumedAt: now.getTime() })
        .where(and(eq(chats.id, chatId), isNotNull(chats.pausedAt)));
      return changesOf(await changed) > 0;
    },
  };
}

/** What was held up to then comes as after a pause. */
function released(at: Date | undefined) {
  return at ? { resumedAt: at.getTime() } : {};
}

async function moveChat(tx: Transaction, fromId: number, toId: number, now: Date): Promise<void> {
  // Nothing is queued for either meanwhile, and nobody takes up what they have.
  await lockArchive(tx);
  const locked = await tx
    .select({ id: chats.id })
    .from(chats)
    .where(sql`${chats.id} = ANY(${arrayOf([fromId, toId])})`)
    .orderBy(chats.id)
    .for('update');
  // Messages of the old chat cannot be edited in the new one, where their numbers mean others.
  await tx.delete(edits).where(eq(edits.chatId, fromId));
  await tx.update(deliveries).set({ messageId: null }).where(eq(deliveries.chatId, fromId));
  await tx.update(digests).set({ messageId: null }).where(eq(digests.chatId, fromId));
  if (!locked.some(({ id }) => id === toId)) {
    // The references follow by ON UPDATE CASCADE.
    await tx.update(chats).set({ id: toId, type: 'supergroup', state: 'active' }).where(eq(chats.id, fromId));
    return;
  }
  // The new chat spoke before we heard of the move: join what both own, and keep one of each. What the new one chose counts.
  await takeOverChoices(tx, fromId, toId);
  for (const table of ownedTables) {
    const same = sameRow.get(table);
    const unlessSame = same
      ? sql`AND NOT EXISTS (SELECT 1 FROM ${table} own WHERE own.chat_id = ${toId} AND ${same})`
      : sql``;
    await run(tx, sql`UPDATE ${table} moved SET chat_id = ${toId} WHERE moved.chat_id = ${fromId} ${unlessSame}`);
  }
  await deleteChat(tx, fromId);
  await tx.update(chats).set({ state: 'active', lastSeenAt: now.getTime() }).where(eq(chats.id, toId));
}

async function takeOverChoices(tx: Transaction, fromId: number, toId: number): Promise<void> {
  const joined = [...joinChoices('chosen', 'old'), 'silent = chosen.silent OR old.silent'];
  await run(
    tx,
    sql`UPDATE ${chats} chosen SET ${sql.raw(joined.join(', '))} FROM ${chats} old
      WHERE chosen.id = ${toId} AND old.id = ${fromId}`,
  );
}

/** Deletes a chat with all that it owns. */
export async function deleteChat(tx: Transaction, chatId: number): Promise<void> {
  // What refers to another goes before it.
  for (const table of ownedTables.toReversed()) await tx.delete(table).where(eq(table.chatId, chatId));
  await tx.delete(chats).where(eq(chats.id, chatId));
}
