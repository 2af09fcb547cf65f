import type { Queries } from './database.js';

/** Keeps what it makes of a table's rows in memory, and takes up by their numbers those that are new. */
export interface RowFollower {
  /**
   * Takes up what is new. Up to a number that everything was committed below, or while nobody else can write: what comes to
   * light later with a smaller number would be missed. What it has read is committed, and stays when the caller fails.
   */
  takeUp(queries: Queries, upTo?: number): Promise<void>;
}

/** Some ten ms of reading and filing, so that others get a turn between. */
const rowsAtOnce = 1_000;

/** `read`: the rows behind a number, in ascending order. */
export function createRowFollower<Row extends { readonly id: number }>(
  read: (queries: Queries, afterId: number, limit: number) => Promise<readonly Row[]>,
  take: (row: Row) => void,
): RowFollower {
  let lastId = 0;
  return {
    async takeUp(queries, upTo = Number.MAX_SAFE_INTEGER) {
      for (;;) {
        const rows = await read(queries, lastId, rowsAtOnce);
        for (const row of rows) {
          if (row.id > upTo) return;
          // Another call may have been faster.
          if (row.id <= lastId) continue;
          take(row);
          lastId = row.id;
        }
        if (rows.length < rowsAtOnce) return;
      }
    },
  };
}
