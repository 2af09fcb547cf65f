import { eq } from 'drizzle-orm';
import type { BotStateStore } from '../../src/ports.js';
import type { Database } from './database.js';
import { botState } from './schema.js';

export function createBotStateStore(db: Database): BotStateStore {
  return {
    async find(key) {
      return (await db.select().from(botState).where(eq(botState.key, key)))[0]?.value;
    },
    async save(key, value) {
      await db.insert(botState).values({ key, value }).onConflictDoUpdate({ target: botState.key, set: { value } });
    },
  };
}
