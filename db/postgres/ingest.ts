import type { IngestStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createIngestStore(_db: Database): IngestStore {
  return {} as IngestStore; // PLACEHOLDER
}
