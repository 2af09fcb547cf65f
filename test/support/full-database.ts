import type { Article } from '../../src/domain/article.js';
import type { ClaimedMessage } from '../../src/domain/delivery.js';
import { everySubscription } from '../../src/domain/filter.js';
import type { IngestItem, Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor, queryFor, saveNews } from './builders.js';

export const now = new Date('2026-01-05T02:00:00Z');
export const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

const reader = { chatId: 5_000_000_001, topicId: 0 };
const other = { chatId: 5_000_000_002, topicId: 0 };
const group = { chatId: -1_001_234_567_890, topicId: 0 };
const topic = { chatId: -1_001_234_567_890, topicId: 7 };
const channel = { chatId: -1_009_999_999_999, topicId: 0 };
const blocked = { chatId: 5_000_000_003, topicId: 0 };
export const targets = [reader, other, group, topic, channel, blocked];

/** Long enough to be known again when it is reprinted. */
const text =
  '云溪县今年新开了十二家社区食堂，都在菜场旁边。七十岁以上的老人凭证打八折。\n食堂的菜单一周一换，少盐少油，汤不要钱。\n县里说，明年再开八家，先开在老人最多的三个小区。\n住在北街的两位老人是第一批客人，每天中午十一点半到，坐在靠窗的桌子，吃完再去公园走一圈，下午去图书室看报。';

/** The next message of a chat, taken up. */
export async function claimOf(stores: Stores, chatId: number, at: Date): Promise<ClaimedMessage> {
  const [claim] = await stores.deliveries.claim([chatId], at, claimRules);
  if (claim?.kind !== 'message') throw new Error(`nothing is owed to ${chatId}`);
  return claim.message;
}

async function articleId(stores: Stores, n: number): Promise<number> {
  const article = await stores.articles.findByIdentity(articleNumber(n).identity);
  if (!article) throw new Error(`no article ${n}`);
  return article.id;
}

/** Everything that a database can hold, by way of the bot's own doing: every table has rows, in every state. */
export async function fill(stores: Stores): Promise<void> {
  await fillSources(stores);
  await fillChats(stores);
  await fillOutbox(stores);
  await stores.articles.rememberText('养老 OR 社保 🧓');
  await stores.updates.add(41, '{"update_id":41,"message":"你好 😀"}', now);
  await stores.updates.add(42, '{"update_id":42}', now);
  await stores.updates.markHandled(42);
  await stores.botState.save('registered', '{"commands":"zh"}');
}

/** A busy machine takes fewer at a time. */
async function readFirst(stores: Stores, items: readonly IngestItem[]): Promise<void> {
  for (let done = 0; done < items.length; )
    done += (await stores.ingest.saveAndEnqueue('news', items.slice(done), now, true)).processed;
}

async function fillSources(stores: Stores): Promise<void> {
  const { ingest } = stores;
  const odd: Article = articleNumber(900, {
    title: '第\0九百篇 😀👩‍👩‍👧 "引号" \\ 反斜线',
    text: `一行\0二行\n𠮷野家\t制表${'很长的正文。'.repeat(2_000)}`,
    outline: [{ level: 1, text: '小\0标题 🇨🇳' }],
  });
  const untitled = articleNumber(901, {
    title: undefined,
    byline: undefined,
    url: undefined,
    published: undefined,
    text: '没有标题的一条消息。',
  });
  const rejection = { reason: 'empty', detail: 'no title and no text' } as const;
  await readFirst(stores, [
    itemFor(odd),
    itemFor(untitled),
    itemFor(articleNumber(0)),
    { kind: 'waiting', path: '等着.md', fingerprint: '1' },
    { kind: 'rejected', path: `很长的路径/${'长'.repeat(1_500)}.md`, fingerprint: '2', rejection },
  ]);
  await ingest.markSourceRead('news', now, 'commit 1');
  await ingest.markSourceRead('feed', now, undefined);
  await ingest.markSourceFailed('feed', now, 'no answer', later(5));
  // Filed under two categories in an order that is not that of their numbers.
  const filed = [{ name: '另一家报' }, { name: '云溪日报', slug: 'yunxiribao' }].map((name) => ({
    slug: undefined,
    ...name,
  }));
  await readFirst(stores, [itemFor(articleNumber(902, { categories: filed }))]);
  // A number that was given and is not to be given again.
  await readFirst(stores, [itemFor(articleNumber(903))]);
  await stores.articles.remove([articleNumber(903).identity]);
}

async function fillChats(stores: Stores): Promise<void> {
  const { chats, categories, subscriptions, watches, filters, saved } = stores;
  for (const { chatId } of [reader, other, blocked]) await chats.save(chatId, 'private', now);
  await chats.save(group.chatId, 'supergroup', now);
  await chats.save(channel.chatId, 'channel', now);
  await chats.setLanguage(reader.chatId, 'en');
  await chats.setTimeZone(reader.chatId, 'Asia/Urumqi');
  await chats.setDisplay(other.chatId, { silent: true, script: 'traditional', detail: 'outline' });
  await chats.setQuietHours(channel.chatId, { from: 1_320, until: 420 });
  await chats.pause(channel.chatId, now);
  await chats.markHinted(reader.chatId, now);
  await chats.saveRightsTold(group.chatId, now);
  const category = await categories.findOrCreate('云溪日报');
  const second = await categories.findOrCreate('另一家报');
  for (const target of targets) await subscriptions.subscribe(target, category.id, now);
  await subscriptions.subscribe(reader, second.id, later(1));
  await watches.watch(reader, '养老 -股票', queryFor('养老'), now);
  await watches.watch(topic, '食堂 😀', { ...queryFor('食堂'), categoryIds: [second.id, category.id] }, now);
  await filters.set(reader, { categoryId: everySubscription, included: [], excluded: ['股票', '😀'] });
  await filters.set(group, { categoryId: category.id, included: ['第'], excluded: [] });
  await filters.set(group, { categoryId: category.id, included: ['第', '食堂'], excluded: [] });
  for (const n of [0, 900, 902]) await saved.save(reader.chatId, await articleId(stores, n), later(n));
  await chats.markGone(blocked.chatId, later(1));
}

