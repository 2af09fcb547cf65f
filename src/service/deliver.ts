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
/** Another process (`import`) can queue deliveries without waking us. */
const longestSleepMs = 5_000;
/** All sending waits this long after the server said that the token is wrong. */
const unauthorisedPauseMs = 60_000;

export function createDeliver(options: DeliverOptions): Deliver {
  const { deliveries, now, log } = options;
  const inFlight = new Map<number, Promise<void>>();
  let stopped = false;
  let pausedUntil = 0;
  let wakeUp: () => void = () => {};
  let woken = false;

  const startDue = async (): Promise<void> => {
    if (now().getTime() < pausedUntil) return;
    const due = await deliveries.listDue(now(), maxInFlight * 2, options.onlyChatId);
    for (const delivery of due) {
      if (inFlight.size >= maxInFlight || stopped) return;
      // One at a time per chat keeps the order, and is what the pace of a chat means.
      if (inFlight.has(delivery.chatId)) continue;
      const sending = deliverOne(delivery, options)
        .then((outcome) => {
          if (outcome?.kind === 'unauthorised') pausedUntil = now().getTime() + unauthorisedPauseMs;
        })
        .catch((error: Error) => {
          log.error({ deliveryId: delivery.id, error: error.message }, 'delivery could not be recorded');
          pausedUntil = now().getTime() + longestSleepMs;
        })
        .finally(() => {
          inFlight.delete(delivery.chatId);
          wake();
        });
      inFlight.set(delivery.chatId, sending);
    }
  };

  function wake(): void {
    woken = true;
    wakeUp();
  }

  const sleep = async (): Promise<void> => {
    const due = await deliveries.nextDueAt();
    const untilDueMs = due ? Math.max(due.getTime(), pausedUntil) - now().getTime() : longestSleepMs;
    // Due already means that its chat, or every place, is in flight: the end of a send wakes us.
    const sleepMs =
      untilDueMs > 0 || inFlight.size === 0 ? Math.min(Math.max(untilDueMs, 50), longestSleepMs) : longestSleepMs;
    if (woken || stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, sleepMs);
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
          log.error({ error: (error as Error).message }, 'outbox could not be read');
          await new Promise((resolve) => setTimeout(resolve, 1_000));
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

/** Sends one delivery and records what became of it. Undefined: there was nothing to send any more. */
async function deliverOne(delivery: DueDelivery, options: DeliverOptions): Promise<SendOutcome | undefined> {
  const { articles, deliveries, subscriptions, sender, now, log } = options;
  const article = await articles.find(delivery.articleId);
  if (!article) {
    await deliveries.markFailed(delivery.id, 'article is gone', now());
    return undefined;
  }
  const language = (await subscriptions.findLanguage(delivery.chatId)) ?? options.defaultLanguage;
  const outcome = await sender.sendArticle(delivery, article, language);
  await record(delivery, outcome, options);
  const fields = { deliveryId: delivery.id, articleId: article.id, outcome: outcome.kind };
  if (outcome.kind === 'sent') log.info(fields, 'pushed');
  else log.warn({ ...fields, detail: 'detail' in outcome ? outcome.detail : undefined }, 'push not accepted');
  return outcome;
}

async function record(delivery: DueDelivery, outcome: SendOutcome, options: DeliverOptions): Promise<void> {
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
