import type {
  ArticleLine,
  DayCountRequest,
  DayCounts,
  SearchHit,
  SearchPage,
  SearchRequest,
} from '../../../src/ports.js';
import { matchPlace, Place, placeOfHit } from '../../../src/search/match.js';
import type { SearchQuery } from '../../../src/search/query.js';
import { type Budget, Interrupted } from '../../search/budget.js';
import { createDayCounter } from '../../search/day-counts.js';
import { type Hit, type KeyPlace, type PagedHits, pageOfSet } from '../../search/hit-pages.js';
import { isBefore } from '../../search/order.js';
import { lookAtFew, rankFew, smallSet } from '../../search/rank-few.js';
import { toHit } from '../../search/to-hit.js';
import { areTermsExact } from '../../search/wanted-terms.js';
import type { SqliteClient } from '../driver.js';
import { createArticleMedia } from './article-media.js';
import { createArticleTexts } from './article-texts.js';
import { type CandidateWalk, createCandidateWalks } from './candidate-walk.js';
import { pageBefore, pageOf } from './hit-pages.js';
import { type Candidate, newestFirst } from './ordered-hits.js';
import { listRelated } from './related.js';

export interface IndexReader {
  /** A page of hits with their number. Never throws for what was searched for; an interrupted search gives what it has. */
  search(request: SearchRequest, budget: Budget): Omit<SearchPage, 'filling'>;
  /** All hits of a span by day and medium; when it is interrupted, the newest. */
  countByDay(request: DayCountRequest, budget: Budget): Omit<DayCounts, 'filling'>;
  related(articleId: number, limit: number): readonly ArticleLine[];
}

/** One search under way. */
interface Search extends CandidateWalk {
  readonly request: SearchRequest;
  readonly budget: Budget;
  /** Ranked by place, and not only by time. */
  readonly isRanked: boolean;
  /** Every candidate satisfies the query; only where is left to find out. */
  readonly isExact: boolean;
}