async function fillOutbox(stores: Stores): Promise<void> {
  const { deliveries, announcements } = stores;
  await saveNews(stores, [articleNumber(1)], later(2));
  await deliveries.complete(await claimOf(stores, reader.chatId, later(3)), 51, later(3));
  await deliveries.complete(await claimOf(stores, group.chatId, later(3)), 52, later(3));
  const retry = { kind: 'retry', error: '502 😀', at: later(60) } as const;
  await deliveries.fail(await claimOf(stores, other.chatId, later(3)), retry, later(3));
  // Many at once are a digest: one is sent, one is under way.
  await saveNews(
    stores,
    Array.from({ length: 8 }, (_, n) => articleNumber(10 + n)),
    later(4),
  );
  await deliveries.complete(await claimOf(stores, reader.chatId, later(5)), 53, later(5));
  await claimOf(stores, group.chatId, later(5));
  await deliveries.holdChat(group.chatId, later(9));
  // A reprint is merged into what is owed.
  const reprint = { medium: '另一家报', categories: [{ name: '另一家报', slug: undefined }], text };
  await saveNews(stores, [articleNumber(30, { text }), articleNumber(31, reprint)], later(6));
  await saveNews(stores, [articleNumber(40)], later(7));
  const refused = { kind: 'dead', error: "400 can't parse entities", payload: '<b>拒收 😀</b>' } as const;
  await deliveries.fail(await claimOf(stores, reader.chatId, later(8)), refused, later(8));
  // What was sent, alone and in a digest, has to say something else by now.
  await saveNews(stores, [articleNumber(1, { title: '改过' }), articleNumber(11, { title: '也改过' })], later(9));
  const draft = await announcements.draft('公告 <b>\n今晚维护', 77, later(9));
  await announcements.send(draft.id, 77, later(9));
  await announcements.draft('还没有发的公告', 77, later(10));
}

/** What the ports give of all of it, as one value. U+0000, which no engine but SQLite keeps, is left out. */
export async function portray(stores: Stores): Promise<unknown> {
  const everything = { limit: 1_000 };
  const articles = await stores.articles.listLatest(undefined, everything);
  const categories = await stores.categories.list();
  const portrait = {
    articles: await Promise.all(articles.items.map(({ id }) => stores.articles.find(id))),
    categories: await Promise.all(
      categories.map(async (category) => ({
        ...category,
        newest: await stores.articles.listLatest([category.id], everything),
      })),
    ),
    stories: await Promise.all(articles.items.map(({ id }) => stores.articles.listStory(id, 9))),
    sources: await Promise.all(['news', 'feed'].map((key) => stores.ingest.findSource(key))),
    known: [...(await stores.ingest.listKnownPosts('news'))].sort(([a], [b]) => (a < b ? -1 : 1)),
    rejected: await stores.ingest.listRejected(99),
    targets: await Promise.all(targets.map((target) => portrayTarget(stores, target))),
    stats: await stores.articles.stats(),
    counts: await stores.admin.count(later(11)),
    queue: await stores.admin.queue(),
    totals: await stores.admin.totals(),
    failed: await stores.admin.listFailed(undefined, 99),
    announcements: await stores.announcements.listNewest(9),
    text: await stores.articles.findText(1),
    registered: await stores.botState.find('registered'),
    waiting: (await stores.deliveries.listWaiting(undefined)).chats.toSorted((a, b) => a.chatId - b.chatId),
    digest: await stores.deliveries.listDigest(1, 0, 99),
    found: await search(stores),
  };
  return JSON.parse(JSON.stringify(portrait).replaceAll('\\u0000', ''));
}

async function portrayTarget(stores: Stores, target: (typeof targets)[number]) {
  const { chatId } = target;
  return {
    chat: await stores.chats.find(chatId),
    own: await stores.ownData.count(chatId),
    topics: await stores.ownData.listTopics(chatId),
    subscriptions: await stores.subscriptions.list(target),
    watches: await stores.watches.list(target),
    filters: await stores.filters.list(target),
    saved: await stores.saved.listEntries(chatId),
    pace: await stores.fates.findPace(chatId, 'Asia/Shanghai'),
    fates: await stores.fates.listFates(target, 99),
  };
}

async function search(stores: Stores) {
  await stores.search.caughtUp();
  const request = { order: 'newest', limit: 99, countUpTo: 99 } as const;
  // On a machine that is busy enough an answer may come without its hits.
  const inTime = async (word: string) => {
    for (;;) {
      const page = await stores.search.search({ ...request, query: queryFor(word) });
      if (!page?.timedOut) return page;
    }
  };
  const pages = await Promise.all(['食堂', '改过', '正文'].map(inTime));
  // Without the surroundings of the hit, which U+0000 takes room from.
  return pages.map((page) => page?.items.map(({ id, title }) => ({ id, title })));
}
