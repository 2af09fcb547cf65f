import type { ArticleStore } from '../../src/ports.js';
import type { Database } from './database.js';

export function createArticleStore(_db: Database): ArticleStore {
  return {} as ArticleStore; // PLACEHOLDER
}
