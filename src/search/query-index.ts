import { type LookUp, lookUpOf, textTerms, titleTerms } from './analyzer.js';
import { Kind, kindAt } from './fold.js';
import { type FoldedArticle, foldArticle, matchPlace, type SearchedArticle } from './match.js';
import type { SearchQuery } from './query.js';

export interface MatchedArticle extends SearchedArticle {
  readonly categoryIds: readonly number[];
  readonly orderAt: number;
}

/** Queries that wait for articles: the search the other way round, with the same meaning. */
export interface QueryIndex {
  readonly size: number;
  add(id: number, query: SearchQuery): void;
  /** Ids of the queries that an article satisfies, each once. Costs by the article, hardly by the number of queries. */
  match(article: MatchedArticle): readonly number[];
}

/** A searched text; queries that search for the same share it. */
interface Searched {
  readonly text: string;
  /** A term without which it is not there; undefined when terms alone cannot tell. */
  readonly probe: string | undefined;
  /** The probe is all there is to it. */
  readonly isProbe: boolean;
  readonly lookUp: LookUp;
  /** Where queries that need it can be filed. */
  readonly anchors: readonly Anchor[];
  /** The article that it was looked for in last, by number, and whether it was there. */
  seenIn: number;
  isThere: boolean;
}

interface Stored {
  readonly id: number;
  /** Undefined when only words matter. */
  readonly scope: SearchQuery | undefined;
  readonly clauses: readonly (readonly Searched[])[];
  readonly excluded: readonly Searched[];
  /** Where it is filed, with its position in each bucket. */
  filed: Filed[];
  /** The clauses that are not satisfied already by meeting it where it is filed. */
  open: readonly (readonly Searched[])[];
  /** The article that met it last, by number. */
  metBy: number;
  /** How often it was met in vain. */
  misses: number;
}

/** Queries by the term that an article must have before they are looked at. */
type Buckets = Map<string | number, Stored[]>;

/** Where a query can be filed: every article that satisfies it leads there. */
interface Anchor {
  readonly buckets: Buckets;
  readonly key: string | number;
}

interface Filed extends Anchor {
  at: number;
}

/** An article as it is looked at for every query that it meets. */
interface Met {
  /** Counts articles, so that what was found out about one is not taken for another. */
  readonly number: number;
  readonly article: MatchedArticle;
  readonly folded: FoldedArticle;
  readonly terms: ReadonlySet<string>;
}

/**
 * Files each query under one term of one of its clauses; an article meets only the queries whose term it has, and those are
 * verified on its text. A query that was met in vain moves to a term that the article does not have, as solvers move the
 * literal that they watch: common terms soon have hardly any queries, and nobody has to know which terms are common.
 */
export function createQueryIndex(): QueryIndex {
  const byTerm: Buckets = new Map();
  const byTitleTerm: Buckets = new Map();
  const byPrefix: Buckets = new Map();
  const byTitlePrefix: Buckets = new Map();
  const byCategory: Buckets = new Map();
  const searchedTexts = new Map<string, Searched>();
  let size = 0;
  let longestPrefix = 0;
  let articles = 0;

  const read = (text: string): Searched => {
    const known = searchedTexts.get(text);
    if (known) return known;
    const lookUp = lookUpOf(text);
    const { terms, prefix, inTitles } = lookUp;
    // A prefix is met by many words: only when there is nothing else.
    const anchors =
      prefix !== undefined && terms.length === 0
        ? [{ buckets: inTitles ? byTitlePrefix : byPrefix, key: prefix }]
        : terms.map((key) => ({ buckets: inTitles ? byTitleTerm : byTerm, key }));
    const probe = inTitles || prefix !== undefined ? undefined : terms[0];
    const isProbe = probe !== undefined && lookUp.isExact;
    const searched: Searched = { text, probe, isProbe, lookUp, anchors, seenIn: 0, isThere: false };
    searchedTexts.set(text, searched);
    return searched;
  };
  /** Files a query under one anchor for each alternative of a clause; undefined: under its categories, all clauses being open. */
  const file = (stored: Stored, clause: readonly Searched[] | undefined, anchors: readonly Anchor[]) => {
    for (const filed of stored.filed) takeOut(filed);
    stored.filed = [];
    stored.open = clause?.every(({ isProbe }) => isProbe)
      ? stored.clauses.filter((each) => each !== clause)
      : stored.clauses;
    for (const { buckets, key } of anchors) {
      const bucket = buckets.get(key) ?? [];
      if (bucket.length === 0) buckets.set(key, bucket);
      stored.filed.push({ buckets, key, at: bucket.length });
      bucket.push(stored);
      if (buckets === byPrefix) longestPrefix = Math.max(longestPrefix, String(key).length);
    }
  };
  /** Where an article with these terms would not have met the query. */
  const moveAway = (stored: Stored, terms: ReadonlySet<string>) => {
    const isAbsent = ({ buckets, key }: Anchor) => buckets === byTerm && !terms.has(String(key));
    for (const alternatives of stored.clauses) {
      const absent = alternatives.map(({ anchors }) => anchors.find(isAbsent));
      if (absent.every((anchor) => anchor !== undefined)) return file(stored, alternatives, absent);
    }
  };

  return {
    get size() {
      return size;
    },
    add(id, query) {
      size += 1;
      const clauses = query.clauses.map((alternatives) => alternatives.map(read));
      const scope = hasScope(query) ? query : undefined;
      const excluded = query.excluded.map(read);
      const stored: Stored = { id, scope, clauses, excluded, filed: [], open: clauses, metBy: 0, misses: 0 };
      const [first] = clauses;
      if (first)
        file(
          stored,
          first,
          first.flatMap(({ anchors }) => anchors.slice(0, 1)),
        );
      else
        file(
          stored,
          undefined,
          (query.categoryIds ?? []).map((key) => ({ buckets: byCategory, key })),
        );
    },
    match(article) {
      if (size === 0) return [];
      articles += 1;
      const folded = foldArticle(article);
      const terms = textTerms(`${folded.title}\n${folded.headings}\n${folded.body}`);
      const met: Met = { number: articles, article, folded, terms };
      const matched: number[] = [];
      const missed: Stored[] = [];
      const meet = (bucket: readonly Stored[] | undefined) => {
        if (!bucket) return;
        for (const stored of bucket) {
          if (stored.metBy === met.number) continue;
          stored.metBy = met.number;
          if (isSatisfied(met, stored)) matched.push(stored.id);
          else missed.push(stored);
        }
      };
      for (const term of terms) {
        meet(byTerm.get(term));
        if (longestPrefix > 0 && kindAt(term, 0) === Kind.Word) meetPrefixes(term, byPrefix, longestPrefix, meet);
      }
      if (byTitleTerm.size > 0 || byTitlePrefix.size > 0) {
        for (const term of titleTerms(`${folded.title}\n${folded.headings}`)) {
          meet(byTitleTerm.get(term));
          meetPrefixes(term, byTitlePrefix, longestTitlePrefix, meet);
        }
      }
      for (const categoryId of article.categoryIds) meet(byCategory.get(categoryId));
      for (const stored of missed) {
        stored.misses += 1;
        // Ever more rarely: where two terms are as rare as each other, moving back and forth gains nothing.
        if ((stored.misses & (stored.misses - 1)) === 0) moveAway(stored, terms);
      }
      return matched;
    },
  };
}

