import { setTimeout as delay } from 'node:timers/promises';
import { TelegramError } from 'telegraf';
import type { Update } from 'telegraf/types';
import type { Log } from '../src/ports.js';
import { StorageFault } from '../src/storage-fault.js';
import { describeNetworkError } from './send-failure.js';
import type { TelegramApi } from './telegram-api.js';

/** telegraf's own polling loses a batch when a handler throws and dies at the first 409 (its issues #2084, #1479). */
export interface Polling {
  /**
   * Resolves after `stop`, when the last call has ended. Rejects when the token is refused at the first call, and with
   * PollingConflict when another poller does not go.
   */
  readonly ended: Promise<void>;
  /** The last answer of getUpdates. */
  heardAt(): Date | undefined;
  /** Another poller takes the updates. */
  hasConflict(): boolean;
  stop(): void;
}

/** Another bot, or a webhook, has been using the token for too long. */
export class PollingConflict extends Error {
  override readonly name = 'PollingConflict';
}

export interface PollOptions {
  readonly api: TelegramApi;
  readonly log: Log;
  readonly now: () => Date;
  /** Gives up after so long of nothing but conflicts; 10 minutes unless told otherwise. */
  readonly conflictLimitMs?: number | undefined;
  /** Must only start the work and return. What it throws is a line in the log. */
  readonly onUpdate?: (update: Update) => void;
  /** In its place: resolves when the update is safe. When it rejects, the server keeps the update. */
  readonly store?: ((update: Update) => Promise<void>) | undefined;
  /** False: another process polls, and this one stands by. Asked before every poll; undefined: nobody else does. */
  readonly mayPoll?: (() => Promise<boolean>) | undefined;
  /** Runs before the first poll, and again when it failed. */
  readonly prepare: () => Promise<void>;
  /** Called after the first answer of the server. */
  readonly onReady: () => void;
}

/** What the bot wants to hear, by polling or webhook. Said explicitly: an earlier bot on the same token may have left another list with the server. */
export const allowedUpdates = [
  'message',
  'channel_post',
  'callback_query',
  'inline_query',
  'my_chat_member',
  'chat_member',
];
/** Seconds a poll may wait at the server; below the bound on any call. */
const pollTimeoutSeconds = 20;
/** A process that stands by takes over soon after the one that polls is gone. */
const standByMs = 2_000;
const standByCallMs = 60_000;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** Our own database: nobody minds its being asked. */
const longestStorageWaitMs = 5_000;
const defaultConflictLimitMs = 600_000;

export function startPolling(options: PollOptions): Polling {
  const {
    api,
    log,
    now,
    onUpdate,
    store,
    mayPoll,
    prepare,
    onReady,
    conflictLimitMs = defaultConflictLimitMs,
  } = options;
  const stopping = new AbortController();
  let offset = 0;
  let ready = false;
  let failures = 0;
  let heardAt: Date | undefined;
  let hasConflict = false;
  /** Since when there has been nothing but conflicts. */
  let conflictSince: number | undefined;

  /** Undefined: not known yet, or nobody else polls. */
  let isStandingBy: boolean | undefined;
  const noteTurn = (standsBy: boolean) => {
    if (standsBy !== isStandingBy)
      log.info({}, standsBy ? 'another process polls: this one stands by' : 'this process polls');
    isStandingBy = standsBy;
  };
  const pass = (update: Update) => {
    try {
      onUpdate?.(update);
    } catch (error) {
      log.error({ updateId: update.update_id, error: (error as Error).message }, 'update could not be taken up');
    }
  };
  /** Gives how long to wait until the next. */
  const poll = async (): Promise<number> => {
    if (!ready) await prepare();
    const isTurn = !mayPoll || (await mayPoll());
    if (mayPoll) noteTurn(!isTurn);
    if (!isTurn) {
      // Whoever stands by is in order, as long as Telegram answers.
      const calledAt = api.health().calledAt?.getTime() ?? 0;
      if (now().getTime() - calledAt > standByCallMs) await api.call('getMe', {}, stopping.signal);
      heardAt = now();
      return standByMs;
    }
    // The first poll, and the first after a failure, does not wait: the server's yes or no comes at once. Against another
    // poller it does: a short poll would come through between two of the other's, and look like the end of the conflict.
    const isProbe = !ready || (failures > 0 && !hasConflict);
    const timeout = isProbe ? 0 : pollTimeoutSeconds;
    const updates = await api.call<Update[]>(
      'getUpdates',
      { offset, limit: 100, timeout, allowed_updates: allowedUpdates },
      stopping.signal,
    );
    heardAt = now();
    for (const update of updates) {
      if (store) await store(update);
      else pass(update);
      offset = update.update_id + 1;
    }
    return 0;
  };
  const succeeded = () => {
    failures = 0;
    conflictSince = undefined;
    if (hasConflict) log.info({}, 'the other poller is gone');
    hasConflict = false;
    if (!ready) onReady();
    ready = true;
  };
  /** How long to wait before the next try. Throws when there is none. */
  const failed = (error: unknown): number => {
    if (!ready && error instanceof TelegramError && error.code === 401) throw error;
    const waitMs = waitAfter(error, failures);
    failures += 1;
    if (!isConflict(error)) {
      conflictSince = undefined;
      log.error({ error: describeCallError(error), waitMs }, 'polling failed');
      return waitMs;
    }
    if (!hasConflict)
      log.error({ error: describeCallError(error) }, 'another poller takes the updates: no commands are answered');
    hasConflict = true;
    conflictSince ??= performance.now();
    const leftMs = conflictSince + conflictLimitMs - performance.now();
    if (leftMs <= 0) throw new PollingConflict('another poller has been using the token', { cause: error });
    log.debug({ waitMs }, 'still another poller');
    return Math.min(waitMs, leftMs);
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        const waitMs = await poll();
        succeeded();
        if (waitMs > 0) await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      } catch (error) {
        if (stopping.signal.aborted) break;
        await delay(failed(error), undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
    // Confirms what was taken up, so that the next start does not get it again.
    if (offset > 0) await api.call('getUpdates', { offset, limit: 1, timeout: 0 }).catch(() => {});
  };
  /** Nothing but these two ends polling; whatever else it should die of, it goes on. */
  const untilEnded = async () => {
    for (;;) {
      try {
        return await loop();
      } catch (error) {
        if (error instanceof PollingConflict || error instanceof TelegramError) throw error;
        log.error({ error: describeCallError(error) }, 'polling broke off');
        await delay(firstWaitMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  };
  return {
    ended: untilEnded(),
    heardAt: () => heardAt,
    hasConflict: () => hasConflict,
    stop: () => stopping.abort(),
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof TelegramError && error.code === 409;
}

/** 1, 2, 4 … 60 s, or what the server asks for. */
export function waitAfter(error: unknown, failures: number): number {
  const asked = error instanceof TelegramError ? error.parameters?.retry_after : undefined;
  const longestMs = error instanceof StorageFault ? longestStorageWaitMs : longestWaitMs;
  return asked ? asked * 1_000 : Math.min(firstWaitMs * 2 ** failures, longestMs);
}

/** What a call failed with, in a line. */
export function describeCallError(error: unknown): string {
  if (error instanceof StorageFault) return error.message;
  if (!(error instanceof TelegramError)) return describeNetworkError(error);
  if (error.code === 409) return '409: another bot or webhook uses this token; stop it';
  return `${error.code}: ${error.description}`;
}
