import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalBotApi } from '../../bot/local-chat/server.js';
import { execForm, lastOf, readDockerfile } from '../deploy/dockerfile.js';
import { ImageFolder } from '../deploy/image-folder.js';
import { BotProcess } from '../support/bot-process.js';
import { NewsFolder } from '../support/news-folder.js';

/** npm's release line in the official images. */
const npmOf: Readonly<Record<string, string>> = { 22: '10', 24: '11' };

/**
 * image [NODE_VERSION] : carries out deploy/Dockerfile line by line without a container engine, as root, with Node.js and
 * npm from the registry; starts what comes out as its USER, on a read-only tree, and lets it push, answer its health check,
 * doctor itself, stop and start again. Takes a minute or two. Exit code 1 when anything of that fails.
 */
export async function run(args: readonly string[]): Promise<void> {
  const started = performance.now();
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-image-'));
  // mkdtemp keeps others out; the image's user is another.
  fs.chmodSync(folder, 0o755);
  const stages = readDockerfile(args[0] ? { NODE_VERSION: args[0] } : {});
  const runtime = stages.at(-1);
  if (!runtime) throw new Error('Dockerfile: no stage');
  const version = /^node:(?<version>\d+\.\d+\.\d+)-/u.exec(runtime.from)?.groups?.version ?? '';
  const image = new ImageFolder(folder, path.resolve('.'), installTools(path.join(folder, 'tools'), version));
  const roots = stages.map((stage) => image.build(stage));
  for (const line of image.skipped) say(`not carried out here: RUN ${line}`);
  say(`built on Node.js ${version} in ${seconds(started)}, /app ${sizeOf(path.join(roots.at(-1) ?? '', 'app'))}`);

  const api = await startLocalBotApi();
  const reader = api.addUser();
  const news = new NewsFolder(path.join(folder, 'posts'));
  const data = path.join(folder, 'data');
  fs.mkdirSync(data);
  fs.chownSync(data, 1000, 1000);
  const env = {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: '/posts',
    INGEST_CRON: '* * * * * *',
    PORT: '18080',
  };
  const volumes = [
    { from: data, at: lastOf(runtime, 'VOLUME') ?? '/data', readOnly: false },
    { from: news.path, at: '/posts', readOnly: true },
  ];
  const start = (words: readonly string[]) => BotProcess.watch(image.start(runtime, words, env, volumes));
  const entry = execForm(lastOf(runtime, 'ENTRYPOINT'));
  const health = execForm(lastOf(runtime, 'HEALTHCHECK')?.replace(/^.*? CMD /u, ''));
  const checks: Record<string, unknown> = {};

  let bot = start([...entry, ...execForm(lastOf(runtime, 'CMD'))]);
  process.once('exit', () => bot.child.kill('SIGKILL'));
  const starting = performance.now();
  await bot.line(/bot is listening/);
  say(`started in ${seconds(starting)} as ${ownerOf(bot.child.pid)}`);
  await bot.line(/"firstRead".*source read/);
  api.sendText({ chat: reader, text: `/subscribe ${NewsFolder.category}` });
  await api.waitForMessage(({ text }) => text.includes('已订阅'));
  news.publish(1);
  await api.waitForMessage(({ text }) => text.startsWith('示例2\n'));
  checks.pushes = true;
  checks['health check of a running bot is 0'] = (await start(health).ended()) === 0;
  const doctor = start([...entry, 'doctor']);
  checks['doctor is 0'] = (await doctor.ended()) === 0;
  for (const line of doctor.lines) say(`  ${line}`);
  const stopping = performance.now();
  checks['stops with 0'] = (await bot.kill('SIGTERM')) === 0;
  checks['stops within 5 s'] = performance.now() - stopping < 5_000;
  checks['health check of a stopped bot is 1'] = (await start(health).ended()) === 1;
  news.publish(1);
  bot = start([...entry, ...execForm(lastOf(runtime, 'CMD'))]);
  await api.waitForMessage(({ text }) => text.startsWith('示例3\n'));
  checks['remembers across a restart'] = true;
  checks['stops again with 0'] = (await bot.kill('SIGTERM')) === 0;
  const written = fs.readdirSync(data).sort();
  say(`written: ${written.join(' ')}`);
  const write = start(['sh', '-c', 'touch /app/x || touch /x || touch /posts/x']);
  checks['writes nowhere else'] = (await write.ended()) !== 0;

  await api.close();
  fs.rmSync(folder, { recursive: true });
  const failed = Object.entries(checks).flatMap(([name, isDone]) => (isDone ? [] : [name]));
  say(
    `${Object.keys(checks).length - failed.length} of ${Object.keys(checks).length} hold, ${seconds(started)} in all`,
  );
  for (const name of failed) say(`failed: ${name}`);
  if (failed.length > 0) process.exitCode = 1;
}

/** Node.js and npm of the base image. */
function installTools(folder: string, version: string): string {
  const npmLine = npmOf[version.split('.')[0] ?? ''] ?? 'latest';
  const node = `node-linux-${process.arch}`;
  fs.mkdirSync(path.join(folder, 'bin'), { recursive: true });
  const wanted = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts'];
  const run = spawnSync('npm', [...wanted, `${node}@${version}`, `npm@${npmLine}`], { stdio: ['ignore', 2, 2] });
  if (run.status !== 0) throw new Error(`Node.js ${version} cannot be had from the registry`);
  fs.symlinkSync(`../node_modules/${node}/bin/node`, path.join(folder, 'bin', 'node'));
  fs.symlinkSync('../node_modules/npm/bin/npm-cli.js', path.join(folder, 'bin', 'npm'));
  return folder;
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const seconds = (since: number) => `${((performance.now() - since) / 1_000).toFixed(1)} s`;
const sizeOf = (folder: string) => spawnSync('du', ['-sh', folder], { encoding: 'utf8' }).stdout.split('\t')[0];

function ownerOf(pid: number | undefined): string {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (key: string) => new RegExp(`^${key}:\\s*(\\S+)`, 'mu').exec(status)?.[1];
  return `user ${of('Uid')}, capabilities ${of('CapEff')}, no new privileges ${of('NoNewPrivs')}`;
}
