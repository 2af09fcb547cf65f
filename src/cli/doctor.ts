import { access, constants, stat } from 'node:fs/promises';
import { findDatabaseDamage, openStores } from '../../db/open-stores.js';
import { type Config, ConfigError, loadConfig, readEnvironment } from '../config.js';
import type { Stores } from '../ports.js';
import { checkBackups } from './check-backups.js';

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

async function checkSources({ sources, usesSamples, botToken }: Config): Promise<readonly Finding[]> {
  const subject = 'sources';
  if (usesSamples) return [{ subject, state: 'note', text: 'SOURCES is empty: the bundled samples are read' }];
  if (sources.length === 0 && botToken)
    return [{ subject, state: 'note', text: 'SOURCES is empty: nothing new will come in; name a folder of posts' }];
  return Promise.all(sources.map(checkFolder));
}

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
  const { databaseUrl } = config;
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
      await checkIndex(stores),
      { subject: 'backups', ...(await checkBackups(config, stores, new Date())) },
    ];
  } finally {
    await stores.close();
  }
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

async function checkToken({ botToken, telegramApiRoot }: Config): Promise<readonly Finding[]> {
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
    const response = await fetch(`${telegramApiRoot}bot${botToken}/getMe`, {
      signal: AbortSignal.timeout(telegramTimeoutMs),
    });
    const answer = (await response.json()) as GetMeAnswer;
    if (answer.ok)
      return [
        { subject, state: 'ok', text: `Telegram knows the bot as @${answer.result?.username}` },
        ...checkInlineMode(answer.result?.supports_inline_queries),
      ];
    const remedy = response.status === 401 ? 'get a valid one from @BotFather' : 'check TELEGRAM_API_ROOT';
    return [{ subject, state: 'bad', text: `Telegram refuses it (${response.status}): ${remedy}` }];
  } catch (error) {
    // Neither message nor cause is shown: they can hold the address, and with it the token.
    const name = error instanceof Error ? error.name : 'error';
    return [
      { subject, state: 'bad', text: `Telegram cannot be reached (${name}): check the network and TELEGRAM_API_ROOT` },
    ];
  }
}
