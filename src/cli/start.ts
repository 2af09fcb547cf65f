import { startApp } from '../main.js';
import { loadContext } from './context.js';
import { untilSignal } from './until-signal.js';

const lingerMs = 300;

/**
 * Runs the bot until SIGTERM or SIGINT; without a token, the chat in this terminal. Throws when it cannot start or when
 * Telegram refuses the token.
 */
export async function runStart(): Promise<void> {
  const { config, log } = loadContext({ forPeople: false });
  // Before anything that takes its time: a signal during the start is a stop like any other.
  const stopped = untilSignal().then((signal) => log.info({ signal }, 'stopping'));
  if (!config.botToken) {
    const { runChat } = await import('./chat.js');
    return runChat();
  }
  if (config.sources.length === 0) log.warn({}, 'SOURCES is empty: the bot runs, but nothing new will come in');
  const app = await startApp({
    config,
    log,
    token: config.botToken,
    apiRoot: config.telegramApiRoot,
    servesHttp: true,
  });
  try {
    await Promise.race([refusedToken(app.listening), stopped]);
  } finally {
    await app.stop();
    log.info({}, 'stopped');
    // A connection that the other side keeps open must not keep a stopped bot.
    setTimeout(() => process.exit(), lingerMs).unref();
  }
}

/** Rejects when Telegram refuses the token; a token that is accepted leaves it pending, because the bot then runs on. */
async function refusedToken(listening: Promise<void>): Promise<never> {
  try {
    await listening;
  } catch (error) {
    throw new Error('Telegram refuses BOT_TOKEN (401): get a valid one from @BotFather', { cause: error });
  }
  return new Promise(() => {});
}
