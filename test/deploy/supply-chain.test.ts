import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Package {
  readonly name?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Package> };
const { allowScripts } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as {
  allowScripts: Record<string, boolean>;
};
/** Name in the registry and entry of each package in the lockfile, but for the project itself. */
const locked = Object.entries(packages)
  .filter(([place]) => place !== '')
  .map(([place, entry]) => ({ place, name: entry.name ?? place.split('node_modules/').at(-1) ?? place, entry }));

describe('what is installed', () => {
  it('is what the lockfile has the checksum of, from whichever registry', () => {
    for (const { place, entry } of locked) {
      expect(entry.integrity, place).toMatch(/^sha512-/u);
      expect(entry.resolved, place).toBeUndefined();
    }
  });

  it('runs a script for better-sqlite3 alone, and for every other that has one it is decided', () => {
    const withScript = new Set(locked.filter(({ entry }) => entry.hasInstallScript).map(({ name }) => name));
    expect([...withScript].filter((name) => allowScripts[name] === undefined)).toEqual([]);
    expect(Object.keys(allowScripts).filter((name) => allowScripts[name])).toEqual(['better-sqlite3']);
  });

  it('has a licence that may be passed on', () => {
    const run = spawnSync(process.execPath, ['test/deploy/licences.mjs'], { encoding: 'utf8' });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout.split('\n').length).toBeGreaterThan(50);
  });
});
