import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspectConnection } from '../../db/postgres/inspect.js';
import { startPglite, type TestPostgres } from '../support/postgres.js';

let pglite: TestPostgres;
beforeAll(async () => {
  pglite = await startPglite();
}, 60_000);
afterAll(() => pglite.close());

it('a server tells what it is, and what may be done there', async () => {
  const state = await inspectConnection(pglite.connection);
  expect(state).toMatchObject({
    schema: 'current',
    pending: 0,
    others: [],
    encoding: 'UTF8',
    isReadOnly: false,
    lacks: [],
    workers: { total: 0, web: 0, ingest: 0, deliver: 0 },
  });
  expect(state.majorVersion).toBeGreaterThanOrEqual(13);
  expect(state.version).toMatch(/^\d+\.\d+/u);
  expect(Math.abs(state.clockOffsetMs)).toBeLessThan(5_000);
});

it('processes that live are counted', async () => {
  const stores = await pglite.open();
  await stores.workers?.beat(['web', 'deliver'], 60_000);
  expect((await inspectConnection(pglite.connection)).workers).toEqual({ total: 1, web: 1, ingest: 0, deliver: 1 });
  await stores.workers?.leave();
});

it('a user who may not do everything is told what it lacks', async () => {
  const { database } = pglite.connection;
  await database.execute('CREATE ROLE reader');
  await database.execute('GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader');
  await database.execute('GRANT INSERT, UPDATE, DELETE ON chats TO reader');
  await database.execute('SET ROLE reader');
  const { lacks } = await inspectConnection(pglite.connection);
  await database.execute('RESET ROLE');
  expect(lacks).toEqual([
    'make tables, which an upgrade does',
    expect.stringMatching(/^read and write announcements, /u),
  ]);
  expect(lacks[1]).not.toMatch(/\bchats\b/u);
});
