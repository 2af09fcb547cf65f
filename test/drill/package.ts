import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/**
 * package : packs the project, installs the tarball in a clean folder from the registry, as `npx zhaibao` does, and runs
 * commands of it there. Takes half a minute, on Node.js 20, where SQLite is compiled, some. Exit code 1 when one fails.
 */
export async function run(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-package-'));
  const quiet = ['--no-audit', '--no-fund', '--ignore-scripts'];
  const packed = call(['npm', 'pack', '--ignore-scripts', '--pack-destination', folder], '.');
  const tarball = path.join(folder, packed.stdout.trim().split('\n').at(-1) ?? '');
  const bytes = fs.statSync(tarball).size;
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private":true}');
  // On Node.js 20 the addon is compiled, by a script of its package.
  const isOldNode = Number(process.versions.napi) < 10;
  call(['npm', 'install', ...(isOldNode ? quiet.slice(0, 2) : quiet), tarball], folder);
  const started = performance.now();
  const { version } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as { version: string };
  expectOutput(call(['npx', 'zhaibao', '--version'], folder).stdout, version);
  const firstStartMs = performance.now() - started;
  const sample = path.join(folder, 'node_modules', 'zhaibao', 'src', 'samples', '2025-10-16-sample-02.md');
  expectOutput(call(['npx', 'zhaibao', 'extract', sample], folder).stdout, '"title"');
  expectOutput(call(['npx', 'zhaibao', 'doctor'], folder).stdout, 'ok    configuration');
  expectOutput(call(['npx', 'zhaibao', 'chat'], folder, '/latest\n/search 养老保险\n').stdout, '养老保险');
  fs.rmSync(folder, { recursive: true });
  process.stdout.write(
    `tarball ${Math.round(bytes / 1024)} KB, first start with its build ${(firstStartMs / 1_000).toFixed(1)} s, 4 commands run\n`,
  );
}

/** Compiling SQLite on Node.js 20 takes minutes. */
const callTimeoutMs = 600_000;

function call([command = '', ...args]: readonly string[], cwd: string, input = '') {
  // The registry is reached as this machine does; the bot is configured by nothing.
  const { BOT_TOKEN: _token, SOURCES: _sources, DATABASE_URL: _url, ...env } = process.env;
  const run = spawnSync(command, args, { cwd, env, input, encoding: 'utf8', timeout: callTimeoutMs });
  if (run.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${run.status}\n${run.stdout}\n${run.stderr}`);
  return run;
}

function expectOutput(text: string, part: string): void {
  if (!text.includes(part)) throw new Error(`${JSON.stringify(part)} is not in:\n${text}`);
}
