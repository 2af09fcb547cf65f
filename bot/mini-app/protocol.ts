/**
 * What the Mini App's page and its server say to each other, as JSON below `/app/api`. Types only: the page is bundled
 * without the server. Every call carries `Authorization: tma <initData>`. Times are UTC milliseconds.
 *
 * | call | gives |
 * |---|---|
 * | `GET me` | `Me` |
 * | `GET categories` | `CategoryEntry[]`, largest first |
 * | `PUT` / `DELETE subscriptions/:categoryId` | `{ subscribed: boolean }` |
 * | `GET latest?category=&cursor=` | `ArticlePage`: of a category, else of what is followed, else of everything |
 * | `GET articles/:id` | `ArticleView`; 404 when it is gone |
 * | `PUT` / `DELETE saved/:articleId` | `{ saved: boolean }`; 409 `too-many` |
 * | `GET saved?words=&cursor=` | `SavedPage` |
 * | `GET search?q=&order=ranked\|newest&cursor=` | `SearchAnswer` |
 * | `PUT watches` with `{ query }` | `WatchAnswer` |
 * | `DELETE watches/:id` | `{ watched: false }` |
 * | `GET trend?q=&span=days\|weeks` | `TrendAnswer` |
 * | `GET week` | `Week` |
 * | `GET settings`, `PATCH settings` with some of `SettingsChange` | `SettingsView`; 400 `bad-time`, `bad-zone` |
 *
 * Bodies are JSON, and say so in `Content-Type`; a PATCH changes at least one thing. Names, titles and texts come in the
 * characters that the chat chose, so that the page converts nothing. Failures: 401 `ApiFailure` with `unauthorised` (no,
 * forged or expired init data), 400 `bad-request`, 404 `gone`, 503 `failed` when too many ask at once, 500 `failed`.
 */

export interface ApiFailure {
  readonly error: 'unauthorised' | 'bad-request' | 'gone' | 'too-many' | 'bad-time' | 'bad-zone' | 'failed';
}

export type PageLanguage = 'zh' | 'en';

export interface Me {
  readonly firstName: string;
  /** What the chat chose, else the configured default. */
  readonly language: PageLanguage;
  /** IANA name. */
  readonly timeZone: string;
  /** Empty until the bot has reached Telegram for the first time. */
  readonly botUsername: string;
  /** The bot answers inline: articles can be shared by `switchInlineQuery('art_<id>')`. */
  readonly canShare: boolean;
  readonly hasFullText: boolean;
  /** Where Atom feeds are: `category/<id>.xml` and `search.xml?q=…` below it. Absent: there are none. */
  readonly feedRoot?: string;
  readonly articles: number;
  /** Ids of the categories that are followed. */
  readonly subscriptions: readonly number[];
  readonly watches: readonly { readonly id: number; readonly query: string }[];
}

export interface CategoryEntry {
  readonly id: number;
  readonly name: string;
  readonly slug: string | undefined;
  readonly count: number;
  /** Without tones and spaces: zhongguolaodongbaozhangbao. Empty when the name has no such reading. */
  readonly pinyin: string;
  /** zgldbzb */
  readonly initials: string;
}

export interface ArticleEntry {
  readonly id: number;
  readonly title: string;
  readonly medium: string | undefined;
  /** When it was published, else first seen. */
  readonly at: number;
}

/** `cursor` goes into the next call as it is; undefined: there is no more. */
export interface ArticlePage {
  readonly scope: 'category' | 'subscriptions' | 'everything';
  readonly items: readonly ArticleEntry[];
  readonly cursor: string | undefined;
}

/** One paragraph or heading of the text, in order. */
export interface TextBlock {
  /** 0: a paragraph. 1, 2: a heading of the outline; `index` is its place in `outline`. */
  readonly level: 0 | 1 | 2;
  readonly text: string;
  readonly index?: number;
}

export interface ArticleView extends ArticleEntry {
  readonly byline: string | undefined;
  readonly categories: readonly { readonly id: number; readonly name: string }[];
  /** http(s) only. */
  readonly url: string | undefined;
  readonly lead: string | undefined;
  readonly outline: readonly { readonly level: 1 | 2; readonly text: string }[];
  readonly keySentences: readonly string[];
  /** Empty when the operator shows no texts. */
  readonly text: readonly TextBlock[];
  readonly isSaved: boolean;
  /** The other articles that carry the same text, the first first. */
  readonly story: readonly ArticleEntry[];
  readonly related: readonly ArticleEntry[];
}

export interface SavedPage {
  readonly total: number;
  readonly items: readonly (ArticleEntry & { readonly savedAt: number })[];
  readonly cursor: string | undefined;
}

export interface SnippetPiece {
  readonly text: string;
  readonly hit: boolean;
}

/** Why a search has no result to show. `text`: the date or category that was not understood. */
export type NoAnswer =
  | { readonly kind: 'empty' | 'superseded' | 'bad-range' | 'bad-or' | 'too-long' }
  | { readonly kind: 'bad-date' | 'no-category'; readonly text: string }
  | { readonly kind: 'which-category'; readonly text: string; readonly names: readonly string[] };

export type SearchAnswer =
  | {
      readonly kind: 'found';
      readonly items: readonly (ArticleEntry & {
        readonly titlePieces: readonly SnippetPiece[];
        readonly snippet: readonly SnippetPiece[];
      })[];
      readonly cursor: string | undefined;
      /** `isExact` false: there are more than `count`. */
      readonly total: { readonly count: number; readonly isExact: boolean };
      readonly canBeRanked: boolean;
      readonly titlesOnly: boolean;
      readonly timedOut: boolean;
      /** 0 to 100 while the index is still being filled. */
      readonly fillingPercent: number | undefined;
      /** The category whose name was typed alone. */
      readonly category: { readonly id: number; readonly name: string } | undefined;
      /** The chat follows this query already, under this number. */
      readonly watchId: number | undefined;
    }
  | NoAnswer;

export type WatchAnswer =
  | { readonly kind: 'watched'; readonly id: number; readonly query: string; readonly isNew: boolean }
  | { readonly kind: 'no-words' | 'dated' | 'too-many' }
  | NoAnswer;

export type TrendAnswer =
  | {
      readonly kind: 'found';
      readonly span: 'days' | 'weeks';
      /** First day of each bucket as the reader's calendar has it, `2026-11-26`, oldest first. */
      readonly buckets: readonly string[];
      /** Largest first; the last may stand for all others (`name` undefined). `counts` has one number for each bucket. */
      readonly series: readonly {
        readonly categoryId: number | undefined;
        readonly name: string | undefined;
        readonly counts: readonly number[];
        readonly total: number;
      }[];
      readonly total: number;
      /** The time was up: the oldest buckets may lack some. */
      readonly timedOut: boolean;
      readonly fillingPercent: number | undefined;
    }
  | NoAnswer;

export interface Week {
  readonly sources: readonly { readonly id: number; readonly name: string; readonly count: number }[];
  readonly words: readonly { readonly word: string; readonly thisWeek: number; readonly before: number }[];
}

export interface SettingsView {
  readonly language: PageLanguage;
  readonly timeZone: string;
  /** `off`: at once. Times are `HH:MM` of the chat's zone. */
  readonly digest: 'off' | 'hourly' | readonly string[];
  readonly quiet: { readonly from: string; readonly until: string } | null;
  readonly isPaused: boolean;
  readonly silent: boolean;
  readonly script: 'printed' | 'simplified' | 'traditional';
  readonly detail: 'lead' | 'outline' | 'both';
}

export type SettingsChange = SettingsView;
