import { setTimeout as delay } from 'node:timers/promises';
import { TelegramError } from 'telegraf';
import type { Update } from 'telegraf/types';
import type { Log } from '../src/ports.js';
import { describeNetworkError } from './send-failure.js';
import type { TelegramApi } from './telegram-api.js';

/** telegraf's own polling loses a batch when a handler throws and dies at the first 409 (its issues #2084, #1479). */
export interface Polling {
  /** Resolves after `stop`, when the last call has ended. Rejects when the token is refused at the first call. */
  readonly ended: Promise<void>;
  stop(): void;
}

export interface PollOptions {
  readonly api: TelegramApi;
  readonly log: Log;
  /** Must only start the work and return. */
  readonly onUpdate: (update: Update) => void;
  /** Runs before the first poll, and again when it failed. */
  readonly prepare: () => Promise<void>;
  /** Called after the first answer of the server. */
  readonly onReady: () => void;
}

/** Said explicitly: an earlier bot on the same token may have left another list with the server. */
const allowedUpdates = ['message', 'channel_post', 'callback_query', 'my_chat_member'];
/** Seconds a poll may wait at the server; below the bound on any call. */
const pollTimeoutSeconds = 20;
const longestWaitMs = 60_000;

export function startPolling({ api, log, onUpdate, prepare, onReady }: PollOptions): Polling {
  const stopping = new AbortController();
  let offset = 0;

  const poll = async (timeout: number) => {
    const updates = await api.call<Update[]>(
      'getUpdates',
      { offset, limit: 100, timeout, allowed_updates: allowedUpdates },
      stopping.signal,
    );
    for (const update of updates) {
      offset = update.update_id + 1;
      onUpdate(update);
    }
  };
  const loop = async () => {
    let failures = 0;
    for (let ready = false; !stopping.signal.aborted; ) {
      try {
        if (!ready) await prepare();
        // The first poll does not wait: the server's yes or no to the token comes at once.
        await poll(ready ? pollTimeoutSeconds : 0);
        failures = 0;
        if (!ready) onReady();
        ready = true;
      } catch (error) {
        if (stopping.signal.aborted) break;
        if (!ready && error instanceof TelegramError && error.code === 401) throw error;
        const waitMs = waitAfter(error, failures);
        failures += 1;
        log.error({ error: describe(error), waitMs }, 'polling failed');
        await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
    // Confirms what was taken up, so that the next start does not get it again.
    if (offset > 0) await api.call('getUpdates', { offset, limit: 1, timeout: 0 }).catch(() => {});
  };
  return {
    ended: loop(),
    stop: () => stopping.abort(),
  };
}

/** 1, 2, 4 … 60 s, or what the server asks for. */
function waitAfter(error: unknown, failures: number): number {
  const asked = error instanceof TelegramError ? error.parameters?.retry_after : undefined;
  return asked ? asked * 1_000 : Math.min(1_000 * 2 ** failures, longestWaitMs);
}

function describe(error: unknown): string {
  if (!(error instanceof TelegramError)) return describeNetworkError(error);
  if (error.code === 409) return '409: another bot or webhook uses this token; stop it';
  return `${error.code}: ${error.description}`;
}
