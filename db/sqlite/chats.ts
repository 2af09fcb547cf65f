import { and, eq, isNotNull, isNull, lte, sql } from 'drizzle-orm';
import type { ChatStore } from '../../src/ports.js';
import { joinChoices } from '../chat-choices.js';
import { toChat } from '../to-domain.js';
import type { Database, Transaction } from './database.js';
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

export function createChatStore(db: Database): ChatStore {
  return {
    async save(id, type, now) {
      const seen = now.getTime();
      const row = db
        .insert(chats)
        .values({ id, type, firstSeenAt: seen, lastSeenAt: seen })
        .onConflictDoUpdate({ target: chats.id, set: { type, lastSeenAt: seen, state: 'active' } })
        .returning()
        .get();
      return toChat(row);
    },
    async find(chatId) {
      const row = db.select().from(chats).where(eq(chats.id, chatId)).get();
      return row && toChat(row);
    },
    async markGone(chatId, now, notSeenSince) {
      const isMeant = notSeenSince ? lte(chats.lastSeenAt, notSeenSince.getTime()) : undefined;
      db.update(chats)
        .set({ state: 'gone', lastSeenAt: now.getTime() })
        .where(and(eq(chats.id, chatId), isMeant))
        .run();
    },
    async migrate(fromId, toId, now) {
      db.transaction((tx) => moveChat(tx, fromId, toId, now), { behavior: 'immediate' });
    },
    async saveRightsTold(chatId, at) {
      db.update(chats)
        .set({ rightsToldAt: at?.getTime() ?? null })
        .where(eq(chats.id, chatId))
        .run();
    },
    async setLanguage(chatId, language) {
      db.update(chats).set({ language }).where(eq(chats.id, chatId)).run();
    },
    async setTimeZone(chatId, timeZone, releasedAt) {
      db.update(chats)
        .set({ timeZone, ...released(releasedAt) })
        .where(eq(chats.id, chatId))
        .run();
    },
    async setDisplay(chatId, display) {
      const { silent, detail } = display;
      // For the characters undefined is a choice as well: as they are printed.
      const script = 'script' in display ? { script: display.script ?? null } : {};
      db.update(chats)
        .set({ ...(silent === undefined ? {} : { silent }), ...(detail ? { detail } : {}), ...script })
        .where(eq(chats.id, chatId))
        .run();
    },
    async markHinted(chatId, now) {
      const changed = db
        .update(chats)
        .set({ hintedAt: now.getTime() })
        .where(and(eq(chats.id, chatId), isNull(chats.hintedAt)));
      return changed.run().changes > 0;
    },
    async setDigestTimes(chatId, times) {
      db.update(chats)
        .set({ digestTimes: times ?? null })
        .where(eq(chats.id, chatId))
        .run();
    },
    async setQuietHours(chatId, hours, releasedAt) {
      db.update(chats)
        .set({ quietFrom: hours?.from ?? null, quietUntil: hours?.until ?? null, ...released(releasedAt) })
        .where(eq(chats.id, chatId))
        .run();
    },
    async pause(chatId, now) {
      const changed = db
        .update(chats)
        .set({ pausedAt: now.getTime() })
        .where(and(eq(chats.id, chatId), isNull(chats.pausedAt)));
      return changed.run().changes > 0;
    },
    async resume(chatId, now) {
      const changed = db
        .update(chats)
        .set({ pausedAt: null, resumedAt: now.getTime() })
        .where(and(eq(chats.id, chatId), isNotNull(chats.pausedAt)));
      return changed.run().changes > 0;
    },
  };
}

/** What was held up to then comes as after a pause. */
function released(at: Date | undefined) {
  return at ? { resumedAt: at.getTime() } : {};
}

function moveChat(tx: Transaction, fromId: number, toId: number, now: Date): void {
  // Messages of the old chat cannot be edited in the new one, where their numbers mean others.
  tx.delete(edits).where(eq(edits.chatId, fromId)).run();
  tx.update(deliveries).set({ messageId: null }).where(eq(deliveries.chatId, fromId)).run();
  tx.update(digests).set({ messageId: null }).where(eq(digests.chatId, fromId)).run();
  const existing = tx.select({ id: chats.id }).from(chats).where(eq(chats.id, toId)).get();
  if (!existing) {
    // The references follow by ON UPDATE CASCADE.
    tx.update(chats).set({ id: toId, type: 'supergroup', state: 'active' }).where(eq(chats.id, fromId)).run();
    return;
  }
  // The new chat spoke before we heard of the move: join what both own, and keep one of each. What the new one chose counts.
  const joined = [...joinChoices('chats', 'old'), 'silent = max(chats.silent, old.silent)'];
  tx.run(
    sql`UPDATE chats SET ${sql.raw(joined.join(', '))} FROM chats AS old WHERE chats.id = ${toId} AND old.id = ${fromId}`,
  );
  for (const table of ownedTables) {
    tx.run(sql`UPDATE OR IGNORE ${table} SET chat_id = ${toId} WHERE chat_id = ${fromId}`);
  }
  deleteChat(tx, fromId);
  tx.update(chats).set({ state: 'active', lastSeenAt: now.getTime() }).where(eq(chats.id, toId)).run();
}

/** Deletes a chat with all that it owns. */
export function deleteChat(tx: Transaction, chatId: number): void {
  // What refers to another goes before it.
  for (const table of ownedTables.toReversed()) {
    tx.delete(table).where(eq(table.chatId, chatId)).run();
  }
  tx.delete(chats).where(eq(chats.id, chatId)).run();
}
