import type { Log } from './ports.js';
import { roles as allRoles, type Role, type WakeMark, type Worker, type WorkerStore } from './worker-ports.js';

/** This process among those that share its database. */
export interface Membership {
  /** False: the others count this process as dead and have taken over what it held. */
  isAlive(): boolean;
  /** Another number whenever it was counted as dead in between. */
  lives(): number;
  /** Whether it is this process that sends to a chat: each chat has one sender among those that live. */
  sendsTo(chatId: number): boolean;
  /** How many of the living do what, this one among them. */
  countByRole(): Readonly<Record<Role, number>>;
  /** Gives back everything that this process holds. */
  leave(): Promise<void>;
}

export interface MembershipOptions {
  readonly workers: WorkerStore;
  readonly roles: readonly Role[];
  readonly log: Log;
  /** Another process came or went: who sends to which chat is another now. */
  readonly onChanged: () => void;
  /** Another process says that this chat spoke, or chose another pace. */
  readonly onWoken: (chatId: number) => void;
  /** ms of some clock that is never set back. */
  readonly nowMs?: () => number;
  /** A process that was not heard of for so long is dead. */
  readonly aliveMs?: number;
}

const defaultAliveMs = 12_000;
/** Of that time: two beats may be lost. */
const beatShare = 1 / 3;
/** A chat that chose another pace has its answer by then. */
const wakeEveryMs = 500;

/** Joins the processes on a database. Throws when the database cannot be asked. */
export async function joinWorkers(options: MembershipOptions): Promise<Membership> {
  const { workers, roles, log, onChanged, onWoken } = options;
  const { nowMs = () => performance.now(), aliveMs = defaultAliveMs } = options;
  let members: readonly Worker[] = [];
  let senders: readonly string[] = [];
  let aliveUntil = 0;
  let lives = 0;
  let wokenUpTo: WakeMark | undefined;
  let left = false;
  let isSilent = false;

  const beat = async () => {
    // From before the call: the database counts from a moment after it.
    const asked = nowMs();
    const living = await workers.beat(roles, aliveMs);
    aliveUntil = asked + aliveMs;
    const isSame = living.map(({ id }) => id).join() === members.map(({ id }) => id).join();
    members = living;
    senders = living.filter((worker) => worker.roles.includes('deliver')).map(({ id }) => id);
    return !isSame;
  };
  const beatAgain = async () => {
    const until = aliveUntil;
    const hasChanged = await beat();
    // Also when it was the beat that took so long.
    const wasAlive = nowMs() < until;
    if (!wasAlive) lives += 1;
    if (isSilent) log.info({}, 'this process can say again that it lives');
    isSilent = false;
    if (!hasChanged && wasAlive) return;
    log.info({ workers: members.length, senders: senders.length }, 'processes on this database have changed');
    onChanged();
  };
  const listen = async () => {
    const { chatIds, upTo } = await workers.listWoken(wokenUpTo);
    wokenUpTo = upTo;
    for (const chatId of chatIds) if (sendsTo(chatId)) onWoken(chatId);
  };
  const sendsTo = (chatId: number) => senderOf(chatId, senders) === workers.id;

  await beat();
  const stopBeating = repeat(aliveMs * beatShare, beatAgain, (error) => {
    if (!isSilent) log.warn({ error: error.message }, 'this process cannot say that it lives');
    isSilent = true;
  });
  const stopListening = roles.includes('deliver')
    ? repeat(wakeEveryMs, listen, (error) => log.debug({ error: error.message }, 'chats that were woken are not known'))
    : async () => {};
  return {
    isAlive: () => !left && nowMs() < aliveUntil,
    lives: () => lives,
    sendsTo,
    countByRole() {
      const counts = allRoles.map((role) => [role, members.filter((worker) => worker.roles.includes(role)).length]);
      return Object.fromEntries(counts) as Record<Role, number>;
    },
    async leave() {
      await Promise.all([stopBeating(), stopListening()]);
      left = true;
      await workers
        .leave()
        .catch((error) => log.warn({ error: error.message }, 'what this process held is not given back'));
    },
  };
}

/**
 * The sender of a chat: of all the one whose number together with the chat's is largest (rendezvous hashing), so that of n
 * processes one that comes or goes changes the sender of one chat in n only. Undefined: nobody sends.
 */
export function senderOf(chatId: number, senders: readonly string[]): string | undefined {
  let chosen: string | undefined;
  let largest = -1;
  for (const sender of senders) {
    const weight = hash(`${sender} ${chatId}`);
    if (weight > largest) [chosen, largest] = [sender, weight];
  }
  return chosen;
}

/** FNV-1a of 32 bits, its bits mixed once more (as MurmurHash3 ends): neighbouring numbers differ in few. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** Runs something again and again, with a pause between; a failure is told, and it goes on. Gives a function that ends it. */
function repeat(everyMs: number, work: () => Promise<void>, onError: (error: Error) => void): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(() => {
      running = work()
        .catch(onError)
        .finally(() => {
          if (!stopped) next();
        });
    }, everyMs);
  };
  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
    return running;
  };
}
