import { startLocalBotApi } from '../../bot/local-chat/server.js';
import { runTerminalChat } from '../../bot/local-chat/terminal-chat.js';
import { locales } from '../../bot/locale/index.js';
import { parsePost } from '../extract/parse-post.js';
import { type App, startApp } from '../main.js';
import { layOutSamples, type Samples } from '../source/samples.js';
import { type CommandContext, loadContext, samplesFolder } from './context.js';
import { untilSignal } from './until-signal.js';

/** The person at the terminal. Below any id that Telegram gives out, so that no real chat is ever meant. */
const terminalUserId = 1;
const publishEveryMs = 60_000;

/**
 * The bot in this terminal, behind a local Bot API: each line of standard input is a message. Resolves at its end, when
 * the replies are finished, and at SIGTERM or SIGINT. Throws when the bot cannot start.
 */
export async function runChat(): Promise<void> {
  const { config, log } = loadContext({ forPeople: true });
  const samples = config.usesSamples ? layOutSamples(samplesFolder, new Date()) : undefined;
  // There is one chat here, and nobody to share with.
  const api = await startLocalBotApi({ log, supportsInlineQueries: false });
  const user = api.addUser({ id: terminalUserId, firstName: 'Terminal' });
  const app = await startApp({
    config,
    log,
    token: api.token,
    apiRoot: api.url,
    onlyChatIds: [user.id],
    http: undefined,
  });
  const texts = locales[config.language];
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (interactive) process.stdout.write(`${texts.terminalWelcome(samples ? 'samples' : 'configured').plain}\n\n`);
  try {
    await app.listening;
    if (samples) await withdraw(samples, app, config);
    await app.firstRound;
    // The person is here: pushes that waited since the last time may come.
    api.unblockBot(user);
    const publishing = samples && publishOneByOne(samples, app);
    const talking = runTerminalChat({
      api,
      user,
      input: process.stdin,
      output: process.stdout,
      interactive,
      texts,
      botIdle: () => app.idle(),
    });
    await Promise.race([talking, untilSignal()]);
    clearInterval(publishing);
  } finally {
    await app.stop();
    await api.close();
    // A terminal that is still being read would keep the process.
    process.stdin.destroy();
  }
}

/** Takes the held-back samples of an earlier start out of the archive, so that they can arrive again. */
async function withdraw({ heldBack }: Samples, app: App, { timeZone }: CommandContext['config']): Promise<void> {
  const identities = heldBack.flatMap((post) => {
    const parsed = parsePost({ sourceKey: samplesFolder, ...post }, { timeZone });
    return parsed.kind === 'article' ? [parsed.article.identity] : [];
  });
  await app.stores.articles.remove(identities);
}

function publishOneByOne(samples: Samples, app: App): NodeJS.Timeout {
  const timer = setInterval(() => {
    if (samples.publishNext(new Date()) === undefined) clearInterval(timer);
    else void app.readSources().catch(() => {});
  }, publishEveryMs);
  return timer;
}
