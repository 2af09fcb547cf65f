import { and, eq, sql } from 'drizzle-orm';
import type { IngestItem } from '../../src/ports.js';
import { hasHash, hashOfText } from './columns.js';
import { run, type Transaction } from './database.js';
import { rejectedPosts, sourcePosts } from './schema.js';

/** The files that one transaction deals with. */
export interface PostBatch {
  /** Whether a post was read before, and made an article. */
  wasStored(path: string): boolean;
  note(item: IngestItem): void;
  /** Writes what was noted; of several notes on one file the last. */
  write(now: Date): Promise<void>;
}

/** `undated`: paths of which `wasStored` is going to be asked. */
export async function createPostBatch(
  tx: Transaction,
  sourceId: number,
  undated: readonly string[],
): Promise<PostBatch> {
  const stored = await readStored(tx, sourceId, undated);
  const noted = new Map<string, IngestItem>();
  return {
    wasStored(path) {
      const item = noted.get(hashOfText(path));
      return item ? item.kind === 'article' : stored.has(hashOfText(path));
    },
    note: (item) => noted.set(hashOfText(item.path), item),
    async write(now) {
      const items = [...noted.values()];
      await upsertPosts(tx, sourceId, items);
      const rejected = items.filter((item) => item.kind === 'rejected');
      if (rejected.length > 0) await upsertRejections(tx, sourceId, rejected, now);
      const others = [...noted].filter(([, { kind }]) => kind !== 'rejected').map(([hash]) => hash);
      await tx
        .delete(rejectedPosts)
        .where(and(eq(rejectedPosts.sourceId, sourceId), hasHash(rejectedPosts.path, others)));
    },
  };
}

async function readStored(tx: Transaction, sourceId: number, paths: readonly string[]): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const rows = await tx
    .select({ path: sourcePosts.path })
    .from(sourcePosts)
    .where(
      and(
        eq(sourcePosts.sourceId, sourceId),
        hasHash(sourcePosts.path, paths.map(hashOfText)),
        eq(sourcePosts.state, 'done'),
        sql`NOT EXISTS (SELECT 1 FROM ${rejectedPosts} r
          WHERE r.source_id = ${sourceId} AND md5(r.path) = md5(${sourcePosts.path}))`,
      ),
    );
  return new Set(rows.map(({ path }) => hashOfText(path)));
}

async function upsertPosts(tx: Transaction, sourceId: number, items: readonly IngestItem[]): Promise<void> {
  const rows = items.map(({ path, fingerprint, kind }) => ({
    path,
    fingerprint,
    state: kind === 'waiting' ? 'waiting' : 'done',
  }));
  await run(
    tx,
    sql`INSERT INTO ${sourcePosts} (source_id, path, fingerprint, state)
      SELECT ${sourceId}::bigint, path, fingerprint, state
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(path text, fingerprint text, state text)
      ON CONFLICT (source_id, md5(path)) DO UPDATE SET fingerprint = excluded.fingerprint, state = excluded.state`,
  );
}

async function upsertRejections(
  tx: Transaction,
  sourceId: number,
  items: readonly (IngestItem & { readonly kind: 'rejected' })[],
  now: Date,
): Promise<void> {
  const rows = items.map(({ path, rejection: { reason, detail } }) => ({ path, reason, detail }));
  await run(
    tx,
    sql`INSERT INTO ${rejectedPosts} (source_id, path, reason, detail, rejected_at)
      SELECT ${sourceId}::bigint, path, reason, detail, ${now.getTime()}::bigint
      FROM json_to_recordset(${JSON.stringify(rows)}::json) AS r(path text, reason text, detail text)
      ON CONFLICT (source_id, md5(path)) DO UPDATE
      SET reason = excluded.reason, detail = excluded.detail, rejected_at = excluded.rejected_at`,
  );
}
