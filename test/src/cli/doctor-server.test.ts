import { describe, expect, it } from 'vitest';
import type { ServerState } from '../../../db/open-stores.js';
import { judgeServer } from '../../../src/cli/doctor/server.js';

const good: ServerState = {
  name: 'postgres://db.example.com/zhaibao',
  version: '16.2',
  majorVersion: 16,
  schema: 'current',
  pending: 0,
  others: [],
  encoding: 'UTF8',
  isReadOnly: false,
  lacks: [],
  clockOffsetMs: 40,
  connections: { open: 7, most: 97 },
  workers: { total: 2, web: 1, ingest: 1, deliver: 1 },
};

const judge = (over: Partial<ServerState>) => judgeServer({ ...good, ...over });

describe('a PostgreSQL server', () => {
  it('is in order', () => {
    expect(judge({}).filter(({ state }) => state !== 'ok')).toEqual([]);
    expect(judge({})[0]?.text).toBe('postgres://db.example.com/zhaibao is PostgreSQL 16.2');
    expect(judge({}).find(({ subject }) => subject === 'processes')?.text).toBe(
      '2 of the bot on it: web 1, ingest 1, deliver 1',
    );
  });

  it.each<[string, Partial<ServerState>, string, 'bad' | 'note', RegExp]>([
    ['too old', { version: '12.9', majorVersion: 12 }, 'server', 'bad', /13 or later/u],
    ['empty', { schema: 'none' }, 'schema', 'note', /first `start` or `import` makes them/u],
    [
      "somebody else's",
      { schema: 'none', others: ['shop'] },
      'schema',
      'bad',
      /not the bot's \(shop\): create a database/u,
    ],
    ['before an upgrade', { schema: 'older', pending: 2 }, 'schema', 'note', /lacks 2 .* pg_dump first/u],
    ['of a newer version', { schema: 'newer' }, 'schema', 'bad', /install that version again/u],
    ['a copy of another', { isReadOnly: true }, 'rights', 'bad', /set DATABASE_URL to the primary/u],
    [
      'closed to this user',
      { lacks: ['make tables', 'read and write chats'] },
      'rights',
      'bad',
      /may not make tables, nor/u,
    ],
    ['in another encoding', { encoding: 'SQL_ASCII' }, 'encoding', 'bad', /ENCODING 'UTF8'/u],
    ['full', { connections: { open: 90, most: 97 } }, 'connections', 'note', /90 of 97 .* max_connections/u],
    [
      'without a process',
      { workers: { total: 0, web: 0, ingest: 0, deliver: 0 } },
      'processes',
      'note',
      /run `start`$/u,
    ],
    [
      'without a sender',
      { workers: { total: 3, web: 2, ingest: 1, deliver: 0 } },
      'processes',
      'bad',
      /web 2, ingest 1, deliver 0; nothing is pushed: run `start --only=deliver`$/u,
    ],
    ['a little late', { clockOffsetMs: 9_000 }, 'server clock', 'note', /9\.0 s behind this machine/u],
    ['far ahead', { clockOffsetMs: -90_000 }, 'server clock', 'bad', /90\.0 s ahead of this machine/u],
  ])('that is %s is told, with what to do', (_name, over, subject, state, text) => {
    const found = judge(over).filter((finding) => finding.state !== 'ok');
    expect(found).toEqual([{ subject, state, text: expect.stringMatching(text) }]);
  });
});