/** Searches in one open index. `isAttached`: it has the database beside it, see `createCandidateWalks`. */
export function createIndexReader(index: SqliteClient, archive: SqliteClient, isAttached: boolean): IndexReader {
  const openWalk = createCandidateWalks(index, isAttached);
  const articles = createArticleTexts(archive);
  const media = createArticleMedia(archive);
  const newestArticle = index.prepare(`SELECT max(article_id) FROM docs`).pluck();

  const open = (request: SearchRequest, budget: Budget): Search => {
    const { query, order } = request;
    const isRanked = order === 'ranked' && query.clauses.length > 0;
    return { ...openWalk(query, budget), request, budget, isRanked, isExact: areTermsExact(query) };
  };
  /** Where a candidate satisfies the query; undefined when it does not, or is not there any more. */
  const placeOf = ({ request: { query }, budget, isExact }: Search, { articleId }: Candidate): Place | undefined => {
    budget.check();
    if (isExact) {
      const head = articles.foldedHead(articleId);
      return head && placeOfHit(head, query);
    }
    const text = articles.folded(articleId);
    return text && matchPlace(text, query);
  };
  const isHit = (search: Search, candidate: Candidate): boolean =>
    search.isExact || (search.isExactForPlain && candidate.isPlain === 1) || placeOf(search, candidate) !== undefined;
  const count = (search: Search, most: number): SearchPage['total'] => {
    const { from, until } = search.request.query;
    if (search.isExact && !from && !until) {
      const found = search.countUpTo(most);
      return { count: Math.min(found, most), isExact: found <= most };
    }
    let found = 0;
    try {
      for (const candidate of search.walk(Place.Body)) {
        if (!isHit(search, candidate)) continue;
        found += 1;
        if (found > most) return { count: most, isExact: false };
      }
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      return { count: found, isExact: false };
    }
    return { count: found, isExact: true };
  };

  /** What came since the first page of a small result is on none of its pages, and counts for none. */
  const countOf = (search: Search, size: number | undefined): SearchPage['total'] =>
    size === undefined ? count(search, search.request.countUpTo) : { count: size, isExact: true };

  /** The hits among few candidates in their order. */
  const rank = ({ request: { query }, budget }: Search, few: readonly Candidate[]): readonly Candidate[] =>
    rankFew(
      few.flatMap((candidate) => {
        budget.check();
        const text = articles.folded(candidate.articleId);
        return text ? lookAtFew(candidate, text, query) : [];
      }),
    );

  /** Hits in order, lazily; `behind` leaves out all up to a hit without looking at them. `known`: the first candidates of all. */
  function* hitsInOrder(search: Search, behind?: KeyPlace, known?: readonly Candidate[]): Generator<Hit<KeyPlace>> {
    const places = search.isRanked ? [Place.Title, Place.Heading, Place.Body] : [Place.Body];
    for (const place of places) {
      if (behind && place < behind.place) continue;
      const newest = behind?.place === place ? behind.orderAt : undefined;
      const candidates = place === Place.Body && known ? walkOn(search, known) : search.walk(place, newest);
      for (const candidate of newestFirst(candidates)) {
        const isPassed = behind?.place === place && !isBefore(behind, candidate);
        if (isPassed) continue;
        // A heading is looked for in the title as well, and everything in the text: who was given out there is not again.
        const found = needsLook(search, place) ? placeOf(search, candidate) : place;
        if (search.isRanked ? found !== place : found === undefined) continue;
        const { orderAt, articleId } = candidate;
        yield { articleId, place: { kind: 'key', place, orderAt, articleId } };
      }
    }
  }

  const findHits = (search: Search): PagedHits => {
    const { from, limit } = search.request;
    if (search.isRanked && from?.place.kind !== 'key') {
      const asOf = from?.place.asOf ?? (newestArticle.get() as number | null) ?? 0;
      const { first, isAll } = firstCandidates(search, asOf);
      if (isAll) return pageOfSet(rank(search, first), asOf, search.request);
      if (!from) return pageOf(hitsInOrder(search, undefined, first), limit, false);
    }
    const key = from?.place.kind === 'key' ? from.place : undefined;
    if (key && from?.direction === 'newer') return pageBefore(hitsInOrder(search), key, limit);
    return pageOf(hitsInOrder(search, key), limit, key !== undefined);
  };
  const findUntilInterrupted = (search: Search): PagedHits => {
    try {
      return findHits(search);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      return { hits: [], hasOlder: false, hasNewer: false, timedOut: true };
    }
  };
  const read = ({ articleId, place }: Hit, query: SearchQuery): readonly SearchHit[] => {
    const article = articles.lineWithText(articleId);
    return article ? [toHit(article.line, article.text, place, query)] : [];
  };

  return {
    // In one transaction: what is walked through twice must be the same both times.
    search: index.transaction((request: SearchRequest, budget: Budget) => {
      const search = open(request, budget);
      const { hits, hasOlder, hasNewer, timedOut, size } = findUntilInterrupted(search);
      const total = request.countUpTo > 0 && !timedOut ? countOf(search, size) : uncounted;
      return { items: hits.flatMap((hit) => read(hit, request.query)), hasOlder, hasNewer, timedOut, total };
    }),
    countByDay({ query, from, until, timeZone }, budget) {
      const within = { ...query, from: later(query.from, from), until: earlier(query.until, until) };
      const counter = createDayCounter(timeZone);
      let countedSince = within.until;
      try {
        const search = open({ query: within, order: 'newest', limit: 0, countUpTo: 0 }, budget);
        for (const candidate of newestFirst(search.walk(Place.Body))) {
          countedSince = new Date(candidate.orderAt);
          if (!isHit(search, candidate)) continue;
          const medium = media.find(candidate.articleId);
          if (medium) counter.count(candidate.orderAt, medium.categoryId);
        }
      } catch (error) {
        if (!(error instanceof Interrupted)) throw error;
        return { days: counter.days, timedOut: true, countedSince };
      }
      return { days: counter.days, timedOut: false, countedSince: from };
    },
    related(articleId, limit) {
      const ids = listRelated(index, articleId, limit, (id) => articles.foldedContent(id));
      return ids.flatMap((id) => articles.line(id) ?? []);
    },
  };
}

const uncounted = { count: 0, isExact: false };

/** The first candidates among the articles up to a number, in whatever version; `isAll` when these few are all. */
function firstCandidates(search: Search, asOf: number): { first: readonly Candidate[]; isAll: boolean } {
  const first: Candidate[] = [];
  for (const candidate of search.walk(Place.Body)) {
    if (candidate.articleId > asOf) continue;
    if (first.length === smallSet) return { first, isAll: false };
    first.push(candidate);
  }
  return { first, isAll: true };
}

/** All candidates, of which the first are known: most pages need no more than those. */
function* walkOn(search: Search, known: readonly Candidate[]): Generator<Candidate> {
  yield* known;
  const last = known.at(-1)?.docid ?? Number.POSITIVE_INFINITY;
  for (const candidate of search.walk(Place.Body)) if (candidate.docid < last) yield candidate;
}

/** The best place needs no look when nothing but terms decides. */
function needsLook({ isExact, isRanked }: Search, place: Place): boolean {
  return !isExact || (isRanked && place !== Place.Title);
}

const later = (a: Date | undefined, b: Date) => (a && a > b ? a : b);
const earlier = (a: Date | undefined, b: Date) => (a && a < b ? a : b);
