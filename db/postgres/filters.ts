import type { FilterStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createFilterStore(_db: Database): FilterStore {
  return {} as FilterStore; // PLACEHOLDER
}
