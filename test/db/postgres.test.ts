import { afterAll, beforeAll, describe } from 'vitest';
import { startingMs, startPglite, startServerDatabase, type TestPostgres } from '../support/postgres.js';
import { describeStores } from './store-contract.js';
import { describeWorkers } from './worker-contract.js';

let pglite: TestPostgres;
beforeAll(async () => {
  pglite = await startPglite();
}, startingMs);
afterAll(() => pglite.close());

describeStores('PostgreSQL in this process', () => pglite.open());
describeWorkers('PostgreSQL in this process', (options) => pglite.open(options));

const serverUrl = process.env.TEST_DATABASE_URL;
describe.skipIf(!serverUrl)('with a server (TEST_DATABASE_URL)', () => {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startServerDatabase(serverUrl ?? '');
  }, startingMs);
  afterAll(() => server?.close());
  describeStores('a PostgreSQL server', () => server.open());
  describeWorkers('a PostgreSQL server', (options) => server.open(options));
});
