import type { DeliveryStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createDeliveryStore(_db: Database, _workerId: string): DeliveryStore {
  return {} as DeliveryStore; // PLACEHOLDER
}
