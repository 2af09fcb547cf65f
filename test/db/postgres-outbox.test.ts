import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { all, get, lockArchive, run } from '../../db/postgres/database.js';
import type { Claim, ClaimedMessage } from '../../src/domain/delivery.js';
import type { Stores } from '../../src/ports.js';
import { articleNumber, claimRules, itemFor, saveNews, saveReaders } from '../support/builders.js';
import { onEachPostgres } from '../support/each-postgres.js';
import { startingMs, type TestPostgres } from '../support/postgres.js';

/** Rounds bear the time of the database, and what they queue is compared with it. */
const now = new Date();
const later = (ms: number) => new Date(now.getTime() + ms);
const reader = 5_000_000_001;
const aliveMs = 600_000;
const inASecond = { kind: 'wait', until: later(1_000) };

onEachPostgres(describeSharedOutbox);

/** What several processes on one outbox can rely on. PGlite does one transaction at a time: only a server shows what races. */
function describeSharedOutbox(engine: string, start: () => Promise<TestPostgres>, races: boolean): void {
  describe(`an outbox of several processes on ${engine}`, () => {
    let database: TestPostgres;
    let first: Stores;
    let second: Stores;
    let categoryId: number;
    beforeAll(async () => {
      database = await start();
    }, startingMs);
    afterAll(() => database?.close());
    beforeEach(async () => {
      first = await database.open();
      second = await database.open({ keep: true });
      for (const { workers } of [first, second]) await workers?.beat(['ingest', 'deliver'], aliveMs);
      await first.ingest.saveAndEnqueue('news', [itemFor(articleNumber(0))], now, true);
      categoryId = (await first.categories.list())[0]?.id ?? 0;
      await first.chats.save(reader, 'private', now);
      await first.subscriptions.subscribe({ chatId: reader, topicId: 0 }, categoryId, now);
    });
    afterEach(() => Promise.all([first.close(), second.close()]));

    const claim = async ({ deliveries }: Stores, rules = claimRules, at = now): Promise<Claim | undefined> =>
      (await deliveries.claim([reader], at, rules))[0];
    const taken = async (stores: Stores): Promise<ClaimedMessage> => {
      const claimed = await claim(stores);
      if (claimed?.kind !== 'message') throw new Error(`nothing to send but ${claimed?.kind}`);
      return claimed.message;
    };
    /** As after kill -9, and so long that its time is over. */
    const die = ({ workers }: Stores) => workers?.beat(['deliver'], -1);
    const leases = () =>
      all<{ chat_id: number; worker: string }>(
        database.connection.database,
        sql`SELECT chat_id, worker FROM chat_leases ORDER BY chat_id`,
      );

    describe('gives a message', () => {
      it('to one that lives, until it is through', async () => {
        await saveNews(first, [articleNumber(1), articleNumber(2)], now);
        const message = await taken(first);
        expect(await claim(second)).toEqual(inASecond);
        await first.deliveries.complete(message, 1, now);
        expect(await leases()).toEqual([]);
        const other = await taken(second);
        expect(other).toMatchObject({ kind: 'article', pushedAt: [now] });
        expect(await claim(first)).toEqual(inASecond);
        await second.deliveries.fail(other, { kind: 'retry', error: '502', at: later(5_000) }, now);
        expect(await claim(first)).toEqual({ kind: 'wait', until: later(5_000) });
        expect(await leases()).toEqual([]);
      });

      it.each(['dead', 'split', 'retry'] as const)('whose end frees its chat: %s', async (kind) => {
        await saveNews(
          first,
          Array.from({ length: kind === 'split' ? 6 : 1 }, (_, n) => articleNumber(n + 1)),
          now,
        );
        await first.deliveries.fail(await taken(first), { kind, error: '400', at: now }, now);
        expect(await leases()).toEqual([]);
      });

      it('to another when it is released, or whoever had it has left', async () => {
        await saveNews(first, [articleNumber(1)], now);
        await taken(first);
        await second.deliveries.release(reader);
        expect(await claim(second)).toEqual(inASecond);
        await first.deliveries.release(reader);
        await taken(second);
        await second.workers?.leave();
        await taken(first);
      });

      it('to another when whoever had it is dead, and records what that sent all the same', async () => {
        await saveNews(first, [articleNumber(1)], now);
        const late = await taken(first);
        await die(first);
        const again = await taken(second);
        expect(again).toMatchObject({ deliveryId: 'deliveryId' in late ? late.deliveryId : 0 });
        await first.deliveries.complete(late, 1, now);
        // The chat is the other's still.
        expect(await leases()).toEqual([{ chat_id: reader, worker: second.workers?.id }]);
        expect((await first.articles.stats()).deliveries).toMatchObject({ sent: 1, pending: 0 });
        await second.deliveries.complete(again, 2, now);
        expect((await first.articles.stats()).deliveries).toMatchObject({ sent: 1, pending: 0 });
        expect(await leases()).toEqual([]);
      });

      it('to another that adds to it, and counts only what the first one showed as sent', async () => {
        const news = (from: number, count: number) => Array.from({ length: count }, (_, n) => articleNumber(from + n));
        const sent = async () => (await first.articles.stats()).deliveries.sent;
        await saveNews(first, news(1, 6), now);
        const late = await taken(first);
        expect(late).toMatchObject({ kind: 'digest', count: 6 });
        await die(first);
        await saveNews(second, news(7, 2), now);
        const again = await taken(second);
        expect(again).toMatchObject({ kind: 'digest', count: 8 });
        await first.deliveries.complete(late, 1, now);
        expect(await sent()).toBe(0);
        expect(await leases()).toEqual([{ chat_id: reader, worker: second.workers?.id }]);
        await second.deliveries.fail(again, { kind: 'retry', error: '502', at: now }, now);
        const last = await taken(second);
        expect(last).toMatchObject({ kind: 'digest', count: 8 });
        await second.deliveries.complete(last, 2, now);
        expect(await sent()).toBe(8);
      });

      it('of which it is still at some, when others are gone, without counting those against them', async () => {
        for (const id of [1, 2]) await first.updates.add(id, `${id}`, now);
        for (let n = 0; n < 9; n += 1)
          expect(await first.updates.takeUpAgain(5, [1, 2])).toEqual({ payloads: [], givenUp: [] });
        expect(await second.updates.isOwed(1)).toBe(false);
        await die(first);
        expect((await second.updates.takeUpAgain(5)).payloads).toEqual(['1', '2']);
        expect([await first.updates.isOwed(1), await second.updates.isOwed(1)]).toEqual([false, true]);
      });

      it('and holds no chat that it gave none of', async () => {
        expect(await claim(first)).toEqual({ kind: 'nothing' });
        await saveNews(first, [articleNumber(1)], now);
        const message = await taken(second);
        await second.chats.pause(reader, now);
        // It has nothing any more, which ends what it had.
        expect(await claim(second)).toEqual({ kind: 'nothing' });
        expect(await leases()).toEqual([]);
        await second.deliveries.complete(message, 1, now);
      });

      it('of each of many chats to one of two that ask for all of them at once', async () => {
        await saveReaders(first, 200, now, categoryId);
        await saveNews(first, [articleNumber(1)], now);
        const chatIds = [reader, ...Array.from({ length: 200 }, (_, n) => n + 1)];
        const owners = new Map<number, Stores>();
        const claimAll = async (stores: Stores, from: number) => {
          const some = [...chatIds.slice(from), ...chatIds.slice(0, from)];
          for (let at = 0; at < some.length; at += 50) {
            const block = some.slice(at, at + 50);
            for (const [n, claimed] of (await stores.deliveries.claim(block, now, claimRules)).entries()) {
              const chatId = block[n] ?? 0;
              if (claimed.kind === 'wait') continue;
              if (claimed.kind !== 'message') throw new Error(`chat ${chatId}: ${claimed.kind}`);
              const owner = owners.get(chatId) ?? stores;
              expect(owner).toBe(stores);
              owners.set(chatId, stores);
            }
          }
        };
        for (let n = 0; n < 20 && owners.size < chatIds.length; n += 1)
          await Promise.all([claimAll(first, 0), claimAll(second, 100), claimAll(first, 50), claimAll(second, 0)]);
        expect(owners.size).toBe(201);
        expect(await leases()).toHaveLength(201);
      });
    });

    describe('waits for', () => {
      it('the end of a round in another process, and is asked again a second later', async () => {
        await saveNews(first, [articleNumber(1)], later(-60_000));
        await second.workers?.beginRound();
        await saveNews(second, [articleNumber(2)], new Date());
        const message = await taken(first);
        await first.deliveries.complete(message, 1, now);
        expect(await claim(first)).toEqual(inASecond);
        await second.workers?.endRound();
        expect((await claim(first))?.kind).toBe('message');
      });

      it('no round of a process that is dead, or that has gone on for a minute', async () => {
        await second.workers?.beginRound();
        await saveNews(second, [articleNumber(1)], new Date());
        expect((await claim(first))?.kind).toBe('wait');
        await die(second);
        const message = await taken(first);
        await first.deliveries.release(message.chatId);
        await second.workers?.beat(['deliver'], aliveMs);
        expect((await claim(first))?.kind).toBe('wait');
        await run(database.connection.database, sql`UPDATE workers SET round_since = round_since - 61000`);
        await taken(first);
      });

      it('nothing that its own process holds: that tells it', async () => {
        await second.workers?.beginRound();
        await saveNews(second, [articleNumber(1)], new Date());
        expect(await claim(first, { ...claimRules, queuedBefore: later(-60_000) })).toEqual({ kind: 'nothing' });
        expect(await claim(first, { ...claimRules, queuedBefore: later(600_000) })).toEqual(inASecond);
      });

      it.runIf(races)('another transaction that has the chat, without keeping the other chats', async () => {
        await saveReaders(first, 3, now, categoryId);
        await saveNews(first, [articleNumber(1)], now);
        const claims = await database.connection.database.transaction(async (tx) => {
          await run(tx, sql`SELECT id FROM chats WHERE id = 2 FOR UPDATE`);
          return first.deliveries.claim([1, 2, 3, 999], now, claimRules);
        });
        expect(claims).toMatchObject([{ kind: 'message' }, inASecond, { kind: 'message' }, { kind: 'nothing' }]);
      });
    });

    it('folds what piled up while no process sent', async () => {
      await saveNews(first, [articleNumber(1), articleNumber(2)], now);
      await first.workers?.noteBacklog(later(-1));
      expect(await taken(second)).toMatchObject({ kind: 'article' });
      await second.deliveries.release(reader);
      await first.workers?.noteBacklog(later(1));
      expect(await taken(second)).toMatchObject({ kind: 'digest', reason: 'backlog', count: 2 });
    });

    it('gives up one chat whose message cannot be taken up, and not the others', async () => {
      const { database: db } = database.connection;
      await saveReaders(first, 3, now, categoryId);
      await saveNews(first, [articleNumber(1)], now);
      await run(
        db,
        sql.raw(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN IF NEW.chat_id = 2 THEN RAISE 'chat % cannot be read', NEW.chat_id; END IF; RETURN NEW; END $$`),
      );
      await run(
        db,
        sql.raw('CREATE TRIGGER refused BEFORE INSERT ON chat_leases FOR EACH ROW EXECUTE FUNCTION refuse()'),
      );
      try {
        const claims = await first.deliveries.claim([1, 2, 3], now, claimRules);
        expect(claims).toMatchObject([
          { kind: 'message' },
          { kind: 'failed', error: 'chat 2 cannot be read' },
          { kind: 'message' },
        ]);
        expect((await leases()).map(({ chat_id }) => chat_id)).toEqual([1, 3]);
      } finally {
        await run(db, sql.raw('DROP FUNCTION refuse CASCADE'));
      }
    });

    it('loses no correction that is made while the message is being recorded', async () => {
      for (let n = 1; n <= 25; n += 1) {
        await saveNews(first, [articleNumber(n)], now);
        const message = await taken(first);
        await Promise.all([
          first.deliveries.complete(message, n, now),
          saveNews(second, [articleNumber(n, { title: `改过${n}` })], now),
        ]);
        const edit = await taken(first);
        expect(edit).toMatchObject({ kind: 'edit', messageId: n });
        await first.deliveries.complete(edit, n, now);
      }
    });

    it.runIf(races)('records what is sent without waiting for a round, unless that corrects the article', async () => {
      await saveNews(first, [articleNumber(1)], now);
      const message = await taken(first);
      const { database: db } = database.connection;
      await db.transaction(async (tx) => {
        await lockArchive(tx);
        await first.deliveries.complete(message, 1, now);
      });
      await saveNews(first, [articleNumber(2)], now);
      const corrected = await taken(first);
      let isDone = false;
      let completing = Promise.resolve();
      await db.transaction(async (tx) => {
        const { revision } = await lockArchive(tx);
        const articleId = 'articleId' in corrected ? corrected.articleId : 0;
        await run(tx, sql`UPDATE archive SET revision = revision + 1`);
        await run(tx, sql`UPDATE articles SET revision = ${revision + 1} WHERE id = ${articleId}`);
        completing = first.deliveries.complete(corrected, 2, now).then(() => {
          isDone = true;
        });
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(isDone).toBe(false);
      });
      await completing;
      expect(await taken(first)).toMatchObject({ kind: 'edit', messageId: 2 });
    });

    it('is found by what was queued since, whoever queued it and however many did at once', async () => {
      const others = Array.from({ length: 40 }, (_, n) => n + 1);
      await saveReaders(first, others.length, now);
      const follow = (chatId: number) => first.subscriptions.subscribe({ chatId, topicId: 0 }, categoryId, now);
      let { upTo } = await first.deliveries.listWaiting(undefined);
      const seen = new Map<number, number>();
      let isOver = false;
      const look = async () => {
        const found = await second.deliveries.listWaiting(upTo);
        for (const { chatId } of found.chats) seen.set(chatId, (seen.get(chatId) ?? 0) + 1);
        upTo = found.upTo;
      };
      const watching = (async () => {
        while (!isOver) await look();
      })();
      const publish = async (stores: Stores, from: number) => {
        for (const chatId of others.filter((id) => id % 2 === from)) {
          await follow(chatId);
          await saveNews(stores, [articleNumber(1_000 + chatId)], now);
        }
      };
      const announce = async () => {
        const { id } = await first.announcements.draft('今晚维护', 1, now);
        await first.announcements.send(id, 1, now);
      };
      await Promise.all([publish(first, 0), publish(second, 1), announce()]);
      isOver = true;
      await watching;
      await look();
      await look();
      expect([...seen.keys()].sort((a, b) => a - b)).toEqual([...others, reader]);
      expect((await second.deliveries.listWaiting(upTo)).chats).toEqual([]);
    });

    it('goes on when the clock of the server was set back', async () => {
      const { database: db } = database.connection;
      const { budget, workers } = first;
      await budget?.reserve('push', 28, 1);
      await budget?.takeChatTurn(reader, false);
      await workers?.claimSlot('round', new Date());
      const ahead = 600_000;
      await run(db, sql`UPDATE send_budget SET spent_until_us = spent_until_us + ${ahead * 1_000}`);
      await run(db, sql`UPDATE chat_paces SET sent_at = ${JSON.stringify([Date.now() + ahead])}`);
      await run(db, sql`UPDATE jobs SET last_slot = last_slot + ${ahead}`);
      expect((await budget?.reserve('push', 28, 1))?.[0]).toBeLessThan(1_000);
      expect(await budget?.takeChatTurn(reader, false)).toBe(0);
      expect(await workers?.claimSlot('round', new Date())).toBe(true);
      // What many wait for is not taken for that.
      for (let n = 0; n < 3; n += 1) await budget?.reserve('push', 1, 30);
      expect((await budget?.reserve('push', 1, 1))?.[0]).toBeGreaterThan(80_000);
    });

    it('counts what every process does', async () => {
      await saveReaders(first, 20, now, categoryId);
      await saveNews(first, [articleNumber(1)], now);
      const complete = async (stores: Stores, chatId: number) => {
        const [claimed] = await stores.deliveries.claim([chatId], now, claimRules);
        if (claimed?.kind === 'message') await stores.deliveries.complete(claimed.message, chatId, now);
      };
      const chatIds = Array.from({ length: 20 }, (_, n) => n + 1);
      await Promise.all(chatIds.map((chatId) => complete(chatId % 2 === 0 ? first : second, chatId)));
      expect(await first.admin.totals()).toMatchObject({ deliveries: { pending: 21, sent: 20 }, pending: 1 });
      const rows = await get<{ n: number }>(database.connection.database, sql`SELECT count(*) AS n FROM chat_leases`);
      expect(rows?.n).toBe(0);
    });
  });
}
