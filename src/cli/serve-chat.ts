import { Hono } from 'hono';
import { addPeople } from '../../bot/local-chat/page/people.js';
import { pageRoutes } from '../../bot/local-chat/page/routes.js';
import { type LocalBotApi, startLocalBotApi } from '../../bot/local-chat/server.js';
import { locales } from '../../bot/locale/index.js';
import { signInitData } from '../../bot/mini-app/init-data.js';
import type { Mount } from '../http/http-app.js';
import type { Pages } from '../http/pages.js';
import { type App, startApp } from '../main.js';
import { type CommandContext, loadContext } from './context.js';
import { canOpenPage, openPage } from './open-page.js';
import { createPublishDesk } from './publish-desk.js';
import { openSampleFeed, type SampleFeed } from './sample-feed.js';
import { untilSignal } from './until-signal.js';

/** Ports that are tried behind the default one when it is taken. */
const portsBehind = 20;
const botName = { zh: '摘报', en: 'Zhaibao' } as const;

/**
 * The bot on a page of this machine, behind a local Bot API: page -> local Bot API -> the real bot -> events -> page.
 * Resolves at SIGTERM or SIGINT. Throws when the bot cannot start.
 */
export async function serveChat(): Promise<void> {
  const { config, log } = loadContext({ forPeople: true });
  const stopped = untilSignal();
  const feed = config.usesSamples ? openSampleFeed(config.timeZone) : undefined;
  const api = await startLocalBotApi({ log, botUsername: 'zhaibao_local_bot', takesHttpWebApps: true });
  const people = addPeople(api, config.language);
  const persons = [people.you.id, people.friend.id, people.group.id];
  let app: App | undefined;
  try {
    app = await startApp({
      config,
      log,
      token: api.token,
      apiRoot: api.url,
      onlyChatIds: persons,
      http: {
        isLocal: true,
        portsBehind: config.isDefaultPort ? portsBehind : 0,
        mounts: (pages) => chatMounts(pages, { api, people, feed, config, app: () => app }),
      },
    });
    await app.listening;
    await feed?.withdraw(app);
    await app.firstRound;
    // Who used the bot before has it still, and gets what waited since.
    for (const user of [people.you, people.friend]) if (await app.stores.chats.find(user.id)) api.unblockBot(user);
    const stopPublishing = feed?.goOn(app);
    process.stdout.write(`${locales[config.language].localChatReady(app.url ?? '').plain}\n`);
    const isTerminal = process.stdout.isTTY === true;
    if (canOpenPage({ env: process.env, platform: process.platform, isTerminal })) void openPage(`${app.url}/`);
    await stopped;
    stopPublishing?.();
  } finally {
    await app?.stop();
    await api.close();
  }
}

interface ChatParts {
  readonly api: LocalBotApi;
  readonly people: ReturnType<typeof addPeople>;
  readonly feed: SampleFeed | undefined;
  readonly config: CommandContext['config'];
  /** Undefined until it has started. */
  readonly app: () => App | undefined;
}

function chatMounts(pages: Pages, { api, people, feed, config, app }: ChatParts): readonly Mount[] {
  const desk = () => {
    const started = app();
    if (!started || !feed) throw new Error('local chat: posts are published on the samples only');
    return createPublishDesk(started, feed, config.timeZone);
  };
  const routes = pageRoutes({
    api,
    people,
    botName: botName[config.language],
    language: config.language,
    source: feed ? 'samples' : 'configured',
    waitingSamples: () => feed?.waiting() ?? 0,
    onSamples: (listener) => feed?.onChange(listener) ?? (() => {}),
    desk: {
      listCategories: async () => desk().listCategories(),
      publish: async (post) => desk().publish(post),
      publishNext: async () => desk().publishNext(),
    },
    initDataOf(userId) {
      const user = [people.you, people.friend].find(({ id }) => id === userId);
      return user && signInitData({ id: user.id, firstName: user.first_name }, api.token, new Date());
    },
  });
  return [
    { path: '/', routes: new Hono().get('/', (context) => pages.show(context, 'chat')) },
    { path: '/local', routes },
  ];
}
