import { localIds } from '../../bot/local-chat/page/people.js';
import { startLocalBotApi } from '../../bot/local-chat/server.js';
import { runTerminalChat } from '../../bot/local-chat/terminal-chat.js';
import { locales } from '../../bot/locale/index.js';
import { type App, startApp } from '../main.js';
import { loadContext } from './context.js';
import { openSampleFeed } from './sample-feed.js';
import { untilSignal } from './until-signal.js';

/**
 * The bot in this terminal, behind a local Bot API: each line of standard input is a message. Resolves at its end, when
 * the replies are finished, and at SIGTERM or SIGINT. Throws when the bot cannot start.
 */
export async function runChat(): Promise<void> {
  const { config, log } = loadContext({ forPeople: true });
  const samples = config.usesSamples ? openSampleFeed(config.timeZone) : undefined;
  // There is one chat here, and nobody to share with.
  const api = await startLocalBotApi({ log, supportsInlineQueries: false });
  const user = api.addUser({ id: localIds.you, firstName: 'Terminal' });
  const texts = locales[config.language];
  const interactive = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (interactive) process.stdout.write(`${texts.terminalWelcome(samples ? 'samples' : 'configured').plain}\n\n`);
  let app: App | undefined;
  try {
    app = await startApp({
      config,
      log,
      token: api.token,
      apiRoot: api.url,
      onlyChatIds: [user.id],
      http: undefined,
    });
    const { idle } = app;
    await app.listening;
    await samples?.withdraw(app);
    await app.firstRound;
    // The person is here: pushes that waited since the last time may come.
    api.unblockBot(user);
    const stopPublishing = samples?.goOn(app);
    const talking = runTerminalChat({
      api,
      user,
      input: process.stdin,
      output: process.stdout,
      interactive,
      texts,
      botIdle: idle,
    });
    await Promise.race([talking, untilSignal()]);
    stopPublishing?.();
  } finally {
    await app?.stop();
    await api.close();
    // A terminal that is still being read would keep the process.
    process.stdin.destroy();
  }
}
