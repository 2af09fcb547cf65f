import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chat } from '../../bot/local-chat/bot-api.js';
import type { ApiCall } from '../../bot/local-chat/events.js';
import type { Fault } from '../../bot/local-chat/faults.js';
import { type LocalBotApi, type MethodCall, startLocalBotApi } from '../../bot/local-chat/server.js';
import { percentile } from '../bench/measure.js';
import { BotProcess } from '../support/bot-process.js';
import { NewsFolder } from '../support/news-folder.js';
import { Received } from '../support/received.js';
import { seedSubscribers } from '../support/seed-subscribers.js';

interface Size {
  readonly chats: number;
  readonly posts: number;
  readonly publishEveryMs: number;
  readonly stallMs: number;
  /** How long stragglers may take behind the last post: growing pauses after several failures on end. */
  readonly patienceMs: number;
}

const full: Size = { chats: 200, posts: 12, publishEveryMs: 15_000, stallMs: 20_000, patienceMs: 240_000 };
const short: Size = { chats: 40, posts: 8, publishEveryMs: 3_000, stallMs: 2_000, patienceMs: 90_000 };

/** Of all messages, in percent. */
const shares = { tooMany: 5, serverError: 5, cutBefore: 3, cutAfter: 3, stall: 1 };
const groupShare = 0.2;
const blockedShare = 0.1;
const migratedShare = 0.01;
/** Telegram's own (DESIGN.md, "Push rules"). */
const limits = { perSecond: 30, burst: 30, perChatPerSecond: 1, perGroupPerMinute: 20 };
/**
 * While somebody without a fault is owed something, the bot may be silent for this long: a pause of all chats after
 * several 429 lasts as long as the longest retry_after, 3 s, and a round over the sources may come a second late.
 */
const longestSilenceMs = 6_000;
/** Updates come late by half of this, so that a group's move is first heard of by a refused message. */
const pollLatencyMs = 6_000;

/**
 * faults [short] : a bot against a server that refuses, fails, cuts and stalls at random, with chats that block the bot and
 * groups that move. Prints one line of figures; exit code 1 when a live chat lacks an article, a chat is tried after its
 * 403 or before its retry_after, healthy chats are kept waiting, or more came twice than outcomes were hidden.
 */
export async function run(args: readonly string[]): Promise<void> {
  const size = args[0] === 'short' ? short : full;
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-drill-'));
  const news = new NewsFolder(path.join(folder, 'posts'));
  const trouble = new Trouble(size);
  const api = await startLocalBotApi({ limits, latencyMs: 30, faults: (call) => trouble.next(call) });
  api.on('call', (call) => trouble.note(call));
  const chats = addChats(api, size.chats);
  const databaseUrl = `file:${path.join(folder, 'zhaibao.db')}`;
  await seedSubscribers(databaseUrl, chats, NewsFolder.category);

  const env = {
    BOT_TOKEN: api.token,
    TELEGRAM_API_ROOT: api.url,
    SOURCES: news.path,
    DATABASE_URL: databaseUrl,
    INGEST_CRON: '* * * * * *',
    PUSH_PER_HOUR: '0',
    PORT: '0',
  };
  const bot = BotProcess.run(['start'], env, folder);
  await bot.line(/"firstRead".*source read/);
  // Who started the bot is told before anybody blocks it: afterwards the same news would mean that they came back.
  await api.updatesConfirmed(30_000);
  trouble.begins = true;
  const received = new Received(api, (chatId) => trouble.firstIdOf(chatId));
  const publishedAt = new Map<number, Date>();
  const blocked = pickSome(
    chats.filter(({ type }) => type === 'private'),
    size.chats * blockedShare,
  );
  const migrating = pickSome(
    chats.filter(({ type }) => type === 'group'),
    size.chats * migratedShare,
  );
  for (let n = 0; n < size.posts; n += 1) {
    for (const chat of partOf(blocked, n, size.posts)) trouble.block(chat.id);
    for (const chat of partOf(migrating, n, size.posts)) trouble.move(chat.id, api.upgradeGroup(chat).id);
    news.publish(1);
    publishedAt.set(news.newest, new Date());
    await delay(size.publishEveryMs);
  }

  const live = chats.filter(({ id }) => !blocked.some((chat) => chat.id === id)).map(({ id }) => id);
  const owed = live.length * news.newsCount;
  const found = () => received.count(live, 2, news.newest);
  for (const started = performance.now(); performance.now() - started < size.patienceMs; await delay(500)) {
    if (found() === owed) break;
    await received.turnPages();
  }
  const code = await bot.kill('SIGTERM');
  const paths = deliveryTimes(live, publishedAt, received, trouble);
  const silenceMs = longestSilence(paths.healthy);
  const lost = owed - found();
  const p95 = (list: readonly DeliveryTime[]) =>
    `${(percentile(list.map(tookMs), 95) / 1_000).toFixed(1)} s (${list.length})`;
  process.stdout.write(
    [
      `${chats.length} chats, ${blocked.length} blocked, ${migrating.length} moved, ${news.newsCount} posts: ${found()} of ${owed} delivered, ${lost} lost`,
      `${received.doubled} doubled of ${trouble.hidden} hidden`,
      `${trouble.afterForbidden} after 403, ${api.flood.earlyCalls} before retry_after, ${api.flood.refused} over a limit`,
      `faults ${[...trouble.counts].map(([name, count]) => `${name} ${count}`).join(' ')}`,
      `p95 from publishing ${p95(paths.healthy)}, with a fault on the way ${p95(paths.troubled)}`,
      `longest silence ${(silenceMs / 1_000).toFixed(1)} s, last exit ${code}\n`,
    ].join('; '),
  );
  await api.close();
  fs.rmSync(folder, { recursive: true });
  const isBroken =
    lost > 0 ||
    received.doubled > trouble.hidden ||
    trouble.afterForbidden > 0 ||
    trouble.forbidden < blocked.length ||
    api.flood.earlyCalls > 0 ||
    silenceMs > longestSilenceMs ||
    code !== 0;
  if (isBroken) process.exitCode = 1;
}

