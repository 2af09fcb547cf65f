import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Stores } from '../../src/ports.js';
import type { SharedBudget, WorkerStore } from '../../src/worker-ports.js';

const aliveMs = 60_000;
const reader = 5_000_000_001;
const group = -1_001_234_567_890;

/** What processes that share a database can rely on. `open`: one more process; the first empties the database. */
export function describeWorkers(engine: string, open: (options: { keep: boolean }) => Promise<Stores>): void {
  describe(`processes on ${engine}`, () => {
    let opened: Stores[];
    let first: WorkerStore;
    let second: WorkerStore;
    const join = async (keep: boolean): Promise<WorkerStore> => {
      const stores = await open({ keep });
      opened.push(stores);
      if (!stores.workers) throw new Error('an engine for several processes is needed');
      return stores.workers;
    };
    beforeEach(async () => {
      opened = [];
      first = await join(false);
      second = await join(true);
      await first.beat(['web', 'ingest', 'deliver'], aliveMs);
      await second.beat(['deliver'], aliveMs);
    });
    afterEach(() => Promise.all(opened.map((stores) => stores.close())));
    /** As after kill -9, and so long that its time is over. */
    const die = (worker: WorkerStore) => worker.beat(['deliver'], -1);

    it('know of each other, and of what each does', async () => {
      const living = await first.beat(['web', 'ingest', 'deliver'], aliveMs);
      expect(new Map(living.map(({ id, roles }) => [id, roles]))).toEqual(
        new Map([
          [first.id, ['web', 'ingest', 'deliver']],
          [second.id, ['deliver']],
        ]),
      );
      expect(living.map(({ id }) => id)).toEqual([first.id, second.id].sort());
      await die(second);
      expect(await first.beat(['web'], aliveMs)).toEqual([{ id: first.id, roles: ['web'] }]);
    });

    it('hold a lease one at a time', async () => {
      expect(await first.acquire('poll')).toBe(true);
      expect(await first.acquire('poll')).toBe(true);
      expect(await second.acquire('poll')).toBe(false);
      expect(await second.acquire('source a')).toBe(true);
      await second.release('poll');
      expect(await second.acquire('poll')).toBe(false);
      await first.release('poll');
      expect(await second.acquire('poll')).toBe(true);
    });

    it('take over from one that is dead, and at once from one that left', async () => {
      await second.acquire('poll');
      await second.acquire('source a');
      await die(second);
      expect(await first.acquire('poll')).toBe(true);
      // It is not dead after all: what others have meanwhile is theirs.
      await second.beat(['deliver'], aliveMs);
      expect(await second.acquire('poll')).toBe(false);
      expect(await first.acquire('source a')).toBe(false);
      await second.leave();
      expect(await first.acquire('source a')).toBe(true);
    });

    it('race for a lease, and one gets it', async () => {
      for (let n = 0; n < 20; n += 1) {
        const got = await Promise.all([first.acquire(`lease ${n}`), second.acquire(`lease ${n}`)]);
        expect(got.filter(Boolean)).toHaveLength(1);
      }
    });

    it('run each time of the schedule once, and none that is older than one that ran', async () => {
      const slot = (minute: number) => new Date(Date.UTC(2026, 0, 5, 2, minute));
      for (const minute of [1, 2, 3]) {
        const got = await Promise.all([first.claimSlot('job', slot(minute)), second.claimSlot('job', slot(minute))]);
        expect(got.filter(Boolean)).toHaveLength(1);
      }
      expect(await first.claimSlot('job', slot(2))).toBe(false);
      expect(await first.claimSlot('another', slot(2))).toBe(true);
    });

    it('wake each other for a chat, each wake once', async () => {
      let { upTo } = await second.listWoken(undefined);
      await first.wake(reader);
      await first.wake(group);
      await first.wake(reader);
      const woken = await second.listWoken(upTo);
      expect([...woken.chatIds].sort()).toEqual([group, reader].sort());
      ({ upTo } = woken);
      expect((await second.listWoken(upTo)).chatIds).toEqual([]);
      await first.wake(group);
      const again = await second.listWoken(upTo);
      expect(again.chatIds).toEqual([group]);
      expect((await second.listWoken(again.upTo)).chatIds).toEqual([]);
    });

    describe('share a budget that', () => {
      const budgetOf = (at: number): SharedBudget => {
        const budget = opened[at]?.budget;
        if (!budget) throw new Error('no budget');
        return budget;
      };
      /** When each message of many, asked for by both, would go, in ms from the beginning. */
      const ask = async (urgency: 'reply' | 'push', count: number, perSecond: number) => {
        const started = performance.now();
        const times: number[] = [];
        for (let n = 0; n < count; n += 1) {
          const asked = performance.now();
          const [waitMs = Number.NaN] = await budgetOf(n % 2).reserve(urgency, perSecond, 1);
          times.push(asked - started + waitMs);
        }
        return times.sort((a, b) => a - b);
      };

      it('spaces pushes by the rate, whoever sends them', async () => {
        const times = await ask('push', 20, 10);
        // Nothing was sent before: the first goes at once, each other a tenth of a second behind the one before.
        expect(times[0]).toBeLessThan(60);
        for (const [at, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(at * 100 - 60);
        expect(times.at(-1)).toBeLessThan(19 * 100 + 200);
      });

      it('grants several at a time, as far apart', async () => {
        const waits = await budgetOf(0).reserve('push', 10, 4);
        expect(waits).toHaveLength(4);
        expect((waits[3] ?? 0) - (waits[1] ?? 0)).toBeCloseTo(200, 0);
        const [behind = 0] = await budgetOf(1).reserve('push', 10, 1);
        expect(behind).toBeGreaterThan(300);
      });

      it('lets replies go into debt by a second’s worth, which pushes then wait for', async () => {
        const replies = await ask('reply', 10, 10);
        expect(replies.at(-1)).toBeLessThan(150);
        const [reply = 0] = await budgetOf(0).reserve('reply', 10, 1);
        expect(reply).toBeGreaterThan(20);
        const [push = 0] = await budgetOf(1).reserve('push', 10, 1);
        expect(push).toBeGreaterThan(800);
      });

      it('holds everybody when the limit is the bot’s own', async () => {
        await budgetOf(0).holdAll(5_000);
        for (const urgency of ['reply', 'push'] as const) {
          const [waitMs = 0] = await budgetOf(1).reserve(urgency, 28, 1);
          expect(waitMs).toBeGreaterThan(4_000);
          expect(waitMs).toBeLessThanOrEqual(5_000);
        }
      });

      it('gives a private chat a message a second, and replies in short bursts', async () => {
        expect(await budgetOf(0).takeChatTurn(reader, false)).toBe(0);
        const waitMs = await budgetOf(1).takeChatTurn(reader, false);
        expect(waitMs).toBeGreaterThan(500);
        expect(waitMs).toBeLessThanOrEqual(1_000);
        expect(await budgetOf(1).takeChatTurn(reader, true)).toBe(0);
        expect(await budgetOf(0).takeChatTurn(reader, true)).toBe(0);
        expect(await budgetOf(1).takeChatTurn(reader, true)).toBeGreaterThan(0);
        expect(await budgetOf(1).takeChatTurn(reader + 1, false)).toBe(0);
      });

      it('gives a group 20 messages a minute', async () => {
        for (let n = 0; n < 20; n += 1) expect(await budgetOf(n % 2).takeChatTurn(group, true)).toBe(0);
        expect(await budgetOf(0).takeChatTurn(group, true)).toBeGreaterThan(50_000);
      });

      it('gives one turn of a chat to one of many that ask at once', async () => {
        const waits = await Promise.all([0, 1, 0, 1].map((at) => budgetOf(at).takeChatTurn(reader, false)));
        expect(waits.filter((waitMs) => waitMs === 0)).toHaveLength(1);
      });
    });
  });
}
