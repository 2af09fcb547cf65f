import { describe } from 'vitest';
import { serverUrl, startPglite, startServerDatabase, type TestPostgres } from './postgres.js';

/** Tests on PostgreSQL in this process, and on a server where TEST_DATABASE_URL names one. Only there do processes really meet. */
export function onEachPostgres(
  tests: (engine: string, start: () => Promise<TestPostgres>, isServer: boolean) => void,
): void {
  tests('PostgreSQL in this process', startPglite, false);
  describe.skipIf(!serverUrl)('with a server (TEST_DATABASE_URL)', () => {
    tests('a PostgreSQL server', () => startServerDatabase(serverUrl ?? ''), true);
  });
}
