import { access, constants, stat } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { json } from 'node:stream/consumers';
import { findDatabaseDamage, openStores } from '../../db/open-stores.js';
import { type Config, ConfigError, loadConfig, readEnvironment } from '../config.js';
import { isDue } from '../domain/source-failure.js';
import type { SourceState, Stores } from '../ports.js';
import { createProxyAgent } from '../proxy.js';
import { createFeedParser } from '../source/feed-parser.js';
import { fetchFeed } from '../source/fetch-feed.js';
import { parseSourceAddress, sourceKeyOf } from '../source/source-address.js';
import { checkBackups } from './check-backups.js';
import { checkGitSource } from './check-git.js';

/** One thing that was looked at: what it is, and what to do when it is not as it should be. */
export interface Finding {
  readonly subject: string;
  readonly state: 'ok' | 'note' | 'bad';
  readonly text: string;
}

const telegramTimeoutMs = 10_000;

/** Prints what is in order and what is not, each with its remedy. False when something is not. */
export async function runDoctor(): Promise<boolean> {
  const findings: Finding[] = [];
  const add = (more: readonly Finding[]) => {
    for (const { subject, state, text } of more)
      process.stdout.write(`${state.padEnd(5)} ${subject.padEnd(14)} ${text}\n`);
    findings.push(...more);
  };
  const config = checkConfiguration(add);
  if (config) {
    add(await checkSources(config));
    add(await checkDatabase(config));
    add(await checkToken(config));
  }
  return findings.every(({ state }) => state !== 'bad');
}

function checkConfiguration(add: (findings: readonly Finding[]) => void): Config | undefined {
  try {
    const config = loadConfig(readEnvironment());
    add([{ subject: 'configuration', state: 'ok', text: 'every variable is understood' }]);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    add(error.lines.map((text) => ({ subject: 'configuration', state: 'bad', text })));
    return undefined;
  }
}

async function checkSources(config: Config): Promise<readonly Finding[]> {
  const { sources, usesSamples, botToken } = config;
  const subject = 'sources';
  if (usesSamples) return [{ subject, state: 'note', text: 'SOURCES is empty: the bundled samples are read' }];
  if (sources.length === 0 && botToken) {
    const text = 'SOURCES is empty: nothing new will come in; name a folder of posts, a git repository or a feed';
    return [{ subject, state: 'note', text }];
  }
  const checkFeed = openFeedCheck(config);
  return Promise.all(
    sources.map(async (entry): Promise<Finding> => {
      const address = parseSourceAddress(entry);
      if (address?.kind === 'feed') return checkFeed(address.url);
      if (address?.kind === 'git') return { subject, ...(await checkGitSource(sourceKeyOf(entry), address)) };
      return checkFolder(entry);
    }),
  );
}

/** Reads a feed as a round would. */
function openFeedCheck({ allowPrivateFeeds, proxyUrl }: Config) {
  const parse = createFeedParser();
  const options = { allowPrivate: allowPrivateFeeds, proxyUrl };
  const { signal } = new AbortController();
  return async (url: string): Promise<Finding> => {
    const subject = 'sources';
    const key = sourceKeyOf(url);
    try {
      const answer = await fetchFeed(url, undefined, options, signal, new Date());
      if (answer.kind === 'unchanged') throw new Error('answers 304 to a question without a version');
      const { title, format, posts } = await parse(answer, signal);
      const text = `${key} is ${formatNames[format]}, ${posts.length} entries of ${title}`;
      if (!answer.movedTo) return { subject, state: 'ok', text };
      return { subject, state: 'note', text: `${text}; it has moved for good: put ${answer.movedTo} in SOURCES` };
    } catch (error) {
      const remedy = 'open it in a browser, and correct SOURCES, PROXY_URL or the network';
      return { subject, state: 'bad', text: `${key} ${(error as Error).message}: ${remedy}` };
    }
  };
}

const formatNames = { rss: 'RSS', rdf: 'RSS 1.0', atom: 'Atom', json: 'a JSON Feed' } as const;

async function checkFolder(folder: string): Promise<Finding> {
  const subject = 'sources';
  try {
    if (!(await stat(folder)).isDirectory()) return { subject, state: 'bad', text: `${folder} is not a folder` };
    await access(folder, constants.R_OK | constants.X_OK);
    return { subject, state: 'ok', text: `${folder} can be read` };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'may not be read';
    return { subject, state: 'bad', text: `${folder} ${reason}: correct SOURCES or its permissions` };
  }
}

