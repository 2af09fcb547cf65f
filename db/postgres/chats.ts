import type { ChatStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createChatStore(_db: Database): ChatStore {
  return {} as ChatStore; // PLACEHOLDER
}
