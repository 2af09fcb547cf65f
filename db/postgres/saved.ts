import type { SavedStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createSavedStore(_db: Database): SavedStore {
  return {} as SavedStore; // PLACEHOLDER
}
