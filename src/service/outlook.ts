import type { ChatTarget } from '../domain/delivery.js';
import { type ChatPace, type Expected, expectPush, type PushRules } from '../domain/digest.js';
import type { ChatWaiting, FateStore } from '../ports.js';

/** What a chat can be told about when its pushes come. */
export interface Outlook {
  readonly pace: Pick<ChatPace, 'timeZone' | 'digestTimes' | 'quietHours' | 'isPaused'>;
  /** An article that came now. */
  readonly next: Expected;
  /** What waits for the chat, in all of its topics, and the first of it. Undefined: nothing. */
  readonly waiting: { readonly count: number; readonly expected: Expected } | undefined;
  /** When the next digest comes, were there no pause; undefined when there are no digest times. */
  readonly nextDigestAt: Date | undefined;
  /** The hour has had all of its pushes: how many, and when the next come. */
  readonly limit: { readonly pushed: number; readonly at: Date } | undefined;
}

export interface Outlooks {
  find(target: ChatTarget, now: Date): Promise<Outlook>;
}

export interface OutlookOptions {
  readonly fates: FateStore;
  /** For chats that did not choose one. */
  readonly timeZone: string;
  /** PUSH_PER_HOUR; 0: no limit. */
  readonly pushPerHour: number;
}

const hourMs = 3_600_000;

export function createOutlooks({ fates, timeZone, pushPerHour }: OutlookOptions): Outlooks {
  // What piled up while the bot was down is gone in its first minute: nobody is told of it.
  const rules: PushRules = { timeZone, pushPerHour, backlogUntil: undefined };
  return {
    async find(target, now) {
      const found = (await fates.findPace(target.chatId, timeZone)) ?? newChat(timeZone);
      const pace = paceOf(found, target);
      // Later than a pause that ends this moment: that lets go of what came before it.
      const comesNow = { count: 1, oldestQueuedAt: new Date(now.getTime() + 1) };
      const next = afterHold(found, expectPush(pace, comesNow, now, rules), now);
      const waiting = waitingIn(found, now, rules);
      return {
        pace,
        next,
        waiting,
        nextDigestAt: pace.digestTimes && timeOf(expectPush({ ...pace, isPaused: false }, comesNow, now, rules)),
        limit: limitOf(pace, waiting?.expected ?? next, now, pushPerHour),
      };
    },
  };
}

/** What a topic waits for, with what is owed to it: for telling of one delivery. */
export function expectTopic(found: ChatWaiting, target: ChatTarget, now: Date, rules: PushRules): Expected {
  const topic = found.topics.find(({ topicId }) => topicId === target.topicId);
  const owed = topic?.owed ?? { count: 1, oldestQueuedAt: now };
  return afterHold(found, expectPush(paceOf(found, target), owed, now, rules), now);
}

function paceOf({ pace, topics }: ChatWaiting, { topicId }: Pick<ChatTarget, 'topicId'>): ChatPace {
  const topic = topics.find((each) => each.topicId === topicId);
  return { ...pace, digestedAt: topic?.digestedAt, digestedBeforeAt: topic?.digestedBeforeAt };
}

/** Telegram asked to wait: not before then, whatever the pace says. */
function afterHold({ notBefore }: ChatWaiting, expected: Expected, now: Date): Expected {
  if (!notBefore || notBefore <= now || expected.kind === 'paused') return expected;
  if (expected.kind === 'later' && expected.at >= notBefore) return expected;
  return { kind: 'later', at: notBefore, because: 'busy' };
}

function waitingIn(found: ChatWaiting, now: Date, rules: PushRules): Outlook['waiting'] {
  const owing = found.topics.filter(({ owed }) => owed !== undefined);
  if (owing.length === 0) return undefined;
  const [expected = { kind: 'now' }] = owing
    .map(({ topicId }) => expectTopic(found, { chatId: 0, topicId }, now, rules))
    .sort((a, b) => orderOf(a) - orderOf(b));
  return { count: owing.reduce((sum, { owed }) => sum + (owed?.count ?? 0), 0), expected };
}

function orderOf(expected: Expected): number {
  if (expected.kind === 'now') return 0;
  return expected.kind === 'later' ? expected.at.getTime() : Number.POSITIVE_INFINITY;
}

function limitOf(pace: ChatPace, expected: Expected, now: Date, pushPerHour: number): Outlook['limit'] {
  const pushed = pace.pushedAt.filter((time) => time.getTime() > now.getTime() - hourMs).length;
  const isOver = pushPerHour > 0 && pushed >= pushPerHour;
  return isOver && expected.kind === 'later' && expected.because === 'limit' ? { pushed, at: expected.at } : undefined;
}

function timeOf(expected: Expected): Date | undefined {
  return expected.kind === 'later' ? expected.at : undefined;
}

/** A chat that nothing is known of yet. */
function newChat(timeZone: string): ChatWaiting {
  const chosen = { digestTimes: undefined, quietHours: undefined, isPaused: false };
  const past = { resumedAt: undefined, digestedAt: undefined, digestedBeforeAt: undefined, pushedAt: [] };
  return { pace: { timeZone, ...chosen, ...past }, notBefore: undefined, topics: [] };
}
