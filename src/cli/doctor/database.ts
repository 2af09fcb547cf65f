import { existsSync } from 'node:fs';
import type { DatabaseState } from '../../../db/open-stores.js';
import type { Config } from '../../config.js';
import { isDue } from '../../domain/source-failure.js';
import type { SourceState, Stores } from '../../ports.js';
import { sourceKeyOf } from '../../source/source-address.js';
import { checkBackups } from './backups.js';
import { about, type Finding } from './finding.js';
import { judgeServer } from './server.js';

/** Looking through a database takes about a second for each gigabyte that is in memory, and much longer from a slow disk. */
const integrityBudgetMs = 20_000;

type DatabaseModule = typeof import('../../../db/open-stores.js');

/** What the database is like, before anything is changed in it; its contents and index only when it is as this version needs it. */
export async function checkDatabase(config: Config): Promise<readonly Finding[]> {
  const { databaseUrl } = config;
  const database = about('database');
  const file = databaseFile(databaseUrl);
  const isFile = databaseUrl.startsWith('file:');
  if (isFile && (file === undefined || !existsSync(file)))
    return [database.note(`there is none at ${databaseUrl} yet: the first \`start\` or \`import\` makes it`)];
  let db: DatabaseModule;
  try {
    // Not earlier: where the addon does not load, the other checks are still wanted.
    db = await import('../../../db/open-stores.js');
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    return [database.bad(`the SQLite addon does not load (${reason}): run npm ci with this Node.js`)];
  }
  const findings: Finding[] = [];
  try {
    const isReady = isFile ? lookAtFile(databaseUrl, db, findings) : await lookAtServer(databaseUrl, db, findings);
    if (!isReady) return findings;
    const stores = await db.openStores(databaseUrl, { mustExist: true });
    findings.push(...(await checkContents(config, stores, db.nameOfDatabase(databaseUrl))));
  } catch (error) {
    findings.push(database.bad((error as Error).message));
  }
  return findings;
}

/** False: its contents had better not be opened. */
function lookAtFile(databaseUrl: string, db: DatabaseModule, findings: Finding[]): boolean {
  const state = db.inspectDatabase(databaseUrl, integrityBudgetMs);
  findings.push(judgeSchema(state), judgeIntegrity(state));
  return state.schema === 'current' && state.damage.length === 0;
}

async function lookAtServer(databaseUrl: string, db: DatabaseModule, findings: Finding[]): Promise<boolean> {
  const state = await db.inspectServer(databaseUrl);
  findings.push(...judgeServer(state));
  return state.schema === 'current';
}

/** Where a DATABASE_URL keeps its file; undefined: nowhere on this machine. */
export function databaseFile(url: string): string | undefined {
  return url.startsWith('file:') && url !== 'file::memory:' ? url.slice('file:'.length) : undefined;
}

function judgeSchema({ schema, pending }: DatabaseState): Finding {
  const finding = about('schema');
  switch (schema) {
    case 'current':
      return finding.ok('is what this version needs');
    case 'older':
      return finding.note(
        `lacks ${pending} of this version's changes: the next start makes them; keep a copy of the database first`,
      );
    case 'newer':
      return finding.bad(
        'was written by a newer version of zhaibao: install that version again, or restore a backup made before the upgrade',
      );
  }
}

function judgeIntegrity({ damage, tablesChecked, tables }: DatabaseState): Finding {
  const finding = about('integrity');
  const [first] = damage;
  if (first !== undefined)
    return finding.bad(`the file is damaged (${first}): stop the bot, keep this file, and restore a backup`);
  if (tablesChecked < tables)
    return finding.note(
      `${tablesChecked} of ${tables} tables are sound, for the others there was no time: sqlite3 FILE 'PRAGMA quick_check'`,
    );
  return finding.ok(`${tables} tables are sound`);
}

async function checkContents(config: Config, stores: Stores, name: string): Promise<readonly Finding[]> {
  const { databaseUrl, sources } = config;
  try {
    const { articles, chats } = await stores.articles.stats();
    return [
      about('database').ok(`${name}: ${articles} articles, ${chats} chats`),
      ...(await checkLastReads(stores, sources)),
      await checkIndex(stores),
      ...(databaseUrl.startsWith('file:') ? [await checkBackups(config, stores, new Date())] : []),
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
    .map((state) => about('last round').note(describeFailure(state)));
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
    return about('search index').bad(`${message}: the next start of the bot, or \`reindex\`, makes it anew`);
  }
}

async function compareIndex({ search }: Stores): Promise<Finding> {
  const index = about('search index');
  const { articles, indexed, missing, stale, isCurrentVersion, isSound, bytes } = await search.check();
  if (!isSound) return index.bad('its file is damaged: run `reindex`');
  const size = `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  if (!isCurrentVersion)
    return index.note('of an older version: a running bot rebuilds it by itself; or run `reindex`');
  if (missing === 0 && stale === 0) return index.ok(`has all ${articles} articles, ${size}`);
  const counts = [missing > 0 ? `${missing} missing` : '', stale > 0 ? `${stale} stale` : '']
    .filter(Boolean)
    .join(', ');
  return index.bad(
    `${indexed} of ${articles} articles, ${counts}: a running bot catches up by itself; if it does not, run \`reindex\``,
  );
}
