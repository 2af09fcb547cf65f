import type { BotStateStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createBotStateStore(_db: Database): BotStateStore {
  return {} as BotStateStore; // PLACEHOLDER
}
