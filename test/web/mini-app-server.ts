import { fileURLToPath } from 'node:url';
import { Hono } from 'hono';
import type { Page } from 'playwright-core';
import { inject } from 'vitest';
import type { User } from '../../bot/local-chat/bot-api.js';
import { signInitData } from '../../bot/mini-app/init-data.js';
import type { Article } from '../../src/domain/article.js';
import { createHttpApp } from '../../src/http/http-app.js';
import { type HttpServer, startHttpServer } from '../../src/http/http-server.js';
import { openPages } from '../../src/http/pages.js';
import { articleNumber, silentLog } from '../support/builders.js';
import { randomFrom } from '../support/generate-corpus.js';
import { generateCategories } from '../support/generate-names.js';
import { generatePosts } from '../support/generate-posts.js';
import { articleOf } from '../support/posts.js';
import { BotHarness } from '../support/start-bot.js';

export interface MiniAppServerOptions {
  readonly articles?: readonly Article[];
  readonly hasFullText?: boolean;
  readonly canShare?: boolean;
  /** It gives init data, as the local chat does. */
  readonly isLocal?: boolean;
}

export interface Launching {
  /** The view to go to; that of the address when there is none. */
  readonly hash?: string;
  /** Of the address, such as `?p=sources`. */
  readonly search?: string;
  readonly themeParams?: Readonly<Record<string, string>>;
  readonly startParam?: string;
  readonly user?: User;
}

/** The built page before the real server, on a database in memory. */
export class MiniAppServer {
  private constructor(
    readonly bot: BotHarness,
    private readonly http: HttpServer,
    /** Calls that fail, by a part of their path, and the status that they get. */
    readonly faults: Map<string, 401 | 500>,
  ) {}

  static async start(options: MiniAppServerOptions = {}): Promise<MiniAppServer> {
    const { articles = anArchiveOfMany(), hasFullText = true, canShare = true, isLocal = false } = options;
    const bot = await BotHarness.start(articles);
    const pages = openPages(fileURLToPath(new URL('web/', inject('build'))));
    const faults = new Map<string, 401 | 500>();
    const faulty = new Hono().use('/app/api/*', async (context, next) => {
      const [, status] = [...faults].find(([part]) => context.req.path.includes(part)) ?? [];
      if (!status) return next();
      return context.json({ error: status === 401 ? 'unauthorised' : 'failed' }, status);
    });
    const local = new Hono().get('/local/init-data', (context) => context.json({ initData: initDataOf(bot) }));
    const miniApp = bot.miniAppRoutes({
      hasFullText,
      feedRoot: 'https://news.example/atom',
      self: () => ({ username: 'zhaibao_bot', canShare }),
      showPage: (context) => pages.show(context, 'app'),
    });
    const mounts = [
      { path: '/', routes: faulty },
      { path: '/assets', routes: pages.assets },
      ...(isLocal ? [{ path: '/', routes: local }] : []),
      { path: '/', routes: miniApp },
    ];
    const http = await startHttpServer(createHttpApp({ mounts, log: silentLog }), { host: '127.0.0.1', port: 0 });
    return new MiniAppServer(bot, http, faults);
  }

  get url(): string {
    return this.http.url;
  }

  /** Somebody who follows and keeps a few things. */
  async addReader(): Promise<User> {
    const user = this.bot.api.addUser({ firstName: '林知秋' });
    const { services, stores, clock } = this.bot;
    const target = { chatId: user.id, topicId: 0 };
    await stores.chats.save(user.id, 'private', clock.now());
    for (const id of [1, 2, 3, 5, 8]) await services.subscriptions.subscribeById(target, id, clock.now());
    for (const id of [1, 3, 4]) await services.saved.save(user.id, id, clock.now());
    await services.watches.watch(target, '养老保险 -股票', clock.now());
    return user;
  }

  /** The first article with a text in several sections. */
  async findLongArticle(): Promise<number> {
    for (let id = 1; ; id += 1) {
      const article = await this.bot.services.browse.find(id);
      if (!article) throw new Error('no article has several sections');
      if (article.outline.length > 5) return id;
    }
  }

  /** Opens the page as Telegram does, and waits for its heading. */
  async open(page: Page, launching: Launching = {}): Promise<void> {
    await page.clock.setFixedTime(this.bot.clock.now());
    const { search = '', themeParams, startParam, user } = launching;
    const launch = new URLSearchParams({
      tgWebAppData: initDataOf(this.bot, user),
      tgWebAppVersion: '8.0',
      tgWebAppPlatform: 'web',
      ...(themeParams ? { tgWebAppThemeParams: JSON.stringify(themeParams) } : {}),
      ...(startParam ? { tgWebAppStartParam: startParam } : {}),
    });
    await page.goto(`${this.url}/app/${search}#${launch}`);
    await page.locator('h1').waitFor();
    if (launching.hash) await this.goTo(page, launching.hash);
  }

  /** Goes to another view, as a link in the page does, and waits until it has all that it shows. */
  async goTo(page: Page, hash: string): Promise<void> {
    if (new URL(page.url()).hash !== hash) {
      await page.evaluate((next) => {
        location.hash = next;
      }, hash);
      await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    }
    await page.waitForLoadState('networkidle');
  }

  async stop(): Promise<void> {
    await this.http.close();
    await this.bot.stop();
  }
}

function initDataOf({ reader, api, clock }: BotHarness, user: User = reader): string {
  return signInitData({ id: user.id, firstName: user.first_name }, api.token, clock.now());
}

const newestAt = Date.UTC(2026, 0, 5, 2);
const minutesBetweenArticles = 19;
const longTexts = 240;

/** A short article for each of 2,000 names, long texts for the largest of them, and one text that three of them carry. */
function anArchiveOfMany(): readonly Article[] {
  const random = randomFrom(7);
  const categories = generateCategories(1);
  const posts = Array.from(generatePosts(longTexts + categories.length, 3), ({ content }) => content);
  const at = (n: number) => new Date(newestAt - (n + 1) * minutesBetweenArticles * 60_000);
  const filedUnder = (n: number): Partial<Article> => {
    const { name, slug } = categories[n] ?? { name: '云溪日报', slug: 'yunxiribao' };
    return { medium: name, categories: [{ name, slug }] };
  };
  const long = posts.slice(0, longTexts).map((content, n): Article => {
    const url = `https://example.com/long/${n}`;
    const ofAFew = filedUnder(Math.floor(random() ** 3 * 12));
    return { ...articleOf(content), ...ofAFew, identity: url, postIdentity: url, url, published: at(n * 2) };
  });
  const short = categories.map((_category, n): Article => {
    const title = /^title: "(?<title>.*)"$/mu.exec(posts[longTexts + n] ?? '')?.groups?.title ?? '';
    const text = `${title}，这是第${n}次。`;
    return articleNumber(n, {
      title,
      lead: text,
      text,
      outline: [],
      published: at(n * 2 + 1),
      ...filedUnder(n),
    });
  });
  const reprints = long.slice(2, 3).flatMap((article) =>
    [21, 22].map((n): Article => {
      const url = `https://example.com/reprint/${n}`;
      return { ...article, ...filedUnder(n), identity: url, postIdentity: url, url };
    }),
  );
  return [...long, ...short, ...reprints];
}
