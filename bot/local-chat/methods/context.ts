import type { BotProfile } from '../bot-profile.js';
import type { CallbackAnswer, EventHub } from '../events.js';
import type { Params } from '../params.js';
import type { Questions } from '../questions.js';
import type { UpdateQueue } from '../update-queue.js';
import type { World } from '../world.js';
import type { InlineAnswer } from './inline.js';

/** What a webhook was set to, and how delivery to it goes. */
export interface Webhook {
  /** Empty: there is none. */
  url: string;
  maxConnections: number;
  /** Empty: none is sent. */
  secretToken: string;
  lastError: { readonly at: Date; readonly message: string } | undefined;
}

/** What methods work on. One per server. */
export interface MethodContext {
  readonly world: World;
  readonly updates: UpdateQueue;
  readonly events: EventHub;
  readonly profile: BotProfile;
  readonly webhook: Webhook;
  /** The webhook changed: what waits may be delivered, or not any more. */
  readonly onWebhook: () => void;
  readonly callbacks: Questions<CallbackAnswer>;
  readonly inlineQueries: Questions<InlineAnswer>;
  /** As in Telegram's test environment. */
  takesHttpWebApps: boolean;
  /** As a server of one's own does with `--local`. */
  takesHttpWebhooks: boolean;
}

/**
 * A method of the Bot API: gives what stands under `result`, throws ApiError. `hangUp` makes a signal that aborts when
 * the caller hangs up.
 */
export type Method = (params: Params, context: MethodContext, hangUp: () => AbortSignal) => unknown;
