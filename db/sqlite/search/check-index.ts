import type { IndexCheck } from '../../../src/ports.js';
import { analyzerVersion } from '../../../src/search/analyzer.js';
import type { SqliteClient } from '../driver.js';
import type { ArchiveReader } from './archive-reader.js';
import { readState } from './index-file.js';

/** Revisions compared at once. */
const stretch = 20_000;

/** Compares every article's revision with what the index has, and changes nothing. `index` undefined: there is none yet. */
export function checkIndex(index: SqliteClient | undefined, archive: ArchiveReader): Omit<IndexCheck, 'bytes'> {
  const articles = archive.countArticles();
  if (!index) return { indexed: 0, articles, missing: articles, stale: 0, isCurrentVersion: true, isSound: true };
  const documents = index
    .prepare(`SELECT revision, article_id FROM docs WHERE revision > ? AND revision <= ? ORDER BY revision`)
    .raw();
  let missing = 0;
  let stale = 0;
  const end = Number.MAX_SAFE_INTEGER;
  for (let after = -1; after < end; ) {
    const wanted = archive.revisions(after, end, stretch);
    const upTo = wanted.length < stretch ? end : (wanted.at(-1)?.[0] ?? end);
    const ids = new Map(wanted);
    for (const [revision, articleId] of documents.all(after, upTo) as [number, number][]) {
      if (ids.get(revision) === articleId) ids.delete(revision);
      else stale += 1;
    }
    missing += ids.size;
    after = upTo;
  }
  const indexed = index.prepare(`SELECT count(*) FROM docs`).pluck().get() as number;
  const isCurrentVersion = readState(index).analyzerVersion === analyzerVersion;
  const isSound = index.pragma('main.quick_check(1)', { simple: true }) === 'ok';
  return { indexed, articles, missing, stale, isCurrentVersion, isSound };
}
