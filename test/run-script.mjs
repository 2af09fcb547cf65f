// node test/run-script.mjs FOLDER NAME [ARGS]: compiles and runs test/FOLDER/NAME.ts, which exports `run(args)` and prints
// its figures. Behind `npm run bench -- NAME` and `npm run drill -- NAME`.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const here = import.meta.dirname;
const root = path.join(here, '..');
const [folder = 'bench', name, ...args] = process.argv.slice(2);
const names = readdirSync(path.join(here, folder)).flatMap(
  (file) => /^(?<name>[\w-]+)\.ts$/.exec(file)?.groups?.name ?? [],
);
// What several benches share is none itself.
const scripts = names.filter((each) => !['measure', 'outbox', 'search-probes'].includes(each));
if (!name || !scripts.includes(name)) {
  process.stderr.write(`usage: npm run ${folder} -- NAME, one of: ${scripts.join(' ')}\n`);
  process.exit(2);
}

const out = path.join(root, 'dist', folder);
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
const compiled = path.join(out, 'test', folder, `${name}.js`);
if (!existsSync(compiled)) throw new Error(`${name} did not compile`);
const { run } = await import(pathToFileURL(compiled).href);
await run(args);
