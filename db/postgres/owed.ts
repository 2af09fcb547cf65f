import { sql } from 'drizzle-orm';
import type { ChatTarget } from '../../src/domain/delivery.js';
import { run, type Transaction } from './database.js';
import { articleCategories, deliveries, subscriptions, watches } from './schema.js';

/** Drops what is queued for a target and no subscription of it asks for any more. */
export async function dropUnowed(tx: Transaction, { chatId, topicId }: ChatTarget): Promise<void> {
  await run(
    tx,
    sql`DELETE FROM ${deliveries} d WHERE d.chat_id = ${chatId} AND d.topic_id = ${topicId} AND d.state = 'pending'
      AND NOT EXISTS (SELECT 1 FROM ${articleCategories} ac JOIN ${subscriptions} s ON s.category_id = ac.category_id
        WHERE ac.article_id = d.article_id AND s.chat_id = d.chat_id AND s.topic_id = d.topic_id)
      AND NOT EXISTS (SELECT 1 FROM ${watches} w
        WHERE w.chat_id = d.chat_id AND w.topic_id = d.topic_id AND w.query_id = d.query_id)`,
  );
}