/** Decides what goes wrong, and keeps account of it. */
class Trouble {
  begins = false;
  readonly counts = new Map<string, number>();
  /** Calls whose outcome the bot did not come to know, or much later. */
  hidden = 0;
  forbidden = 0;
  /** Messages to a chat that had answered 403. */
  afterForbidden = 0;
  private readonly blocked = new Map<number, { isTold: boolean }>();
  private readonly firstIds = new Map<number, number>();
  private readonly faultsAt = new Map<number, number[]>();

  constructor(private readonly size: Size) {}

  /** From now on the chat answers 403, and the bot learns of it by that alone. */
  block(chatId: number): void {
    this.blocked.set(chatId, { isTold: false });
  }

  move(fromId: number, toId: number): void {
    this.firstIds.set(toId, fromId);
  }

  /** The id under which a chat that moved is known. */
  firstIdOf(chatId: number): number {
    return this.firstIds.get(chatId) ?? chatId;
  }

  /** A fault hit a message to this chat in between. */
  wasHit(chatId: number, from: Date, to: Date): boolean {
    return (this.faultsAt.get(chatId) ?? []).some((at) => at >= from.getTime() && at <= to.getTime());
  }

  /** What goes wrong with a call. */
  next({ method, params }: MethodCall): Fault | undefined {
    if (method === 'getUpdates') return { kind: 'latency', ms: pollLatencyMs };
    if (!this.begins || method !== 'sendMessage') return undefined;
    const chatId = this.firstIdOf(Number(params.text('chat_id')));
    const block = this.blocked.get(chatId);
    if (block?.isTold) this.afterForbidden += 1;
    if (block) {
      block.isTold = true;
      this.forbidden += 1;
      return { kind: 'error', code: 403, description: 'Forbidden: bot was blocked by the user' };
    }
    const drawn = this.draw();
    if (!drawn) return undefined;
    const { name, fault, isHidden } = drawn;
    this.add(name);
    if (isHidden) this.hidden += 1;
    return fault;
  }

