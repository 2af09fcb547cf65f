import { Hono } from 'hono';
import { z } from 'zod';
import { maxQueryChars } from '../../src/search/query.js';
import { markHits } from '../../src/search/snippet.js';
import type { Found, TrendResult } from '../../src/service/browse.js';
import type { TrendSpan } from '../../src/service/trend.js';
import type { ScriptConverter } from '../script.js';
import { cursorBehindHit, pageOfSearch } from './cursors.js';
import { toEntry, toNoAnswer, toPieces } from './entries.js';
import type { SearchAnswer, TrendAnswer, Week } from './protocol.js';
import { type MiniAppOptions, orNone, type Reader, type ReaderEnv } from './reader.js';
import { readQuery, typed } from './request.js';

const searchQuery = z.object({ q: typed.default('') });
const trendQuery = searchQuery.extend({ span: z.enum(['days', 'weeks']).default('days') });

const sourcesOfWeek = 10;

/** Full-text search, how often something appears, and what the week brought. */
export function searchingRoutes({ services, now, log }: MiniAppOptions): Hono<ReaderEnv> {
  const { browse, watches } = services;
  return new Hono<ReaderEnv>()
    .get('/search', async (context) => {
      const text = readQuery(context, searchQuery).q.trim();
      const page = readQuery(context, pageOfSearch);
      const reader = context.get('reader');
      if (text.length > maxQueryChars) return context.json({ kind: 'too-long' } satisfies SearchAnswer);
      const result = await browse.lookUp(text, page, reader.asker);
      if (result.kind !== 'found') return context.json(toNoAnswer(result, reader.script));
      const watch = await watches.find(reader.target, text);
      return context.json(toAnswer(result, reader, watch?.id));
    })
    .get('/trend', async (context) => {
      const { q, span } = readQuery(context, trendQuery);
      const { timeZone, asker, script } = context.get('reader');
      if (q.trim().length > maxQueryChars) return context.json({ kind: 'too-long' } satisfies TrendAnswer);
      // Hits and their trend are asked for at once: neither takes the other's place.
      const result = await browse.trend(q.trim(), { span, now: now(), timeZone }, `${asker}:trend`);
      return context.json(result.kind === 'found' ? toTrend(result, span, script) : toNoAnswer(result, script));
    })
    .get('/week', async (context) => {
      const { script } = context.get('reader');
      const sources = await browse.busiest(now(), sourcesOfWeek);
      const words = await orNone(browse.rising(now()), log, 'rising words not found');
      return context.json({
        sources: sources.map(({ category: { id, name }, articles }) => ({
          id,
          name: script.text(name),
          count: articles,
        })),
        words: words.map((each) => ({ ...each, word: script.text(each.word) })),
      } satisfies Week);
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
    fillingPercent: toPercent(filling),
    category: category && { id: category.id, name: script.text(category.name) },
    watchId,
  };
}

function toTrend(
  { buckets, series, total, timedOut, filling }: Extract<TrendResult, { kind: 'found' }>,
  span: TrendSpan,
  script: ScriptConverter,
): TrendAnswer {
  return {
    kind: 'found',
    span,
    buckets,
    series: series.map(({ category, counts, total }) => ({
      categoryId: category?.id,
      name: category && script.text(category.name),
      counts,
      total,
    })),
    total,
    timedOut,
    fillingPercent: toPercent(filling),
  };
}

function toPercent(filling: Found['filling']): number | undefined {
  return filling && Math.floor((100 * filling.indexed) / Math.max(1, filling.articles));
}
