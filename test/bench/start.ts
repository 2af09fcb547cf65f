import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalBotApi } from '../../bot/local-chat/server.js';
import { writePosts } from '../support/generate-posts.js';
import { median, report, timeMs } from './measure.js';

const seed = 20_220_608;
const turns = 5;

/** start [COUNT] : from the start of the process to its first getUpdates, with an archive of generated posts, beside `node -e 0`. */
export async function run(args: readonly string[]): Promise<void> {
  const count = Number(args[0] ?? 20_000);
  const folder = mkdtempSync(path.join(tmpdir(), 'zhaibao-bench-'));
  const posts = path.join(folder, 'posts');
  const launcher = path.resolve('src/launch.mjs');
  const api = await startLocalBotApi();
  const env = {
    ...process.env,
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: posts,
    DATABASE_URL: `file:${path.join(folder, 'bench.db')}`,
    PORT: '0',
    LOG_LEVEL: 'silent',
  };
  try {
    writePosts(posts, count, seed);
    spawnSync(process.execPath, [launcher, 'import'], { env, stdio: 'ignore' });
    const bare: number[] = [];
    const starts: number[] = [];
    const launches: number[] = [];
    for (let turn = 0; turn < turns; turn += 1) {
      bare.push(await timeMs(() => spawnSync(process.execPath, ['-e', '0'])));
      launches.push(await timeMs(() => spawnSync(process.execPath, [launcher, '--build-only'])));
      const polled = new Promise<void>((resolve) => {
        const stop = api.on('call', ({ method }) => {
          if (method !== 'getUpdates') return;
          stop();
          resolve();
        });
      });
      const bot = { process: undefined as ReturnType<typeof spawn> | undefined };
      starts.push(
        await timeMs(async () => {
          bot.process = spawn(process.execPath, [launcher, 'start'], { env, stdio: 'ignore' });
          await polled;
        }),
      );
      bot.process?.kill('SIGKILL');
      if (bot.process) await once(bot.process, 'close');
    }
    report('node -e 0', `${median(bare).toFixed(0)} ms`);
    report('launcher alone (is the build current?)', `${median(launches).toFixed(0)} ms`, {
      to: 'node -e 0',
      value: median(launches) / median(bare),
    });
    report(`start to first getUpdates, ${count} articles`, `${median(starts).toFixed(0)} ms`, {
      to: 'node -e 0',
      value: median(starts) / median(bare),
    });
  } finally {
    await api.close();
    rmSync(folder, { recursive: true });
  }
}
