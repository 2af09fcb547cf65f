import type { FateStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createFateStore(_db: Database): FateStore {
  return {} as FateStore; // PLACEHOLDER
}
