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

    it('are not kept from their times by one whose clock is ahead', async () => {
      const ahead = new Date(Date.now() + 3_600_000);
      expect(await first.claimSlot('job', ahead)).toBe(true);
      expect(await second.claimSlot('job', new Date(Date.now() + 60_000))).toBe(true);
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
      /** An answer of the budget, and between which moments its clock said so: a busy machine takes its time. */
      const timed = async <T>(ask: () => Promise<T>) => {
        const asked = performance.now();
        const answer = await ask();
        return { asked, answer, answered: performance.now() };
      };
      const reserve = (at: number, urgency: 'reply' | 'push', perSecond: number, count = 1) =>
        timed(() => budgetOf(at % 2).reserve(urgency, perSecond, count));

      it('spaces pushes by the rate, whoever sends them', async () => {
        const grants = [];
        for (let n = 0; n < 20; n += 1) grants.push(await reserve(n, 'push', 10));
        const [first] = grants;
        // Nothing was sent before.
        expect(first?.answer).toEqual([0]);
        for (const [n, { answer, answered }] of grants.entries())
          expect(answered + (answer[0] ?? 0) - (first?.asked ?? 0)).toBeGreaterThanOrEqual(n * 100 - 1);
        for (const [n, { answer }] of grants.entries()) expect(answer[0]).toBeLessThanOrEqual(n * 100);
      });

      it('grants several at a time, as far apart', async () => {
        const several = await reserve(0, 'push', 10, 4);
        expect(several.answer).toHaveLength(4);
        expect((several.answer[3] ?? 0) - (several.answer[1] ?? 0)).toBeCloseTo(200, 0);
        const behind = await reserve(1, 'push', 10);
        expect(behind.answer[0]).toBeGreaterThanOrEqual(400 - (behind.answered - several.asked) - 1);
      });

      it('lets replies go into debt by a second’s worth, which pushes then wait for', async () => {
        const started = performance.now();
        for (let n = 0; n < 10; n += 1) expect((await reserve(n, 'reply', 10)).answer).toEqual([0]);
        const reply = await reserve(0, 'reply', 10);
        expect(reply.answer[0]).toBeGreaterThanOrEqual(100 - (reply.answered - started) - 1);
        const push = await reserve(1, 'push', 10);
        expect(push.answer[0]).toBeGreaterThanOrEqual(1_100 - (push.answered - started) - 1);
      });

      it('holds everybody when the limit is the bot’s own', async () => {
        const started = performance.now();
        await budgetOf(0).holdAll(5_000);
        for (const urgency of ['reply', 'push'] as const) {
          const { answer, answered } = await reserve(1, urgency, 28);
          expect(answer[0]).toBeGreaterThanOrEqual(5_000 - (answered - started) - 1);
          expect(answer[0]).toBeLessThanOrEqual(5_001);
        }
      });

      it('gives a private chat a message a second, and replies in short bursts', async () => {
        const first = await timed(() => budgetOf(0).takeChatTurn(reader, false));
        expect(first.answer).toBe(0);
        const second = await timed(() => budgetOf(1).takeChatTurn(reader, false));
        expect(second.answer).toBeGreaterThanOrEqual(Math.max(0, 1_000 - (second.answered - first.asked)) - 1);
        expect(second.answer).toBeLessThanOrEqual(1_000);
        expect(await budgetOf(1).takeChatTurn(reader, true)).toBe(0);
        expect(await budgetOf(0).takeChatTurn(reader, true)).toBe(0);
        const fourth = await timed(() => budgetOf(1).takeChatTurn(reader, true));
        expect(fourth.answer).toBeGreaterThanOrEqual(Math.max(0, 1_000 - (fourth.answered - first.asked)) - 1);
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
