import type { UpdateStore } from '../../src/ports.js';
import type { SqliteClient } from './driver.js';

export function createUpdateStore(client: SqliteClient): UpdateStore {
  const statements = prepare(client);
  const takeUpAgain = client.transaction((mostStarts: number) => {
    statements.countStart.run();
    const givenUp = statements.giveUp.all(mostStarts) as number[];
    return { payloads: statements.open.all() as string[], givenUp };
  }).immediate;
  return {
    async add(updateId, payload, now) {
      return statements.add.run(updateId, payload, now.getTime()).changes > 0;
    },
    async isOwed(updateId) {
      return statements.isOwed.get(updateId) !== undefined;
    },
    async markHandled(updateId) {
      statements.handled.run(updateId);
    },
    async takeUpAgain(mostStarts) {
      return takeUpAgain(mostStarts);
    },
    async forgetHandled(before) {
      return statements.forget.run(before.getTime()).changes;
    },
  };
}

function prepare(client: SqliteClient) {
  const isOpen = 'payload IS NOT NULL';
  return {
    add: client.prepare('INSERT OR IGNORE INTO received_updates (update_id, payload, received_at) VALUES (?, ?, ?)'),
    isOwed: client.prepare(`SELECT 1 FROM received_updates WHERE update_id = ? AND ${isOpen}`).pluck(),
    handled: client.prepare('UPDATE received_updates SET payload = NULL WHERE update_id = ?'),
    countStart: client.prepare(`UPDATE received_updates SET starts = starts + 1 WHERE ${isOpen}`),
    giveUp: client
      .prepare(`UPDATE received_updates SET payload = NULL WHERE ${isOpen} AND starts > ? RETURNING update_id`)
      .pluck(),
    open: client
      .prepare(`SELECT payload FROM received_updates WHERE ${isOpen} ORDER BY received_at, update_id`)
      .pluck(),
    forget: client.prepare('DELETE FROM received_updates WHERE received_at < ? AND payload IS NULL'),
  };
}
