import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { cacheName } from './git.js';

const abandonedAfterMs = 86_400_000;

/**
 * Where the bot on a database keeps the caches of its git sources: beside it, so that the bot's lock covers them. Of a server's
 * in `data/`, by the names of both.
 */
export function gitCachesOf(databaseUrl: string): string {
  if (databaseUrl.startsWith('file:')) return `${databaseUrl.slice('file:'.length)}.git`;
  const { hostname, pathname } = new URL(databaseUrl);
  const name = `${hostname}-${decodeURIComponent(pathname.slice(1))}`.replace(/[^\w.-]/gu, '_');
  return path.join('data', `${name}.git`);
}

/** Where another process on the same database has its own for as long as it runs. */
export function passingGitCachesOf(databaseUrl: string, pid: number): string {
  return path.join(gitCachesOf(databaseUrl), `import-${pid}`);
}

/** Removes the caches of sources that are configured no more, and what killed processes left. Only the bot may. */
export async function dropUnusedGitCaches(gitCaches: string, sourceKeys: readonly string[], now: Date): Promise<void> {
  const used = new Set(sourceKeys.map(cacheName));
  for (const name of await readdir(gitCaches).catch(() => [])) {
    const folder = path.join(gitCaches, name);
    const isPassing = name.startsWith('import-');
    if (used.has(name) || (isPassing && (await isYoung(folder, now)))) continue;
    await rm(folder, { recursive: true, force: true });
  }
}

async function isYoung(folder: string, now: Date): Promise<boolean> {
  try {
    return now.getTime() - (await stat(folder)).mtimeMs < abandonedAfterMs;
  } catch {
    // Its import has just ended, and removed it.
    return true;
  }
}
