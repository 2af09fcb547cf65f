import { joinWorkers, type Membership } from './membership.js';
import type { Log, Stores } from './ports.js';
import type { SourceTurns } from './service/ingest.js';
import { roles as allRoles, type Role, type SharedBudget } from './worker-ports.js';

/** What this process does of all that there is to do, and how it comes to terms with others on the same database. */
export interface SharedWork {
  does(role: Role): boolean;
  /** How many of the living processes do what, this one among them. */
  countByRole(): Readonly<Record<Role, number>>;
  /** Undefined: nobody else is there, now or later (SQLite). */
  readonly others: Others | undefined;
  /** A job of the schedule that one process runs for all. */
  once(job: string, work: () => Promise<unknown>): (slot: Date) => Promise<unknown>;
  /** What the work queues waits in every process until it is done. */
  inRound<T>(work: () => Promise<T>): Promise<T>;
  /** What was queued until now piled up while nobody sent. */
  noteBacklog(now: Date): Promise<void>;
  leave(): Promise<void>;
}

export interface Others extends Pick<Membership, 'isAlive' | 'lives' | 'sendsTo'> {
  readonly budget: SharedBudget;
  readonly sourceTurns: SourceTurns;
  /** Takes, or keeps, the right to poll. */
  readonly takePollTurn: () => Promise<boolean>;
  /** The process that sends to the chat has to look at it. */
  readonly wake: (chatId: number) => void;
}

export interface SharedWorkOptions {
  readonly stores: Pick<Stores, 'workers' | 'budget'>;
  /** Undefined: everything. */
  readonly roles: readonly Role[] | undefined;
  readonly log: Log;
  /** Another process came or went. */
  readonly onChanged: () => void;
  readonly onWoken: (chatId: number) => void;
}

/** Joins the processes on a database, where there can be several. */
export async function joinSharedWork(options: SharedWorkOptions): Promise<SharedWork> {
  const { stores, roles = allRoles, log } = options;
  const { workers, budget } = stores;
  const does = (role: Role) => roles.includes(role);
  if (!workers || !budget) return aloneWith(does);
  const membership = await joinWorkers({ ...options, roles, workers });
  return {
    does,
    countByRole: membership.countByRole,
    others: {
      isAlive: membership.isAlive,
      lives: membership.lives,
      sendsTo: membership.sendsTo,
      budget,
      takePollTurn: () => workers.acquire('poll'),
      wake(chatId) {
        workers.wake(chatId).catch((error) => log.warn({ chatId, error: error.message }, 'chat could not be woken'));
      },
      sourceTurns: {
        async take(sourceKey, slot) {
          const name = `source ${sourceKey}`;
          if (!(await workers.acquire(name))) return undefined;
          // Behind the lease: who holds it may still be at it for an earlier time.
          if (slot && !(await workers.claimSlot(name, slot))) {
            await workers.release(name);
            return undefined;
          }
          return () => workers.release(name);
        },
      },
    },
    once: (job, work) => async (slot) => {
      if (await workers.claimSlot(job, slot)) await work();
    },
    async inRound(work) {
      await workers.beginRound();
      try {
        return await work();
      } finally {
        await workers.endRound();
      }
    },
    noteBacklog: (now) => workers.noteBacklog(now),
    leave: () => membership.leave(),
  };
}

function aloneWith(does: SharedWork['does']): SharedWork {
  return {
    does,
    countByRole: () => ({ web: 1, ingest: 1, deliver: 1 }),
    others: undefined,
    once: (_job, work) => () => work(),
    inRound: (work) => work(),
    noteBacklog: async () => {},
    leave: async () => {},
  };
}
