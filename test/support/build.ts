import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the folder with the compiled sources: threads cannot run TypeScript. */
    readonly build: string;
  }
}

/** Compiles the sources once before all tests, as the launcher does, and tells the tests where. */
export default function setup(project: TestProject): void {
  const launcher = path.resolve(import.meta.dirname, '..', '..', 'src', 'launch.mjs');
  const { stdout, stderr, status } = spawnSync(process.execPath, [launcher, '--build-only'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the sources do not compile:\n${stderr}`);
  project.provide('build', pathToFileURL(`${stdout.trim()}/`).href);
}
