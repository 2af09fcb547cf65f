import type { AnnouncementStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createAnnouncementStore(_db: Database): AnnouncementStore {
  return {} as AnnouncementStore; // PLACEHOLDER
}
