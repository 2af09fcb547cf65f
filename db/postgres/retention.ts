import { sql } from 'drizzle-orm';
import type { RetentionStore } from '../../src/ports.js';
import { keptSince, newestPassedOver } from '../kept-since.js';
import { type Database, get, type Queries } from './database.js';
import { articles } from './schema.js';

/** `keptSince` of an archive, by `articles_order`. */
export async function readKeptSince(queries: Queries, days: number, now: Date): Promise<number | undefined> {
  const newest = await get<{ order_at: number }>(
    queries,
    sql`SELECT order_at FROM ${articles} ORDER BY order_at DESC, id DESC LIMIT 1 OFFSET ${newestPassedOver}`,
  );
  return keptSince(newest?.order_at, days, now);
}

export function createRetentionStore(_db: Database): RetentionStore {
  return {} as RetentionStore; // PLACEHOLDER
}
