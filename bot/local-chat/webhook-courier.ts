import type { Update } from './bot-api.js';
import type { Webhook } from './methods/context.js';
import type { UpdateQueue } from './update-queue.js';

/** What was tried for one update. */
interface Tries {
  readonly failures: number;
  readonly delaySeconds: number;
  readonly notBeforeMs: number;
}

/** WebhookActor.cpp: the second try comes at once, those behind it after 2, 4 … seconds. */
const longestDelaySeconds = 60;
const longestRetryAfterSeconds = 3_600;
const answerTimeoutMs = 60_000;

/**
 * Delivers updates to the webhook as the real server does (WebhookActor.cpp): side by side, up to `max_connections`, but for
 * one chat one after the other; what is not answered with 2xx goes again, later and later, or when `Retry-After` says.
 */
export class WebhookCourier {
  private readonly tries = new Map<number, Tries>();
  /** Queues with an update on its way. */
  private readonly busy = new Set<string>();
  private readonly closing = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly queue: UpdateQueue,
    private readonly webhook: Webhook,
    private readonly now: () => Date,
  ) {}

  /** Starts what may be delivered now. */
  look(): void {
    clearTimeout(this.timer);
    if (this.webhook.url === '' || this.closing.signal.aborted) return;
    const heads = new Set<string>();
    let nextMs = Number.POSITIVE_INFINITY;
    for (const update of this.queue.pending) {
      if (this.busy.size >= this.webhook.maxConnections) return;
      const key = queueOf(update);
      if (heads.has(key)) continue;
      heads.add(key);
      if (this.busy.has(key)) continue;
      const waitMs = (this.tries.get(update.update_id)?.notBeforeMs ?? 0) - performance.now();
      if (waitMs > 0) nextMs = Math.min(nextMs, waitMs);
      else void this.deliver(key, update);
    }
    if (nextMs < Number.POSITIVE_INFINITY) this.timer = setTimeout(() => this.look(), nextMs);
  }

  close(): void {
    this.closing.abort();
    clearTimeout(this.timer);
  }

  private async deliver(key: string, update: Update): Promise<void> {
    this.busy.add(key);
    const { failure, retryAfterSeconds } = await this.post(update);
    this.busy.delete(key);
    if (this.closing.signal.aborted) return;
    if (failure === undefined) {
      this.tries.delete(update.update_id);
      this.queue.remove(update.update_id);
    } else {
      this.webhook.lastError = { at: this.now(), message: failure };
      this.tries.set(update.update_id, after(this.tries.get(update.update_id), retryAfterSeconds));
    }
    this.look();
  }

  private async post(update: Update): Promise<{ failure?: string; retryAfterSeconds: number }> {
    const { url, secretToken } = this.webhook;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(secretToken !== '' && { 'x-telegram-bot-api-secret-token': secretToken }),
        },
        body: JSON.stringify(update),
        redirect: 'manual',
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(answerTimeoutMs)]),
      });
      await response.arrayBuffer();
      if (response.ok) return { retryAfterSeconds: 0 };
      const failure = `Wrong response from the webhook: ${response.status} ${response.statusText}`;
      return { failure, retryAfterSeconds: Number(response.headers.get('retry-after')) || 0 };
    } catch (error) {
      const isRefused = (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED';
      return { failure: isRefused ? 'Connection refused' : 'Webhook connection closed', retryAfterSeconds: 0 };
    }
  }
}

function after(before: Tries | undefined, retryAfterSeconds: number): Tries {
  const { failures, delaySeconds } = before ?? { failures: 0, delaySeconds: 1 };
  const asked = Math.min(retryAfterSeconds, longestRetryAfterSeconds);
  const isFirst = failures === 0;
  const nextDelay = asked > 0 || isFirst ? delaySeconds : Math.min(delaySeconds * 2, longestDelaySeconds);
  const waitSeconds = asked > 0 ? asked : isFirst ? 0 : nextDelay;
  return {
    failures: failures + 1,
    delaySeconds: nextDelay,
    notBeforeMs: performance.now() + waitSeconds * 1_000,
  };
}

/** Messages of one chat come in order; so do the presses and queries of one user. */
function queueOf(update: Update): string {
  const [type = '', payload] = Object.entries(update).find(([name]) => name !== 'update_id') ?? [];
  const { chat, from } = payload as { chat?: { id: number }; from?: { id: number } };
  return chat ? `chat ${chat.id}` : `${type} ${from?.id}`;
}