  /** Notes when a chat was hit: by a fault, and by what a limit or its move refused. */
  note({ method, params, response, fault, receivedAt, at }: ApiCall): void {
    if (method !== 'sendMessage' || (response.ok && !fault)) return;
    if (!response.ok && response.parameters?.migrate_to_chat_id) this.add('moved');
    const chatId = this.firstIdOf(Number(params.chat_id));
    // A call that hangs holds up its chat from its beginning to its end: the next article is owed to it only then.
    const hungUntil = fault?.kind === 'stall' ? [at.getTime() + fault.ms] : [];
    const times = [receivedAt.getTime(), at.getTime(), ...hungUntil];
    this.faultsAt.set(chatId, [...(this.faultsAt.get(chatId) ?? []), ...times]);
  }

  private add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  private draw(): { readonly name: string; readonly fault: Fault; readonly isHidden?: boolean } | undefined {
    let left = Math.random() * 100;
    const within = (share: number) => {
      left -= share;
      return left < 0;
    };
    if (within(shares.tooMany)) {
      const seconds = 1 + Math.floor(Math.random() * 3);
      const description = `Too Many Requests: retry after ${seconds}`;
      return { name: '429', fault: { kind: 'error', code: 429, description, parameters: { retry_after: seconds } } };
    }
    if (within(shares.serverError)) {
      const code = pickOne([500, 502, 503, 504]);
      const fault: Fault = code === 502 ? { kind: 'html' } : { kind: 'error', code, description: 'Gateway Timeout' };
      return { name: '5xx', fault };
    }
    if (within(shares.cutBefore)) return { name: 'cut-before', fault: { kind: 'cut', when: 'before' } };
    if (within(shares.cutAfter)) return { name: 'cut-after', fault: { kind: 'cut', when: 'after' }, isHidden: true };
    if (!within(shares.stall)) return undefined;
    const when = pickOne(['before', 'after'] as const);
    return { name: 'stall', fault: { kind: 'stall', when, ms: this.size.stallMs }, isHidden: true };
  }
}

/** Private chats, with groups among them: every fourth of those a supergroup. */
function addChats(api: LocalBotApi, count: number): readonly Chat[] {
  return Array.from({ length: count }, (_, n): Chat => {
    if (n % (1 / groupShare) === 0) return api.addChat({ type: (n * groupShare) % 4 === 3 ? 'supergroup' : 'group' });
    const user = api.addUser();
    api.unblockBot(user);
    return { id: user.id, type: 'private' };
  });
}

interface DeliveryTime {
  readonly publishedAt: Date;
  readonly receivedAt: Date;
}

const tookMs = ({ publishedAt, receivedAt }: DeliveryTime) => receivedAt.getTime() - publishedAt.getTime();

/** How long each article took to each live chat: with no fault in the chat on the way, and with one. */
function deliveryTimes(
  chatIds: readonly number[],
  publishedAt: ReadonlyMap<number, Date>,
  received: Received,
  trouble: Trouble,
): { readonly healthy: readonly DeliveryTime[]; readonly troubled: readonly DeliveryTime[] } {
  const healthy: DeliveryTime[] = [];
  const troubled: DeliveryTime[] = [];
  for (const chatId of chatIds) {
    const had = received.byChat(chatId);
    for (const [number, published] of publishedAt) {
      const receivedAt = had.get(number);
      if (!receivedAt) continue;
      const list = trouble.wasHit(chatId, published, receivedAt) ? troubled : healthy;
      list.push({ publishedAt: published, receivedAt });
    }
  }
  return { healthy, troubled };
}

/** The longest time without a message while one of these was owed. */
function longestSilence(deliveries: readonly DeliveryTime[]): number {
  const events = deliveries
    .flatMap(({ publishedAt, receivedAt }) => [
      { at: publishedAt.getTime(), change: 1 },
      { at: receivedAt.getTime(), change: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.change - a.change);
  let owed = 0;
  let since = 0;
  let longest = 0;
  for (const { at, change } of events) {
    if (owed === 0) since = at;
    if (change < 0) {
      longest = Math.max(longest, at - since);
      since = at;
    }
    owed += change;
  }
  return longest;
}

function pickOne<const T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}

/** At least one. */
function pickSome<T>(list: readonly T[], count: number): readonly T[] {
  return [...list].sort(() => Math.random() - 0.5).slice(0, Math.max(1, Math.round(count)));
}

/** The nth of `parts` about equal parts. */
function partOf<T>(list: readonly T[], n: number, parts: number): readonly T[] {
  return list.filter((_, index) => index % parts === n);
}