/** Takes a query out of a bucket; the last one there moves into the gap. */
function takeOut({ buckets, key, at }: Filed): void {
  const bucket = buckets.get(key) ?? [];
  const last = bucket.pop();
  if (last && at < bucket.length) {
    bucket[at] = last;
    const moved = last.filed.find(
      (filed) => filed.buckets === buckets && filed.key === key && filed.at === bucket.length,
    );
    if (moved) moved.at = at;
  }
  if (bucket.length === 0) buckets.delete(key);
}

/** A prefix that is looked for in titles only is one character. */
const longestTitlePrefix = 2;

function hasScope({ categoryIds, excludedCategoryIds, from, until }: SearchQuery): boolean {
  return categoryIds !== undefined || excludedCategoryIds.length > 0 || from !== undefined || until !== undefined;
}

/** As `satisfies`; the article's terms spare most looks into its text, and no text is looked for twice. */
function isSatisfied(met: Met, { scope, open, excluded }: Stored): boolean {
  if (scope && !isInScope(met.article, scope)) return false;
  for (const alternatives of open) if (!isAnyThere(met, alternatives)) return false;
  return !isAnyThere(met, excluded);
}

function isAnyThere(met: Met, searched: readonly Searched[]): boolean {
  for (const each of searched) {
    if (each.seenIn !== met.number) {
      each.seenIn = met.number;
      each.isThere = isThere(met, each);
    }
    if (each.isThere) return true;
  }
  return false;
}

function isThere({ folded, terms }: Met, { text, probe, isProbe, lookUp }: Searched): boolean {
  if (probe !== undefined) {
    if (!terms.has(probe)) return false;
    if (isProbe) return true;
    for (const term of lookUp.terms) if (!terms.has(term)) return false;
  }
  return matchPlace(folded, { clauses: [[text]], excluded: [] }) !== undefined;
}

function meetPrefixes(
  term: string,
  buckets: Buckets,
  longest: number,
  meet: (bucket: readonly Stored[] | undefined) => void,
): void {
  for (let length = 1; length <= Math.min(longest, term.length); length += 1) meet(buckets.get(term.slice(0, length)));
}

/** Whether an article satisfies all of a query: words, categories and time. */
export function satisfies(article: MatchedArticle, folded: FoldedArticle, query: SearchQuery): boolean {
  return isInScope(article, query) && matchPlace(folded, query) !== undefined;
}

function isInScope(article: MatchedArticle, { categoryIds, excludedCategoryIds, from, until }: SearchQuery): boolean {
  if (categoryIds && !categoryIds.some((id) => article.categoryIds.includes(id))) return false;
  if (excludedCategoryIds.some((id) => article.categoryIds.includes(id))) return false;
  if (from && article.orderAt < from.getTime()) return false;
  return !until || article.orderAt < until.getTime();
}
