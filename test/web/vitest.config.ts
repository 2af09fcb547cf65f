import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { findChromium } from './chromium.js';

if (!findChromium()) {
  process.stderr.write('browser tests: skipped, there is no chromium on the PATH and CHROMIUM_PATH is not set\n');
}

export default defineConfig({
  root: path.join(import.meta.dirname, '..', '..'),
  test: {
    include: ['test/web/**/*.browser.test.ts'],
    globalSetup: ['test/support/build.ts'],
    // A page is a whole program, and one browser after the other is quicker than two that wait for each other.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    pool: 'forks',
  },
});
