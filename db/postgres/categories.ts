import type { CategoryStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createCategoryStore(_db: Database): CategoryStore {
  return {} as CategoryStore; // PLACEHOLDER
}
