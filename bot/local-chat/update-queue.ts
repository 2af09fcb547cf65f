import { ApiError } from './api-error.js';
import type { Update, UpdateType } from './bot-api.js';

/** Delivered only to bots that ask for them by name (getUpdates, allowed_updates). */
const notByDefault: ReadonlySet<string> = new Set(['chat_member', 'message_reaction', 'message_reaction_count']);

/** How far beyond the newest update an offset may lie before it is taken for a mistake (TQueue.cpp). */
const maxOffsetAhead = 10;

const firstUpdateId = 100_001;

interface WaitingPoll {
  readonly offset: number;
  readonly limit: number;
  readonly answer: (updates: readonly Update[]) => void;
  readonly refuse: (error: ApiError) => void;
}

export interface PollRequest {
  /** As sent: positive confirms everything before it, negative keeps that many of the newest, 0 starts at the oldest. */
  readonly offset: number;
  readonly limit: number;
  readonly timeoutMs: number;
  /** Aborted when the poller hangs up. */
  readonly signal: AbortSignal;
}

/** What waits for the bot: updates in order, kept until a later getUpdates confirms them. */
export class UpdateQueue {
  private queue: Update[] = [];
  private nextId = firstUpdateId;
  /** Undefined is the default set. */
  private allowed: ReadonlySet<string> | undefined;
  private waiting: WaitingPoll | undefined;

  /** `onConfirmed` is called whenever updates leave the queue, `onAdded` when one came. */
  constructor(
    private readonly onConfirmed: () => void,
    private readonly onAdded: () => void,
  ) {}

  get isPolled(): boolean {
    return this.waiting !== undefined;
  }

  get pendingCount(): number {
    return this.queue.length;
  }

  /** In order. */
  get pending(): readonly Update[] {
    return this.queue;
  }

  /** The names a bot asked for; undefined for the default set. */
  get allowedTypes(): readonly string[] | undefined {
    return this.allowed && [...this.allowed];
  }

  /** Remembered until the next time that a bot says otherwise; nothing named is the default set. */
  allow(types: readonly string[]): void {
    this.allowed = types.length === 0 ? undefined : new Set(types.map((type) => type.toLowerCase()));
  }

  isAllowed(type: UpdateType): boolean {
    return this.allowed ? this.allowed.has(type) : !notByDefault.has(type);
  }

  /** Queues an update, and says whether the bot will get it: one of a kind that it did not ask for is dropped. */
  add(type: UpdateType, payload: unknown): boolean {
    if (!this.isAllowed(type)) return false;
    this.queue.push({ update_id: this.nextId, [type]: payload });
    this.nextId += 1;
    const { waiting } = this;
    if (waiting) {
      this.waiting = undefined;
      waiting.answer(this.queue.slice(0, waiting.limit));
    }
    this.onAdded();
    return true;
  }

  /** Confirms by offset and gives what waits, at once or within the timeout. An older poll that still waits loses. */
  async poll({ offset, limit, timeoutMs, signal }: PollRequest): Promise<readonly Update[]> {
    this.refuseWaitingPoll(
      'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    );
    this.confirm(offset);
    if (this.queue.length > 0 || timeoutMs === 0) return this.queue.slice(0, limit);
    return await new Promise<readonly Update[]>((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', hangUp);
        if (this.waiting === waiting) this.waiting = undefined;
      };
      const waiting: WaitingPoll = {
        offset,
        limit,
        answer: (updates) => {
          leave();
          resolve(updates);
        },
        refuse: (error) => {
          leave();
          reject(error);
        },
      };
      const hangUp = () => waiting.answer([]);
      const timer = setTimeout(hangUp, timeoutMs);
      signal.addEventListener('abort', hangUp);
      this.waiting = waiting;
    });
  }

  refuseWaitingPoll(conflict: string): void {
    this.waiting?.refuse(new ApiError(409, conflict));
  }

  /** Answers an open poll with the error of a server that stops. */
  close(): void {
    this.waiting?.refuse(new ApiError(500, 'Internal Server Error: restart'));
  }

  /** Delivered. */
  remove(updateId: number): void {
    this.keep(this.queue.filter((update) => update.update_id !== updateId));
  }

  drop(): void {
    this.keep([]);
  }

  private confirm(offset: number): void {
    if (offset < 0) this.keep(this.queue.slice(offset));
    else if (offset <= this.nextId + maxOffsetAhead)
      this.keep(this.queue.filter((update) => update.update_id >= offset));
  }

  private keep(updates: Update[]): void {
    if (updates.length === this.queue.length) return;
    this.queue = updates;
    this.onConfirmed();
  }
}
