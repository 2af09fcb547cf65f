import type { UpdateStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createUpdateStore(_db: Database, _workerId: string): UpdateStore {
  return {} as UpdateStore; // PLACEHOLDER
}
