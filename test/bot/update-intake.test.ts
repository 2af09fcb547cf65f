import type { Update } from 'telegraf/types';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createUpdateIntake, type IntakeOptions, type UpdateIntake } from '../../bot/update-intake.js';
import type { UpdateStore } from '../../src/ports.js';
import { StorageFault } from '../../src/storage-fault.js';
import { silentLog } from '../support/builders.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

const update = (id: number) => ({ update_id: id }) as Update;
const away = () => new StorageFault('unreachable', 'the server cannot be reached', new Error('ECONNREFUSED'));

/** Of one process among several, as its database keeps them. */
function storeInMemory() {
  const rows = new Map<number, { open: boolean; mine: boolean }>();
  const state = { isAway: false, losesAnswers: false, inHand: [] as readonly number[] };
  const reach = () => {
    if (state.isAway) throw away();
  };
  const store: UpdateStore = {
    async add(id) {
      reach();
      const isNew = !rows.has(id);
      if (isNew) rows.set(id, { open: true, mine: true });
      if (state.losesAnswers) throw away();
      return isNew;
    },
    async isOwed(id) {
      reach();
      const row = rows.get(id);
      return row?.open === true && row.mine;
    },
    async markHandled(id) {
      reach();
      rows.set(id, { open: false, mine: true });
    },
    async takeUpAgain(_mostStarts, inHand = []) {
      state.inHand = inHand;
      return { payloads: [], givenUp: [] };
    },
    forgetHandled: async () => 0,
  };
  return { store, rows, state };
}

describe('an update', () => {
  let memory: ReturnType<typeof storeInMemory>;
  let handled: number[];
  let isAlive: boolean;
  let lives: number;
  let intake: UpdateIntake;
  let work: (id: number, isRepeated: boolean) => Promise<void>;

  const createIntake = async (over: Partial<IntakeOptions> = {}) => {
    intake = createUpdateIntake({
      store: memory.store,
      // As the bot does it: what goes wrong is a line in its log.
      handle: ({ update_id: id }) => intake.work(id, (isRepeated) => work(id, isRepeated)).catch(() => {}),
      shared: { isAlive: () => isAlive, lives: () => lives },
      log: silentLog,
      now: () => new Date(),
      ...over,
    });
    await intake.open();
  };
  const isOpen = (id: number) => memory.rows.get(id)?.open;

  beforeEach(async () => {
    memory = storeInMemory();
    handled = [];
    [isAlive, lives] = [true, 0];
    work = async (id) => {
      if (memory.state.isAway) throw away();
      handled.push(id);
    };
    await createIntake();
  });
  afterEach(() => intake.close());

  it('is handled once, however often it comes, and also at the same time', async () => {
    await Promise.all([intake.take(update(1)), intake.take(update(1))]);
    await intake.take(update(1));
    await intake.idle();
    expect([handled, isOpen(1)]).toEqual([[1], false]);
  });

  it('waits for a database that is out of reach, and is then answered', async () => {
    work = async (id) => {
      handled.push(id);
      if (handled.length > 1) return;
      memory.state.isAway = true;
      throw away();
    };
    await intake.take(update(1));
    await vi.advanceTimersByTimeAsync(120_000);
    expect([handled, isOpen(1)]).toEqual([[1], true]);
    memory.state.isAway = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect([handled, isOpen(1)]).toEqual([[1, 1], false]);
  });

  it('is told of when the database answers, and yet not what it needs', async () => {
    const repeated: boolean[] = [];
    work = async (_id, isRepeated) => {
      repeated.push(isRepeated);
      throw away();
    };
    await intake.take(update(1));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([repeated, isOpen(1)]).toEqual([[true, true, true, true, false], false]);
  });

  it('is told of at once where a bot has the database for itself', async () => {
    await createIntake({ shared: undefined });
    work = async (id) => {
      handled.push(id);
      throw away();
    };
    await intake.take(update(1));
    await vi.advanceTimersByTimeAsync(20_000);
    expect([handled, isOpen(1)]).toEqual([[1], false]);
  });

  it('is not handled again when only the note of it failed', async () => {
    work = async (id) => {
      handled.push(id);
      memory.state.isAway = true;
    };
    await intake.take(update(1));
    await vi.advanceTimersByTimeAsync(3_000);
    await intake.takeOver().catch(() => {});
    expect(memory.state.inHand).toEqual([1]);
    memory.state.isAway = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect([handled, isOpen(1)]).toEqual([[1], false]);
  });

  it('that was stored without our hearing of it is handled when it comes again', async () => {
    memory.state.losesAnswers = true;
    await expect(intake.take(update(1))).rejects.toThrow();
    memory.state.losesAnswers = false;
    await intake.take(update(1));
    await intake.idle();
    expect([handled, isOpen(1)]).toEqual([[1], false]);
  });

  it.each([
    ['that others took while this process was taken for dead is theirs', false, [2]],
    ['is handled all the same when nobody took it meanwhile', true, [1, 2]],
  ])('%s', async (_name, isMine, expected) => {
    let goOn = () => {};
    const paused = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await createIntake({
      handle: ({ update_id: id }) => paused.then(() => intake.work(id, (isRepeated) => work(id, isRepeated))),
    });
    await intake.take(update(1));
    memory.rows.set(1, { open: true, mine: isMine });
    lives += 1;
    await intake.take(update(2));
    goOn();
    await intake.idle();
    expect(handled.sort()).toEqual(expected);
    // It is for whoever handles it to note.
    expect(isOpen(1)).toBe(!isMine);
  });

  it('is left to the next start when the bot stops meanwhile', async () => {
    memory.state.isAway = false;
    work = async () => {
      throw away();
    };
    await intake.take(update(1));
    await vi.advanceTimersByTimeAsync(2_000);
    intake.close();
    await intake.idle();
    expect(isOpen(1)).toBe(true);
  });
});
