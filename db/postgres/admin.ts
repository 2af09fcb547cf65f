import type { AdminStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createAdminStore(_db: Database): AdminStore {
  return {} as AdminStore; // PLACEHOLDER
}
