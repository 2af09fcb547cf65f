import type { Urgency } from './domain/urgency.js';

/** What processes that share one database agree on. An engine that serves one bot at a time (SQLite) has none of it. */

/** What a process does: answer readers (updates, HTTP), read sources, send what is owed. */
export const roles = ['web', 'ingest', 'deliver'] as const;
export type Role = (typeof roles)[number];

export interface Worker {
  readonly id: string;
  readonly roles: readonly Role[];
}

/** How far the list of chats to be looked at was read. */
export interface WakeMark {
  /** The database's clock. */
  readonly at: number;
  readonly ids: ReadonlySet<number>;
}

/** The processes on one database. Times are those of the database, so that clocks of several machines do not matter. */
export interface WorkerStore {
  /** Names this process for as long as it runs. */
  readonly id: string;
  /**
   * Says that this process lives, for the next `aliveMs`, and gives all that do, itself among them, by id. Called first and
   * then every third of that time; a process that could not call for so long counts as dead, and has to stop sending.
   */
  beat(roles: readonly Role[], aliveMs: number): Promise<readonly Worker[]>;
  /** Gives back everything that this process holds: others take over at once. */
  leave(): Promise<void>;
  /** Takes what only one process at a time may do. False: another, living one has it. */
  acquire(name: string): Promise<boolean>;
  release(name: string): Promise<void>;
  /** True for one process only: whose job of this time it is. What was due before `slot` and not run is nobody's any more. */
  claimSlot(job: string, slot: Date): Promise<boolean>;
  /** While a round over the sources goes on, what it queues waits in every process, a minute at most. */
  beginRound(): Promise<void>;
  endRound(): Promise<void>;
  /** What was queued until now piled up while nobody sent: each chat gets it as one digest. */
  noteBacklog(until: Date): Promise<void>;
  /** Another process has to look at this chat: it spoke, or chose another pace. */
  wake(chatId: number): Promise<void>;
  /** Chats that were woken since a mark; undefined: from now on. */
  listWoken(after: WakeMark | undefined): Promise<{ readonly chatIds: readonly number[]; readonly upTo: WakeMark }>;
}

/** The budget of SEND_RATE, shared by all processes on one database. */
export interface SharedBudget {
  /**
   * Room for up to `count` messages, none before the chat's own: in how many ms from now each may go, ascending. Pushes keep
   * the rate exactly; a reply may go into debt, at most to a second's worth in all.
   */
  reserve(urgency: Urgency, perSecond: number, count: number): Promise<readonly number[]>;
  /**
   * When the chat itself may get its next message, in ms from now; 0: now, and it is noted as sent. `isReply`: it may follow
   * close on the message before.
   */
  takeChatTurn(chatId: number, isReply: boolean): Promise<number>;
  /** Nothing goes to anybody for so long: the bot's own limit. */
  holdAll(ms: number): Promise<void>;
}
