import { eq, sql } from 'drizzle-orm';
import type { OwnDataStore, OwnedCounts } from '../../src/ports.js';
import { deleteChat } from './chats.js';
import { all, type Database, get, inTransaction, lockArchive } from './database.js';
import { chatLeases, chatPaces, chats, deliveries, filters, saved, subscriptions, wakes, watches } from './schema.js';
import { dropUnwatched } from './watches.js';

const counted = { subscriptions, watches, filters, saved, deliveries };

export function createOwnDataStore(db: Database): OwnDataStore {
  return {
    async count(chatId) {
      // Each by an index that begins with the chat; of deliveries by `deliveries_chat`.
      const sums = Object.entries(counted).map(
        ([name, table]) => sql`(SELECT count(*) FROM ${table} WHERE chat_id = ${chatId}) AS ${sql.identifier(name)}`,
      );
      const counts = await get<OwnedCounts>(db, sql`SELECT ${sql.join(sums, sql`, `)}`);
      if (!counts) throw new Error('nothing was counted');
      return counts;
    },
    async listTopics(chatId) {
      const topics = [subscriptions, watches, filters].map(
        (table) => sql`SELECT topic_id FROM ${table} WHERE chat_id = ${chatId}`,
      );
      const rows = await all<{ topic_id: number }>(
        db,
        sql`SELECT 0::bigint AS topic_id UNION ${sql.join(topics, sql` UNION `)} ORDER BY topic_id`,
      );
      return rows.map(({ topic_id }) => topic_id);
    },
    async forget(chatId) {
      await inTransaction(db, async (tx) => {
        await lockArchive(tx);
        // Nothing more comes to belong to it: whoever is about to write something waits, and then finds no chat.
        await tx.select({ id: chats.id }).from(chats).where(eq(chats.id, chatId)).for('update');
        const watched = await tx.select({ id: watches.queryId }).from(watches).where(eq(watches.chatId, chatId));
        await deleteChat(tx, chatId);
        // Words that nobody else follows are the chat's own as well.
        await dropUnwatched(
          tx,
          watched.map(({ id }) => id),
        );
        await tx.delete(chatLeases).where(eq(chatLeases.chatId, chatId));
        await tx.delete(chatPaces).where(eq(chatPaces.chatId, chatId));
        await tx.delete(wakes).where(eq(wakes.chatId, chatId));
      });
    },
  };
}
