import { eq } from 'drizzle-orm';
import type { BotStateStore } from '../../src/ports.js';
import type { Database } from './database.js';
import { botState } from './schema.js';

export function createBotStateStore(db: Database): BotStateStore {
  return {
    async find(key) {
      return db.select().from(botState).where(eq(botState.key, key)).get()?.value;
    },
    async save(key, value) {
      db.insert(botState).values({ key, value }).onConflictDoUpdate({ target: botState.key, set: { value } }).run();
    },
  };
}
