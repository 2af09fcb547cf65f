import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBudget } from '../../../db/search/budget.js';
import { openDatabase } from '../../../db/sqlite/database.js';
import { Sqlite } from '../../../db/sqlite/driver.js';
import { createAnswerer, NoIndex } from '../../../db/sqlite/search/answer.js';
import { indexPath, openIndexForReading } from '../../../db/sqlite/search/index-file.js';
import { queryFor } from '../../support/builders.js';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-answer-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

it('takes an index file that is only just being made for none', () => {
  const file = path.join(folder, 'archive.db');
  const { client } = openDatabase(file);
  // As another thread leaves it between opening the file and writing its tables.
  const made = new Sqlite(indexPath(file, 1));
  made.pragma('journal_mode = WAL');
  made.close();
  const answerer = createAnswerer({
    databaseFile: file,
    archiveClient: client,
    openIndex: (generation) => openIndexForReading(indexPath(file, generation), file),
  });
  const request = { query: queryFor('养老保险'), order: 'newest' as const, limit: 5, countUpTo: 10 };
  expect(() =>
    answerer.answer(
      'search',
      [request],
      createBudget(1_000, () => false),
    ),
  ).toThrow(NoIndex);
  answerer.close();
  client.close();
});
