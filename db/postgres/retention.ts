import type { RetentionStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createRetentionStore(_db: Database): RetentionStore {
  return {} as RetentionStore; // PLACEHOLDER
}
