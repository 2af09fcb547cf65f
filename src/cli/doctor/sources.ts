import { access, constants, stat } from 'node:fs/promises';
import type { Config } from '../../config.js';
import { createFeedParser } from '../../source/feed-parser.js';
import { fetchFeed } from '../../source/fetch-feed.js';
import { parseSourceAddress, sourceKeyOf } from '../../source/source-address.js';
import type { Finding } from './finding.js';
import { checkGitSource } from './git.js';

/** Whether posts can come in from everything that SOURCES names. */
export async function checkSources(config: Config): Promise<readonly Finding[]> {
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
