import type { BotProfile } from '../bot-profile.js';
import type { CallbackAnswer, EventHub } from '../events.js';
import type { Params } from '../params.js';
import type { Questions } from '../questions.js';
import type { UpdateQueue } from '../update-queue.js';
import type { World } from '../world.js';
import type { InlineAnswer } from './inline.js';

/** What a webhook was set to; nothing is delivered to it. */
export interface Webhook {
  url: string;
  maxConnections: number;
}

/** What methods work on. One per server. */
export interface MethodContext {
  readonly world: World;
  readonly updates: UpdateQueue;
  readonly events: EventHub;
  readonly profile: BotProfile;
  readonly webhook: Webhook;
  readonly callbacks: Questions<CallbackAnswer>;
  readonly inlineQueries: Questions<InlineAnswer>;
  /** As in Telegram's test environment. */
  takesHttpWebApps: boolean;
}

/**
 * A method of the Bot API: gives what stands under `result`, throws ApiError. `hangUp` makes a signal that aborts when
 * the caller hangs up.
 */
export type Method = (params: Params, context: MethodContext, hangUp: () => AbortSignal) => unknown;
