import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connection, connect, get, inTransaction } from '../../db/postgres/database.js';
import { type FreezableWay, startFreezableWay } from '../support/freezable-way.js';
import { serverUrl } from '../support/postgres.js';

const watchEveryMs = 200;
const limits = { timeout: 20_000 };

describe.skipIf(!serverUrl)('connections to a server (TEST_DATABASE_URL)', () => {
  let way: FreezableWay;
  let connection: Connection;
  beforeEach(async () => {
    way = await startFreezableWay(serverUrl ?? '');
    connection = connect(way.url, { connections: 2, watchEveryMs });
  });
  afterEach(async () => {
    way.close();
    await connection.close();
  });
  const one = () => get(connection.database, sql`SELECT 1 AS one`);

  it('that break in the middle of a transaction break nothing else', limits, async () => {
    const broken = inTransaction(connection.database, async (tx) => {
      await tx.execute(sql`SELECT 1`);
      way.cut();
      await tx.execute(sql`SELECT 2`);
    });
    await expect(broken).rejects.toThrow();
    expect(await one()).toEqual({ one: 1 });
  });

  it('that no answer comes over any more are given up when a server can be reached again', limits, async () => {
    await Promise.all([one(), one()]);
    let isLost = false;
    const asked = inTransaction(connection.database, async (tx) => {
      await tx.execute(sql`SELECT 1`);
      way.freeze();
      isLost = true;
      return tx.execute(sql`SELECT 2`);
    });
    asked.catch(() => {});
    await vi.waitUntil(() => isLost);
    const others = [one(), one()];
    way.openAnew();
    await expect(asked).rejects.toThrow();
    // One of them waited on the other frozen connection, the last for any that is free.
    expect((await Promise.allSettled(others)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await Promise.all([one(), one(), one()])).toHaveLength(3);
  });

  it('are given back by a transaction that could not begin', limits, async () => {
    await Promise.all([one(), one()]);
    way.freeze();
    const begun = [1, 2].map(() => inTransaction(connection.database, (tx) => tx.execute(sql`SELECT 1`)));
    const ends = Promise.allSettled(begun);
    way.openAnew();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await one()).toEqual({ one: 1 });
  });

  it('bear what a transaction needs, whatever the server is set to', limits, async () => {
    const url = new URL(way.url);
    url.searchParams.set('options', '-c default_transaction_isolation=serializable');
    const other = connect(url.toString(), { connections: 1 });
    const settings = await inTransaction(other.database, (tx) =>
      get(
        tx,
        sql`SELECT current_setting('transaction_isolation') AS isolation,
          current_setting('idle_in_transaction_session_timeout') AS idle`,
      ),
    );
    // A process that stops in the middle does not hold up the others for good.
    expect(settings).toEqual({ isolation: 'read committed', idle: '15s' });
    await other.close();
  });

  it('are left alone for as long as the server is at work, or they wait for us', limits, async () => {
    const [slow, paused] = await Promise.all([
      get(connection.database, sql`SELECT 1 AS one, pg_sleep(2)::text AS slept`),
      inTransaction(connection.database, async (tx) => {
        await tx.execute(sql`SELECT 1`);
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        return get(tx, sql`SELECT 2 AS two`);
      }),
    ]);
    expect(slow).toMatchObject({ one: 1 });
    expect(paused).toEqual({ two: 2 });
  });
});
