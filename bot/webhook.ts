import { setTimeout as delay } from 'node:timers/promises';
import { TelegramError } from 'telegraf';
import type { WebhookInfo } from 'telegraf/types';
import type { Log } from '../src/ports.js';
import { allowedUpdates, describeCallError, waitAfter } from './poll.js';
import type { TelegramApi } from './telegram-api.js';

/** Where Telegram delivers updates, and the word by which it is known. */
export interface WebhookAddress {
  readonly url: string;
  /** 1 to 256 of `[A-Za-z0-9_-]`. */
  readonly secret: string;
}

export interface Webhook {
  /** Resolves after `stop`. Rejects when the token is refused at the first call. */
  readonly ended: Promise<void>;
  /** Why Telegram does not deliver, once that has lasted; undefined: it does, or has nothing to deliver. */
  failure(): string | undefined;
  /** Leaves the webhook in place: what comes meanwhile is kept by Telegram. */
  stop(): void;
}

export interface WebhookOptions {
  readonly api: TelegramApi;
  readonly address: WebhookAddress;
  readonly log: Log;
  readonly now: () => Date;
  /** Runs before the webhook is set, and again when it failed. */
  readonly prepare: () => Promise<void>;
  /** Called when the server has accepted the webhook. */
  readonly onReady: () => void;
  /** When the last update was taken. */
  readonly takenAt: () => Date | undefined;
  /** How often the server is asked how delivery goes; a minute unless told otherwise. */
  readonly checkEveryMs?: number | undefined;
}

/** Telegram's own is 40, of 100. Taking an update is one write: more side by side only wait for each other. */
const maxConnections = 20;
const defaultCheckEveryMs = 60_000;
/** What the server could not deliver for so long is a failure. */
const longestFailureMs = 120_000;

/** Sets the webhook, and sees to it that it stays: asks the server now and then, and sets it again when it is gone. */
export function startWebhook(options: WebhookOptions): Webhook {
  const { api, address, log, now, prepare, onReady, takenAt, checkEveryMs = defaultCheckEveryMs } = options;
  const stopping = new AbortController();
  let ready = false;
  let setAt: Date | undefined;
  let failures = 0;
  /** Why the webhook is not set, or not ours. */
  let notSet: string | undefined = 'not set yet';
  /** What the server says of a delivery that failed, and since when. */
  let undelivered: { readonly since: Date; readonly text: string } | undefined;

  const set = async () => {
    if (!ready) await prepare();
    await api.call(
      'setWebhook',
      {
        url: address.url,
        secret_token: address.secret,
        max_connections: maxConnections,
        allowed_updates: allowedUpdates,
      },
      stopping.signal,
    );
    setAt = now();
    notSet = undefined;
    if (!ready) onReady();
    ready = true;
  };
  const check = async () => {
    const info = await api.call<WebhookInfo>('getWebhookInfo', {}, stopping.signal);
    if (info.url !== address.url) {
      log.error({}, 'another program changed the webhook: set again');
      setAt = undefined;
      notSet = 'another program changed the webhook';
      await set();
      return;
    }
    const failedAt = info.last_error_date === undefined ? undefined : new Date(info.last_error_date * 1_000);
    // What failed before, while the bot was down, is no failure of now.
    const since = takenAt() ?? setAt;
    if (info.pending_update_count === 0 || !failedAt || (since && failedAt < since)) {
      if (undelivered) log.info({}, 'Telegram delivers again');
      undelivered = undefined;
      return;
    }
    const text = withoutAddress(info.last_error_message ?? 'no reason given', address);
    if (!undelivered) log.error({ pending: info.pending_update_count, error: text }, 'Telegram cannot deliver updates');
    undelivered = { since: undelivered?.since ?? failedAt, text };
  };
  /** How long to wait before the next look. Throws when there is none. */
  const failed = (error: unknown): number => {
    if (!ready && error instanceof TelegramError && error.code === 401) throw error;
    const waitMs = waitAfter(error, failures);
    failures += 1;
    const text = withoutAddress(describeCallError(error), address);
    if (!setAt) notSet = text;
    log.error({ error: text, waitMs }, setAt ? 'webhook could not be checked' : 'webhook could not be set');
    return waitMs;
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      let waitMs = checkEveryMs;
      try {
        await (setAt ? check() : set());
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) break;
        waitMs = failed(error);
      }
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  return {
    ended: loop(),
    failure() {
      if (notSet !== undefined) return `not set: ${notSet}`;
      if (!undelivered || now().getTime() - undelivered.since.getTime() <= longestFailureMs) return undefined;
      return `Telegram cannot deliver: ${undelivered.text}`;
    },
    stop: () => stopping.abort(),
  };
}

/** The address can hold what others must not know. */
function withoutAddress(text: string, { url, secret }: WebhookAddress): string {
  const { pathname } = new URL(url);
  const hidden = [secret, url, ...(pathname.length > 1 ? [pathname] : [])];
  return hidden.reduce((shown, each) => shown.replaceAll(each, '…'), text).slice(0, 200);
}
