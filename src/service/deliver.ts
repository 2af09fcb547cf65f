import { type DueDelivery, nextAttempt, pauseAfterPushMs, type SendOutcome } from '../domain/delivery.js';
import type { Language } from '../domain/language.js';
import type { ArticleStore, DeliveryStore, Log, MessageSender, SubscriptionStore } from '../ports.js';

export interface DeliverOptions {
  readonly deliveries: DeliveryStore;
  readonly articles: ArticleStore;
  readonly subscriptions: SubscriptionStore;
  readonly sender: MessageSender;
  readonly log: Log;
  readonly now: () => Date;
  readonly defaultLanguage: Language;
  /** Only this chat is sent to: the terminal chat must not answer for the chats of a real bot on the same database. */
  readonly onlyChatId?: number | undefined;
}

export interface Deliver {
  /** Sends until stopped: whenever something is due, at the latest every few seconds. Resolves after `stop`. */
  run(): Promise<void>;
  /** Something may have become due just now. */
  wake(): void;
  /** No new sends; resolves when those in flight are recorded. */
  stop(): Promise<void>;
}

/** Messages in flight at once. The pace is set by the sender; this bounds what a crash can double. */
const maxInFlight = 16;
/** Deliveries, of one chat each, that are looked up together. */
const batchSize = 200;
const shortestSleepMs = 20;
/** So many chats with a rate limit at one time are no accident of those chats. */
const chatsOfGlobalLimit = 3;
/** Another process (`import`) can queue deliveries without waking us. */
const longestSleepMs = 5_000;
/** All sending waits this long after the server said that the token is wrong. */
const unauthorisedPauseMs = 60_000;

