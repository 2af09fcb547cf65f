import { availableParallelism } from 'node:os';
import path from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.join(import.meta.dirname, '..'),
  test: {
    include: ['test/**/*.test.ts'],
    // They need a Chromium: `npm run test:browser`.
    exclude: [...configDefaults.exclude, 'test/web/**'],
    globalSetup: ['test/support/build.ts'],
    testTimeout: 20_000,
    // better-sqlite3 is a native addon: one process per file keeps a crash in one file from taking others along.
    pool: 'forks',
    // vitest leaves one core alone; on two cores that would be half of them, and most tests wait for something.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
