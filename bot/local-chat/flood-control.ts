import { ApiError } from './api-error.js';
import type { Params } from './params.js';
import type { World } from './world.js';

/** How much Telegram lets through (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). */
export interface FloodLimits {
  /** Messages over all chats: the refill of a bucket that holds `burst`. */
  readonly perSecond: number;
  readonly burst: number;
  /** Messages to one private chat: the refill of a bucket that holds `perChatBurst`, 3 when left out. */
  readonly perChatPerSecond: number;
  readonly perChatBurst?: number;
  /** Messages to one group, supergroup or channel in any minute. */
  readonly perGroupPerMinute: number;
  /** Messages with allow_paid_broadcast, which leave the bucket over all chats alone; 1,000 when left out. */
  readonly paidPerSecond?: number;
}

/** What a server saw of the bot's pace. */
export interface FloodReport {
  /** Calls that a limit refused. */
  readonly refused: number;
  /** Calls that came before the time that an earlier 429 to the same chat had named, whoever answered it. */
  readonly earlyCalls: number;
  readonly earlyCallsByChat: ReadonlyMap<number, number>;
}

/** Methods that put something into a chat or change it there; a chat action is none. */
const messageMethod = /^(?:send(?!chataction$)|edit|copy|forward)/u;
const minuteMs = 60_000;

interface FloodCall {
  readonly chatId: number;
  readonly isPrivate: boolean;
  readonly isPaid: boolean;
}

/** Refuses messages as Telegram does when there are too many, and watches whether the bot waits as long as it was told. */
export class FloodControl {
  private readonly all: TokenBucket | undefined;
  private readonly paid: TokenBucket | undefined;
  private readonly chats = new Map<number, Gate>();
  private readonly heldUntil = new Map<number, number>();
  private readonly early = new Map<number, number>();
  private refused = 0;

  /** Without limits nothing is refused; early calls are counted all the same. */
  constructor(
    private readonly world: World,
    private readonly limits: FloodLimits | undefined,
  ) {
    this.all = limits && new TokenBucket(limits.perSecond, limits.burst);
    const paidPerSecond = limits?.paidPerSecond ?? 1_000;
    this.paid = limits && new TokenBucket(paidPerSecond, paidPerSecond);
  }

  get report(): FloodReport {
    const earlyCalls = [...this.early.values()].reduce((sum, count) => sum + count, 0);
    return { refused: this.refused, earlyCalls, earlyCallsByChat: new Map(this.early) };
  }

  /** Counts a call that comes too early. To be called when it arrives. */
  noteCall(method: string, params: Params, receivedAt: Date): void {
    const call = this.floodCall(method, params);
    if (!call || receivedAt.getTime() >= (this.heldUntil.get(call.chatId) ?? 0)) return;
    this.early.set(call.chatId, (this.early.get(call.chatId) ?? 0) + 1);
  }

  /** Remembers what a 429 asks for. To be called when it leaves: a call that arrives before that could not know. */
  noteRetryAfter(method: string, params: Params, seconds: number, refusedAt: Date): void {
    const call = this.floodCall(method, params);
    if (!call) return;
    const until = refusedAt.getTime() + seconds * 1_000;
    this.heldUntil.set(call.chatId, Math.max(until, this.heldUntil.get(call.chatId) ?? 0));
  }

  /** Takes a message's share of every limit it falls under. Throws ApiError 429, and takes nothing, when one is used up. */
  take(method: string, params: Params, now: Date): void {
    const call = this.limits && this.floodCall(method, params);
    if (!call) return;
    const gates = [call.isPaid ? this.paid : this.all, this.gateOf(call, this.limits)];
    const waitMs = Math.max(...gates.map((gate) => gate?.waitMs(now.getTime()) ?? 0));
    if (waitMs > 0) {
      this.refused += 1;
      const seconds = Math.ceil(waitMs / 1_000);
      throw new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
    }
    for (const gate of gates) gate?.take(now.getTime());
  }

  /** Undefined for what is no message, and for a chat that is not there: the method says so itself. */
  private floodCall(method: string, params: Params): FloodCall | undefined {
    if (!messageMethod.test(method.toLowerCase())) return undefined;
    const room = this.world.findRoom(params.text('chat_id'));
    if (!room) return undefined;
    const { id, type } = room.chat;
    return { chatId: id, isPrivate: type === 'private', isPaid: params.flag('allow_paid_broadcast') };
  }

  private gateOf({ chatId, isPrivate }: FloodCall, limits: FloodLimits): Gate {
    const known = this.chats.get(chatId);
    if (known) return known;
    const gate = isPrivate
      ? new TokenBucket(limits.perChatPerSecond, limits.perChatBurst ?? 3)
      : new SlidingMinute(limits.perGroupPerMinute);
    this.chats.set(chatId, gate);
    return gate;
  }
}

interface Gate {
  /** Until one more may pass. */
  waitMs(nowMs: number): number;
  take(nowMs: number): void;
}

class TokenBucket implements Gate {
  private level: number;
  private filledAtMs = 0;

  /** Full at first. */
  constructor(
    private readonly perSecond: number,
    private readonly capacity: number,
  ) {
    this.level = capacity;
  }

  waitMs(nowMs: number): number {
    const gained = (Math.max(0, nowMs - this.filledAtMs) / 1_000) * this.perSecond;
    this.level = Math.min(this.capacity, this.level + gained);
    this.filledAtMs = nowMs;
    // Refills of a few milliseconds each do not add up to exactly one.
    return this.level > 1 - 1e-9 ? 0 : ((1 - this.level) / this.perSecond) * 1_000;
  }

  take(nowMs: number): void {
    this.waitMs(nowMs);
    this.level -= 1;
  }
}

class SlidingMinute implements Gate {
  private passedAtMs: number[] = [];

  constructor(private readonly perMinute: number) {}

  waitMs(nowMs: number): number {
    this.passedAtMs = this.passedAtMs.filter((at) => at > nowMs - minuteMs);
    const oldestThatCounts = this.passedAtMs.at(-this.perMinute);
    return oldestThatCounts === undefined ? 0 : oldestThatCounts + minuteMs - nowMs;
  }

  take(nowMs: number): void {
    this.passedAtMs.push(nowMs);
  }
}