export function createDeliver(options: DeliverOptions): Deliver {
  const { deliveries, now, log } = options;
  const inFlight = new Map<number, Promise<void>>();
  /** Outcomes that the database would not take. Nothing is sent until it does: what Telegram accepted must not go again. */
  const unrecorded: (() => Promise<void>)[] = [];
  const limited = new Map<number, number>();
  let batch: DueDelivery[] = [];
  let stopped = false;
  let pausedUntil = 0;
  let wakeUp: () => void = () => {};
  let woken = false;

  /** A refused token stops everything for a while; so does a rate limit that several chats get: then it is the bot's own. */
  const holdAll = (delivery: DueDelivery, outcome: SendOutcome | undefined) => {
    const time = now().getTime();
    if (outcome?.kind === 'unauthorised') pausedUntil = time + unauthorisedPauseMs;
    if (outcome?.kind !== 'rate-limited') return;
    limited.set(delivery.chatId, time + outcome.retryAfterSeconds * 1_000);
    for (const [chatId, until] of limited) if (until <= time) limited.delete(chatId);
    if (limited.size >= chatsOfGlobalLimit) pausedUntil = Math.max(pausedUntil, ...limited.values());
  };
  const start = (delivery: DueDelivery) => {
    const record = async (outcome: SendOutcome) => {
      try {
        await recordOutcome(delivery, outcome, options);
        const fields = { deliveryId: delivery.id, articleId: delivery.articleId, outcome: outcome.kind };
        if (outcome.kind === 'sent') log.info(fields, 'pushed');
        else log.warn({ ...fields, detail: 'detail' in outcome ? outcome.detail : undefined }, 'push not accepted');
      } catch (error) {
        log.error({ deliveryId: delivery.id, error: (error as Error).message }, 'outcome could not be recorded');
        unrecorded.push(() => recordOutcome(delivery, outcome, options));
      }
    };
    const sending = sendOne(delivery, options)
      .then(async (outcome) => {
        if (outcome) await record(outcome);
        holdAll(delivery, outcome);
      })
      .catch((error: Error) => {
        log.error({ deliveryId: delivery.id, error: error.message }, 'delivery could not be read');
        pausedUntil = now().getTime() + longestSleepMs;
      })
      .finally(() => {
        inFlight.delete(delivery.chatId);
        wake();
      });
    inFlight.set(delivery.chatId, sending);
  };
  /** Starts what may be sent; a batch lasts for a while, because looking for the next one costs more than a send. */
  const startDue = async (): Promise<void> => {
    for (let next = unrecorded[0]; next; next = unrecorded[0]) {
      await next();
      unrecorded.shift();
    }
    if (now().getTime() < pausedUntil) return;
    if (batch.length === 0) {
      const due = await deliveries.listDue(now(), batchSize, options.onlyChatId);
      // One at a time per chat keeps the order, and is what the pace of a chat means.
      batch = due.filter(({ chatId }) => !inFlight.has(chatId));
    }
    while (batch.length > 0 && inFlight.size < maxInFlight && !stopped && now().getTime() >= pausedUntil) {
      const delivery = batch.shift();
      if (delivery && !inFlight.has(delivery.chatId)) start(delivery);
    }
  };

  function wake(): void {
    woken = true;
    wakeUp();
  }

  const sleep = async (): Promise<void> => {
    const time = now().getTime();
    const next = await deliveries.nextDueAt(now());
    const untilMs = Math.max((next?.getTime() ?? time + longestSleepMs) - time, pausedUntil - time);
    if (woken || stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.min(Math.max(untilMs, shortestSleepMs), longestSleepMs));
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  return {
    wake,
    async run() {
      while (!stopped) {
        woken = false;
        try {
          await startDue();
          await sleep();
        } catch (error) {
          log.error({ error: (error as Error).message }, 'outbox could not be read or written');
          await new Promise((resolve) => {
            setTimeout(resolve, longestSleepMs).unref();
            wakeUp = () => resolve(undefined);
          });
        }
      }
    },
    async stop() {
      stopped = true;
      wake();
      await Promise.all(inFlight.values());
    },
  };
}

/** Sends one delivery. Undefined: there was nothing to send any more. */
async function sendOne(delivery: DueDelivery, options: DeliverOptions): Promise<SendOutcome | undefined> {
  const { articles, deliveries, subscriptions, sender, now } = options;
  if (!(await deliveries.isDue(delivery.id, now()))) return undefined;
  const article = await articles.find(delivery.articleId);
  if (!article) {
    await deliveries.markFailed(delivery.id, 'article is gone', now());
    return undefined;
  }
  const language = (await subscriptions.findLanguage(delivery.chatId)) ?? options.defaultLanguage;
  return sender.sendArticle(delivery, article, language);
}

async function recordOutcome(delivery: DueDelivery, outcome: SendOutcome, options: DeliverOptions): Promise<void> {
  const { deliveries, subscriptions, now } = options;
  const { id, chatId } = delivery;
  const at = now();
  const inMs = (ms: number) => new Date(at.getTime() + ms);
  switch (outcome.kind) {
    case 'sent':
      return deliveries.markSent(id, outcome.messageId, at, inMs(pauseAfterPushMs(delivery.chatType)));
    case 'rate-limited': {
      const until = inMs(outcome.retryAfterSeconds * 1_000);
      await deliveries.holdChat(chatId, until);
      return deliveries.markRetry(id, `retry after ${outcome.retryAfterSeconds} s`, until, false);
    }
    case 'gone':
      await deliveries.markRetry(id, outcome.detail, at, false);
      return subscriptions.markChatGone(chatId, at);
    case 'topic-gone':
      return deliveries.moveTopicToChat(delivery);
    case 'migrated':
      return subscriptions.migrateChat(chatId, outcome.toChatId, at);
    case 'postponed':
      return deliveries.markRetry(id, outcome.detail, at, false);
    case 'unauthorised':
      return deliveries.markRetry(id, outcome.detail, inMs(unauthorisedPauseMs), false);
    case 'transient': {
      const next = nextAttempt(delivery.attempts + 1, at, Math.random());
      if (next) return deliveries.markRetry(id, outcome.detail, next, true);
      return deliveries.markFailed(id, outcome.detail, at);
    }
    case 'refused':
      return deliveries.markFailed(id, outcome.detail, at);
  }
}
