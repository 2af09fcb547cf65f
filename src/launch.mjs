#!/usr/bin/env node
// Starts the compiled command line, compiling first when the sources differ from the last build.
//
// A build lives in dist/<fingerprint of the sources>, so what runs can never be older than what is on disk:
// other sources have another folder. Two processes that build at once each rename their own folder into place.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const dist = path.join(root, 'dist');
const sourceFolders = ['src', 'bot', 'db'];
/** How many builds stay on disk: the current one, and one that a running process may still load modules from. */
const keptBuilds = 2;

const build = path.join(dist, fingerprint());
if (!existsSync(build)) await compile(build);
if (process.argv[2] === '--build-only') {
  process.stdout.write(`${build}\n`);
} else {
  // Node >= 22.1 keeps V8's compiled code between runs; older versions do without.
  module.enableCompileCache?.(path.join(dist, '.compile-cache'));
  await import(pathToFileURL(path.join(build, 'src', 'cli.js')).href);
}

/** Hash over path and content of every file that goes into a build, and of the versions of what builds it. */
function fingerprint() {
  const hash = createHash('sha256');
  const require = module.createRequire(import.meta.url);
  for (const tool of ['typescript', 'esbuild', 'preact']) hash.update(require(`${tool}/package.json`).version);
  for (const file of [path.join(root, 'tsconfig.json'), ...sourceFolders.flatMap((folder) => listSources(folder))]) {
    hash.update(`\0${path.relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function listSources(folder) {
  return readdirSync(path.join(root, folder), {
    recursive: true,
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile() && /\.(?:tsx?|mjs|css|html)$/u.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Compiles into a folder of this process, then renames it: readers see a whole build or none. */
async function compile(target) {
  const started = performance.now();
  const staging = path.join(dist, `.building-${process.pid}`);
  try {
    mkdirSync(staging, { recursive: true });
  } catch (error) {
    process.stderr.write(
      `zhaibao: cannot compile into ${dist} (${error.code}): run this once as the user who installed it\n`,
    );
    process.exit(1);
  }
  const bin = path.join(
    path.dirname(module.createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin',
    'tsc',
  );
  // stdout belongs to the command's results, so the compiler's words go to stderr.
  const run = spawnSync(process.execPath, [bin, '--project', root, '--outDir', staging, ...withoutTypes()], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (run.status !== 0) giveUp(staging);
  const { buildPages } = await import('../bot/web/build.mjs');
  // What is wrong, and where, the bundler has said.
  await buildPages(path.join(staging, 'web')).catch(() => giveUp(staging));
  try {
    renameSync(staging, target);
  } catch (error) {
    // Another process finished the same build first; any other failure leaves no build and is fatal below.
    rmSync(staging, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  removeOldBuilds(target);
  process.stderr.write(`zhaibao: compiled in ${Math.round(performance.now() - started)} ms\n`);
}

/** Installed for running (npx, --omit=dev) there is not every type to check against: who made the package has checked it. */
function withoutTypes() {
  const require = module.createRequire(import.meta.url);
  const { devDependencies } = require('../package.json');
  const types = Object.keys(devDependencies).filter((name) => name.startsWith('@types/'));
  try {
    for (const name of types) require.resolve(`${name}/package.json`);
    return [];
  } catch {
    return ['--noCheck', '--types', ''];
  }
}

function giveUp(staging) {
  rmSync(staging, { recursive: true, force: true });
  process.stderr.write('zhaibao: the sources do not compile; nothing was started\n');
  process.exit(1);
}

function removeOldBuilds(current) {
  const others = readdirSync(dist)
    .filter((name) => /^[0-9a-f]{16}$/.test(name))
    .map((name) => path.join(dist, name))
    .filter((folder) => folder !== current)
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  for (const folder of others.slice(keptBuilds - 1)) rmSync(folder, { recursive: true, force: true });
}
