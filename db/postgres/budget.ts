import type { SharedBudget } from '../../src/worker-ports.js';
import type { Database } from './database.js';

export function createSharedBudget(_db: Database): SharedBudget {
  return {} as SharedBudget; // PLACEHOLDER
}
