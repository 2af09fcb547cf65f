import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createGitCache } from '../../source/git-cache.js';
import { findGitVersion } from '../../source/git-command.js';
import { type GitAddress, gitRemoteOf } from '../../source/source-address.js';

/** The oldest git that the source's calls work with: `fetch --stdin` came with 2.29. */
const oldestVersion = [2, 29] as const;
const checkTimeoutMs = 120_000;

export interface GitCheck {
  readonly state: 'ok' | 'bad';
  readonly text: string;
}

/**
 * Whether git is there, the server answers, and has the branch and the folder; the last takes fetching the names of the
 * branch's files, into a folder that is removed again. `key` names the source without a password.
 */
export async function checkGitSource(key: string, address: GitAddress): Promise<GitCheck> {
  const [major = 0, minor = 0, text] = (await findGitVersion()) ?? [];
  if (text === undefined)
    return { state: 'bad', text: `${key}: git is not installed: install it (Debian: apt install git)` };
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1]))
    return { state: 'bad', text: `${key}: git ${text} is too old: install ${oldestVersion.join('.')} or later` };
  const folder = await mkdtemp(path.join(tmpdir(), 'zhaibao-doctor-'));
  try {
    const cache = createGitCache({
      ...address,
      remote: gitRemoteOf(address),
      cacheFolder: path.join(folder, 'check.git'),
    });
    const { commit, tree } = await cache.update(AbortSignal.timeout(checkTimeoutMs));
    if (tree === undefined)
      return {
        state: 'bad',
        text: `${key}: the branch has no folder ${address.folder}: correct SOURCES, unless it is empty for now`,
      };
    return { state: 'ok', text: `${key} can be read (commit ${commit.slice(0, 10)}, git ${text})` };
  } catch (error) {
    return { state: 'bad', text: `${key}: ${(error as Error).message}` };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
