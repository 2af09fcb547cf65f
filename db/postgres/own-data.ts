import type { OwnDataStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createOwnDataStore(_db: Database): OwnDataStore {
  return {} as OwnDataStore; // PLACEHOLDER
}
