import { afterAll, beforeAll } from 'vitest';
import { onEachPostgres } from '../support/each-postgres.js';
import { startingMs, type TestPostgres } from '../support/postgres.js';
import { describeStores } from './store-contract.js';
import { describeWorkers } from './worker-contract.js';

onEachPostgres((engine, start) => {
  let database: TestPostgres;
  beforeAll(async () => {
    database = await start();
  }, startingMs);
  afterAll(() => database?.close());
  describeStores(engine, () => database.open());
  describeWorkers(engine, (options) => database.open(options));
});
