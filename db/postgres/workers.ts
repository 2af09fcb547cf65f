import type { WorkerStore } from '../../src/worker-ports.js';
import type { Database } from './database.js';

export function createWorkerStore(_db: Database, _workerId: string): WorkerStore {
  return {} as WorkerStore; // PLACEHOLDER
}
