import type { SubscriptionStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createSubscriptionStore(_db: Database): SubscriptionStore {
  return {} as SubscriptionStore; // PLACEHOLDER
}
