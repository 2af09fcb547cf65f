import type { WatchStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createWatchStore(_db: Database): WatchStore {
  return {} as WatchStore; // PLACEHOLDER
}
