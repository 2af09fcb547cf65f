import { PollingConflict } from '../../bot/poll.js';
import { type App, type AppOptions, startApp } from '../main.js';
import { findWebhook } from '../secrets.js';
import type { Role } from '../worker-ports.js';
import { loadContext } from './context.js';
import { untilSignal } from './until-signal.js';

const lingerMs = 300;

export interface StartOptions {
  /** How long another poller is borne; 10 minutes unless told otherwise. */
  readonly conflictLimitMs?: number;
  /** How often delivery to the webhook is looked at; a minute unless told otherwise. */
  readonly checkEveryMs?: number;
  /** What this process does where several share a database; undefined: everything. */
  readonly roles?: readonly Role[] | undefined;
}

/**
 * Runs the bot until SIGTERM or SIGINT; without a token, the chat on a page of this machine. Throws when it cannot start, when
 * Telegram refuses the token, and when another poller has been using it for `conflictLimitMs`.
 */
export async function runStart({ conflictLimitMs, checkEveryMs, roles }: StartOptions = {}): Promise<void> {
  const { config, log } = loadContext({ forPeople: false });
  if (!config.botToken) {
    if (roles) throw new Error('--only is for a bot on Telegram: set BOT_TOKEN, or leave it out');
    const { serveChat } = await import('./serve-chat.js');
    return serveChat();
  }
  // Before anything that takes its time: a signal during the start is a stop like any other.
  const stopped = untilSignal().then((signal) => log.info({ signal }, 'stopping'));
  const reads = roles === undefined || roles.includes('ingest');
  if (reads && config.sources.length === 0)
    log.warn({}, 'SOURCES is empty: the bot runs, but nothing new will come in');
  const app = await startOrEnd({
    config,
    log,
    token: config.botToken,
    apiRoot: config.telegramApiRoot,
    http: {},
    webhook: findWebhook(config),
    checkEveryMs,
    conflictLimitMs,
    roles,
  });
  try {
    await Promise.race([app.broken.catch(explain), stopped]);
  } finally {
    await app.stop();
    log.info({}, 'stopped');
    // A connection that the other side keeps open must not keep a stopped bot.
    setTimeout(() => process.exit(), lingerMs).unref();
  }
}

/** What had been started before something failed must not keep the process. */
async function startOrEnd(options: AppOptions): Promise<App> {
  try {
    return await startApp(options);
  } catch (error) {
    setTimeout(() => process.exit(), lingerMs).unref();
    throw error;
  }
}

function explain(cause: unknown): never {
  if (!(cause instanceof PollingConflict))
    throw new Error('Telegram refuses BOT_TOKEN (401): get a valid one from @BotFather', { cause });
  throw new Error('another bot or webhook keeps using BOT_TOKEN (409): stop it, then start this one again', { cause });
}
