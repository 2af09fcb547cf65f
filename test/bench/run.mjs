// npm run bench -- NAME [ARGS]: compiles and runs test/bench/NAME.ts, which exports `run(args)` and prints its figures.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const root = path.join(here, '..', '..');
const names = readdirSync(here).flatMap((file) => /^(?<name>[\w-]+)\.ts$/.exec(file)?.groups?.name ?? []);
const [name, ...args] = process.argv.slice(2);
if (!name || !names.includes(name)) {
  process.stderr.write(`usage: npm run bench -- NAME, one of: ${names.join(' ')}\n`);
  process.exit(2);
}

const out = path.join(root, 'dist', 'bench');
rmSync(out, { recursive: true, force: true });
const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
const options = [
  '--project',
  path.join(root, 'test', 'tsconfig.json'),
  '--noEmit',
  'false',
  '--noCheck',
  '--outDir',
  out,
];
spawnSync(process.execPath, [tsc, ...options], { stdio: ['ignore', 2, 2] });
const compiled = path.join(out, 'test', 'bench', `${name}.js`);
if (!existsSync(compiled)) throw new Error(`${name} did not compile`);
const { run } = await import(pathToFileURL(compiled).href);
await run(args);
