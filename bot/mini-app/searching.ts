import { Hono } from 'hono';
import { z } from 'zod';
import { maxQueryChars } from '../../src/search/query.js';
import { markHits } from '../../src/search/snippet.js';
import type { Found } from '../../src/service/browse.js';
import { cursorBehindHit, pageOfSearch } from './cursors.js';
import { toEntry, toNoAnswer, toPieces } from './entries.js';
import type { SearchAnswer } from './protocol.js';
import type { MiniAppOptions, Reader, ReaderEnv } from './reader.js';
import { readQuery, typed } from './request.js';

const searchQuery = z.object({ q: typed.default('') });

/** Full-text search, and how often something appears. */
export function searchingRoutes({ services }: MiniAppOptions): Hono<ReaderEnv> {
  return new Hono<ReaderEnv>().get('/search', async (context) => {
    const text = readQuery(context, searchQuery).q.trim();
    const page = readQuery(context, pageOfSearch);
    const reader = context.get('reader');
    if (text.length > maxQueryChars) return context.json({ kind: 'too-long' } satisfies SearchAnswer);
    const result = await services.browse.lookUp(text, page, reader.asker);
    if (result.kind !== 'found') return context.json(toNoAnswer(result, reader.script));
    const watch = await services.watches.find(reader.target, text);
    return context.json(toAnswer(result, reader, watch?.id));
  });
}

function toAnswer(found: Found, { script }: Reader, watchId: number | undefined): SearchAnswer {
  const { items, order, searched, total, canBeRanked, titlesOnly, timedOut, filling, category } = found;
  return {
    kind: 'found',
    items: items.map((hit) => ({
      ...toEntry(hit, script),
      titlePieces: toPieces(markHits(hit.title, searched), script),
      snippet: toPieces(hit.snippet, script),
    })),
    cursor: cursorBehindHit(found, order),
    total,
    canBeRanked,
    titlesOnly,
    timedOut,
    fillingPercent: filling && Math.floor((100 * filling.indexed) / Math.max(1, filling.articles)),
    category: category && { id: category.id, name: script.text(category.name) },
    watchId,
  };
}
