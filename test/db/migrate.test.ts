import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getTableName, is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { refuseIncompleteCopy } from '../../db/migrate/mark.js';
import { type MigrationListener, migrateDatabase } from '../../db/migrate/migrate.js';
import { copiedTables } from '../../db/migrate/tables.js';
import { lockForBot } from '../../db/open-stores.js';
import { Sqlite } from '../../db/sqlite/driver.js';
import * as sqlite from '../../db/sqlite/schema.js';
import type { Stores } from '../../src/ports.js';
import { articleNumber, itemFor, queryFor, saveNews } from '../support/builders.js';
import { onEachPostgres } from '../support/each-postgres.js';
import { claimOf, fill, later, portray, targets } from '../support/full-database.js';
import type { TestPostgres } from '../support/postgres.js';

/** Slices of a few rows, so that every table has several. */
function describeMigration(engine: string, start: () => Promise<TestPostgres>): void {
  describe(`migrate-to ${engine}`, () => {
    let database: TestPostgres;
    let folder: string;
    const file = () => path.join(folder, 'zhaibao.db');
    /** As it is built: threads, which search a file, cannot run TypeScript. */
    const openSource = async (): Promise<Stores> => {
      const built: typeof import('../../db/open-stores.js') = await import(`${inject('build')}db/open-stores.js`);
      return built.openStores(`file:${file()}`);
    };
    const migrate = (onProgress?: MigrationListener) =>
      migrateDatabase(file(), database.connection, { onProgress, rowsOfSlice: 3 });

    beforeAll(async () => {
      database = await start();
    }, 60_000);
    afterAll(() => database?.close(), 60_000);
    beforeEach(async () => {
      folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-migrate-'));
      await (await database.open()).close();
      const source = await openSource();
      await fill(source);
      await source.close();
    });
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

    /** What both sides give is the same. */
    async function expectSame(): Promise<void> {
      const [source, target] = [await openSource(), await database.open({ keep: true })];
      expect(await portray(target)).toEqual(await portray(source));
      await Promise.all([source.close(), target.close()]);
    }

    async function change(work: (source: Stores) => Promise<unknown>): Promise<void> {
      const source = await openSource();
      await work(source);
      await source.close();
    }

    it('knows every table of SQLite', () => {
      const names = Object.values(sqlite)
        .filter((each) => is(each, SQLiteTable))
        .map((table) => getTableName(table));
      const apart = ['archive', 'counters'];
      expect([...copiedTables.map(({ name }) => name), ...apart].sort()).toEqual(names.sort());
    });

    it('copies everything, so that the ports give the same', async () => {
      const client = new Sqlite(file(), { readonly: true });
      const row = client.prepare('SELECT title, outline FROM articles WHERE identity = ?');
      const odd = row.get(articleNumber(900).identity) as { title: string; outline: string };
      // What PostgreSQL does not take is among it, in a text and inside JSON.
      expect([odd.title.includes('\0'), odd.outline.includes('\\u0000')]).toEqual([true, true]);
      client.close();
      const migration = await migrate();
      expect(migration).toMatchObject({ differences: [], lags: undefined });
      expect(migration.tables.filter(({ source }) => source.rows === 0)).toEqual([]);
      expect(migration.tables.map(({ name, written }) => [name, written])).toEqual(
        migration.tables.map(({ name, target }) => [name, target.rows]),
      );
      await expectSame();
    });

    it('lets the bot go on as the same: what is owed comes, and no number is given twice', async () => {
      await migrate();
      const [source, target] = [await openSource(), await database.open({ keep: true })];
      for (const stores of [source, target]) await saveNews(stores, [articleNumber(50)], later(61));
      for (const { chatId } of targets.slice(0, 3)) {
        const [there, here] = [await claimOf(target, chatId, later(62)), await claimOf(source, chatId, later(62))];
        expect(there).toMatchObject({ kind: here.kind, chatId, attempts: here.attempts });
      }
      const identity = articleNumber(50).identity;
      const [old, copied] = [
        await source.articles.findByIdentity(identity),
        await target.articles.findByIdentity(identity),
      ];
      expect(copied?.id).toBe(old?.id);
      expect(await target.updates.add(42, '{}', later(62))).toBe(false);
      expect((await target.updates.takeUpAgain(3)).payloads).toEqual(['{"update_id":41,"message":"你好 😀"}']);
      await Promise.all([source.close(), target.close()]);
    });

    it('brings over what changed meanwhile, and only that, when it is run again', async () => {
      await migrate();
      expect((await migrate()).tables.filter(({ written }) => written > 0)).toEqual([]);
      await change(async (source) => {
        await saveNews(source, [articleNumber(60), articleNumber(12, { title: '又改过' })], later(20));
        await source.articles.remove([articleNumber(902).identity]);
        const [target] = targets;
        if (!target) throw new Error('no target');
        // The same filter and the same subscription by other numbers.
        await source.filters.set(target, { categoryId: 0, included: ['第'], excluded: [] });
        const [category] = await source.subscriptions.list(target);
        await source.subscriptions.unsubscribe(target, category?.id ?? 0);
        await source.subscriptions.subscribe(target, category?.id ?? 0, later(21));
        await source.ownData.forget(targets[1]?.chatId ?? 0);
        await source.chats.migrate(targets[2]?.chatId ?? 0, -1_005_555_555_555, later(22));
        await source.watches.watch(target, '新词', queryFor('新词'), later(22));
        await source.ingest.forgetPosts('news', ['等着.md']);
      });
      const again = await migrate();
      expect(again).toMatchObject({ differences: [], lags: undefined });
      const written = new Map(again.tables.map((table) => [table.name, table.written]));
      expect([written.get('articles'), written.get('queries'), again.indexed]).toEqual([2, 0, 2]);
      await expectSame();
    });

    it('brings over rows that changed places', async () => {
      await migrate();
      const client = new Sqlite(file());
      // The same subscriptions and files by each other's numbers, near and far.
      client.exec(`
      CREATE TEMP TABLE old AS SELECT * FROM subscriptions;
      DELETE FROM subscriptions;
      INSERT INTO subscriptions SELECT (SELECT max(id) + 1 FROM old) - id, chat_id, topic_id, category_id, created_at FROM old;
      UPDATE articles SET identity = 'x' || identity;
      UPDATE articles SET identity = (SELECT substr(a.identity, 2) FROM articles a WHERE a.id =
        (SELECT min(id) + max(id) FROM articles) - articles.id)
        WHERE (SELECT min(id) + max(id) FROM articles) - id IN (SELECT id FROM articles)`);
      client.close();
      expect(await migrate()).toMatchObject({ differences: [] });
      await expectSame();
    });

    it.each([1, 9, 25, 60])('goes on where it was ended (%i slices into it)', async (slices) => {
      let seen = 0;
      const dying = migrate(() => {
        seen += 1;
        if (seen === slices) throw new Error('killed');
      });
      await expect(dying).rejects.toThrow('killed');
      expect(await migrate()).toMatchObject({ differences: [] });
      await expectSame();
    });

    it('finds what something else has changed on the other side', async () => {
      await migrate();
      await database.connection.database.execute(`UPDATE saved SET saved_at = saved_at + 1`);
      const again = await migrate();
      expect(again).toMatchObject({ differences: [] });
      expect(again.tables.find(({ name }) => name === 'saved')?.written).toBe(3);
    });

    it('tells when the source goes on being written', async () => {
      const lock = lockForBot(`file:${file()}`);
      expect((await migrate()).lags).toBe('bot-runs');
      lock.release();
      const source = await openSource();
      let isWritten = false;
      const written = migrate(() => {
        if (!isWritten) void source.botState.save('a', '1');
        isWritten = true;
      });
      expect((await written).lags).toBe('was-written');
      await source.close();
      // What was written meanwhile is not there: whoever starts on it would lose it.
      await expect(refuseIncompleteCopy(database.connection)).rejects.toThrow(
        /as it was before the bot there stopped: run `migrate-to` once more/u,
      );
      expect((await migrate()).lags).toBeUndefined();
      await refuseIncompleteCopy(database.connection);
    });

    it('has the references looked after again, however it ended', async () => {
      await expect(
        migrate(() => {
          throw new Error('killed');
        }),
      ).rejects.toThrow('killed');
      await migrate();
      const orphan = database.connection.database.execute('DELETE FROM articles WHERE id = 1');
      await expect(orphan).rejects.toThrow();
    });

    describe('refuses', () => {
      it('a source that is not there', async () => {
        await expect(migrateDatabase(path.join(folder, 'none.db'), database.connection)).rejects.toThrow(
          'no database at',
        );
      });

      it('a database with something of its own', async () => {
        const target = await database.open();
        await target.ingest.saveAndEnqueue('own', [itemFor(articleNumber(1))], later(0), true);
        await expect(migrate()).rejects.toThrow('is not empty');
      });

      it('the copy of another database', async () => {
        await migrate();
        const copy = path.join(folder, 'copy.db');
        fs.copyFileSync(file(), copy);
        await expect(migrateDatabase(copy, database.connection)).rejects.toThrow(
          /holds a copy of .*zhaibao\.db, not of /u,
        );
      });

      it('a database that a bot runs on, or has run on', async () => {
        await migrate();
        const target = await database.open({ keep: true });
        await target.workers?.beat(['web'], 60_000);
        await expect(migrate()).rejects.toThrow('a bot is running on database');
        await target.workers?.leave();
        await expect(migrate()).rejects.toThrow('has been used since it was copied');
      });

      it('a database that was imported into since', async () => {
        await migrate();
        const target = await database.open({ keep: true });
        await saveNews(target, [articleNumber(70)], later(30));
        await expect(migrate()).rejects.toThrow('has been used since it was copied');
      });
    });
  });
}

onEachPostgres(describeMigration);
