import { sql } from 'drizzle-orm';
import { get, type Queries, run } from '../postgres/database.js';

/** What a copy leaves in the database that it is made into, so that it can be gone on with, and is not taken for a whole one. */
export interface Mark {
  /** Where it comes from. */
  readonly from: string;
  /** The run that writes it: when another begins this one ends. */
  readonly run: string;
  /** It was compared with what it was copied from, to the end. */
  readonly isComplete: boolean;
  /** The bot went on in what it was copied from. */
  readonly lags?: boolean;
  /** `archive.revision` when it was complete. */
  readonly revision: number;
  /** In SQL: what puts back the references that are not looked after while rows come and go in any order. */
  readonly references: readonly string[];
}

/** In `bot_state`, where no bot has anything by this name. */
export const markKey = 'migration';

export async function findMark(queries: Queries): Promise<Mark | undefined> {
  const row = await get<{ value: string }>(queries, sql`SELECT value FROM bot_state WHERE key = ${markKey}`);
  return row && (JSON.parse(row.value) as Mark);
}

export async function saveMark(queries: Queries, mark: Mark): Promise<void> {
  await run(
    queries,
    sql`INSERT INTO bot_state (key, value) VALUES (${markKey}, ${JSON.stringify(mark)})
      ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  );
}

/**
 * Throws, with a sentence for the operator, when a database holds only a part of what is being copied into it, or not what a
 * bot did there afterwards: it would be lost here, or pushed again.
 */
export async function refuseIncompleteCopy({ database, name }: { database: Queries; name: string }): Promise<void> {
  const mark = await findMark(database);
  if (mark && !mark.isComplete)
    throw new Error(
      `database ${name} holds a part only of ${mark.from}: run \`migrate-to\` again until it is complete`,
    );
  if (mark?.lags)
    throw new Error(
      `database ${name} holds ${mark.from} as it was before the bot there stopped: run \`migrate-to\` once more, with that bot stopped (where that file is lost: DELETE FROM bot_state WHERE key = '${markKey}')`,
    );
}
