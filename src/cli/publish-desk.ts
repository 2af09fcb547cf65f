import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Published } from '../../bot/local-chat/page/protocol.js';
import type { PublishDesk } from '../../bot/local-chat/page/routes.js';
import { displayTitle } from '../domain/article.js';
import { foldName } from '../domain/category.js';
import { parsePost } from '../extract/parse-post.js';
import type { App } from '../main.js';
import { formsOf } from '../service/name-forms.js';
import { composePost, postFileName } from '../source/compose-post.js';
import { maxPostBytes } from '../source/read-post-file.js';
import { writeWhole } from '../source/write-whole.js';
import { samplesFolder } from './context.js';
import type { SampleFeed } from './sample-feed.js';

/**
 * Publishes posts into the folder of the samples: post -> file -> a round like any other -> pushes. Nothing is ever written
 * into a configured source.
 */
export function createPublishDesk(app: App, feed: SampleFeed, timeZone: string): PublishDesk {
  const categories = async () => await app.stores.categories.list();
  const compose = async (post: Parameters<PublishDesk['publish']>[0], now: Date) => {
    if ('fileName' in post) return { fileName: postFileName(post.fileName, now), content: post.content };
    const known = (await categories()).find(({ name }) => foldName(name) === foldName(post.category));
    const category = {
      name: known?.name ?? post.category,
      slug: known?.slug ?? (formsOf(post.category).pinyin || post.category),
    };
    const fileName = postFileName(`typed-${randomBytes(6).toString('hex')}`, now);
    return { fileName, content: composePost({ ...post, category }, now) };
  };
  return {
    listCategories: async () => (await categories()).map(({ name, slug }) => ({ name, slug })),
    async publish(post) {
      const { fileName, content } = await compose(post, new Date());
      if (Buffer.byteLength(content) > maxPostBytes)
        return { kind: 'rejected', reason: 'too-large', detail: 'a post is at most 2 MB' };
      // Refused before it is written: a file that no round can read would be complained of for ever.
      const parsed = parsePost({ sourceKey: samplesFolder, fileName, content }, { timeZone });
      if (parsed.kind === 'incomplete') return { kind: 'rejected', reason: 'incomplete', detail: parsed.detail };
      if (parsed.kind === 'rejected') return { kind: 'rejected', ...parsed.rejection };
      writeWhole(path.join(samplesFolder, fileName), content);
      return readPublished(app, displayTitle(parsed.article));
    },
    async publishNext() {
      return { fileName: await feed.publishNext(app), waiting: feed.waiting() };
    },
  };
}

/** A round that was under way already may have looked at the folder before: then another finds the file. */
async function readPublished(app: App, title: string): Promise<Published> {
  for (let round = 0; round < 2; round += 1) {
    const [report] = (await app.readSources()).sources;
    if (!report || report.read === 0) continue;
    if (report.added + report.updated === 0) return { kind: 'unchanged' };
    return { kind: 'published', title, isUpdate: report.added === 0, pushes: report.queued };
  }
  return { kind: 'unchanged' };
}