async function checkDatabase(config: Config): Promise<readonly Finding[]> {
  const { databaseUrl, sources } = config;
  let stores: Stores;
  try {
    stores = await openStores(databaseUrl, { mustExist: true });
  } catch (error) {
    return [{ subject: 'database', state: 'bad', text: (error as Error).message }];
  }
  try {
    const damage = findDatabaseDamage(databaseUrl);
    if (damage) return [{ subject: 'database', state: 'bad', text: `${databaseUrl} is damaged: ${damage}` }];
    const { articles, chats } = await stores.articles.stats();
    return [
      { subject: 'database', state: 'ok', text: `${databaseUrl}: ${articles} articles, ${chats} chats` },
      ...(await checkLastReads(stores, sources)),
      await checkIndex(stores),
      { subject: 'backups', ...(await checkBackups(config, stores, new Date())) },
    ];
  } finally {
    await stores.close();
  }
}

/** The sources that the bot could not read the last time. */
async function checkLastReads({ ingest }: Stores, sources: readonly string[]): Promise<readonly Finding[]> {
  const states = await Promise.all(
    sources.map(sourceKeyOf).map(async (key) => ({ key, ...(await ingest.findSource(key)) })),
  );
  return states
    .filter(({ lastError }) => lastError !== undefined)
    .map((state) => ({ subject: 'last round', state: 'note', text: describeFailure(state) }));
}

function describeFailure({ key, lastError, nextTryAt }: SourceState & { readonly key: string }): string {
  const next = isDue(nextTryAt, new Date()) ? 'in the next round' : `at ${nextTryAt?.toISOString()}`;
  return `${key} could not be read (${lastError}); it is tried again ${next}`;
}

async function checkIndex(stores: Stores): Promise<Finding> {
  try {
    return await compareIndex(stores);
  } catch (error) {
    const { message } = error as Error;
    return {
      subject: 'search index',
      state: 'bad',
      text: `${message}: the next start of the bot, or \`reindex\`, makes it anew`,
    };
  }
}

async function compareIndex({ search }: Stores): Promise<Finding> {
  const subject = 'search index';
  const { articles, indexed, missing, stale, isCurrentVersion, isSound, bytes } = await search.check();
  if (!isSound) return { subject, state: 'bad', text: 'its file is damaged: run `reindex`' };
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  if (!isCurrentVersion)
    return {
      subject,
      state: 'note',
      text: 'of an older version: a running bot rebuilds it by itself; or run `reindex`',
    };
  if (missing === 0 && stale === 0) return { subject, state: 'ok', text: `has all ${articles} articles, ${size}` };
  const counts = [missing > 0 ? `${missing} missing` : '', stale > 0 ? `${stale} stale` : '']
    .filter(Boolean)
    .join(', ');
  const text = `${indexed} of ${articles} articles, ${counts}: a running bot catches up by itself; if it does not, run \`reindex\``;
  return { subject, state: 'bad', text };
}

interface GetMeAnswer {
  readonly ok?: boolean;
  readonly result?: { readonly username?: string; readonly supports_inline_queries?: boolean };
}

function checkInlineMode(isOn: boolean | undefined): readonly Finding[] {
  const subject = 'inline mode';
  if (isOn) return [{ subject, state: 'ok', text: 'is on: @bot QUERY searches in any chat' }];
  const remedy = 'send /setinline to @BotFather, then start the bot again';
  return [{ subject, state: 'note', text: `is off, and with it searching and sharing in other chats: ${remedy}` }];
}

async function checkToken({ botToken, telegramApiRoot, proxyUrl }: Config): Promise<readonly Finding[]> {
  const subject = 'token';
  if (!botToken)
    return [
      {
        subject,
        state: 'note',
        text: 'BOT_TOKEN is not set: `npm start` is a chat in the terminal; @BotFather gives one',
      },
    ];
  try {
    const { status, answer } = await ask(`${telegramApiRoot}bot${botToken}/getMe`, proxyUrl);
    if (answer.ok)
      return [
        { subject, state: 'ok', text: `Telegram knows the bot as @${answer.result?.username}` },
        ...checkInlineMode(answer.result?.supports_inline_queries),
      ];
    const remedy = status === 401 ? 'get a valid one from @BotFather' : 'check TELEGRAM_API_ROOT';
    return [{ subject, state: 'bad', text: `Telegram refuses it (${status}): ${remedy}` }];
  } catch (error) {
    // Neither message nor cause is shown: they can hold the address, and with it the token.
    const name = error instanceof Error ? error.name : 'error';
    return [
      {
        subject,
        state: 'bad',
        text: `Telegram cannot be reached (${name}): check the network, PROXY_URL and TELEGRAM_API_ROOT`,
      },
    ];
  }
}

/** By the way that the bot's calls go. */
async function ask(url: string, proxyUrl: string | undefined) {
  const { get } = url.startsWith('http:') ? http : https;
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const signal = AbortSignal.timeout(telegramTimeoutMs);
    get(url, { agent: proxyUrl ? createProxyAgent(proxyUrl) : false, signal }, resolve).on('error', reject);
  });
  return { status: response.statusCode, answer: (await json(response)) as GetMeAnswer };
}
