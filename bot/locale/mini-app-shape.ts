/** What the Mini App says. Plain text: the page puts it where it belongs. */
export interface MiniAppLocale {
  readonly brand: string;
  /** Tabs, and titles of their views. */
  readonly views: Readonly<Record<'home' | 'sources' | 'search' | 'trend' | 'saved' | 'settings', string>>;
  /** For screen readers: what the row of tabs is. */
  readonly navigation: string;
  readonly skipToContent: string;
  readonly back: string;
  readonly toArticles: string;
  readonly loading: string;
  readonly more: string;
  readonly retry: string;
  readonly dismiss: string;
  readonly undo: string;
  articles(count: number): string;
  /** `isExact` false: there are more than `count`. */
  articlesFound(count: number, isExact: boolean): string;
  readonly today: string;
  readonly yesterday: string;
  readonly faults: {
    readonly network: string;
    readonly failed: string;
    readonly gone: string;
    readonly tooMany: string;
    readonly badTime: string;
    readonly badZone: string;
  };
  /** Instead of everything else. */
  readonly closed: {
    readonly title: string;
    readonly text: string;
    readonly overTitle: string;
    readonly overText: string;
    open(bot: string): string;
    readonly closeWindow: string;
  };
  readonly home: {
    /** Above the newest of some sources. */
    followed(count: number): string;
    readonly oneSource: string;
    readonly everything: string;
    readonly chooseSources: string;
    readonly source: string;
    readonly allFollowed: string;
    readonly nothingNew: string;
    readonly noArticles: string;
  };
  readonly sources: {
    readonly find: string;
    readonly findHint: string;
    readonly clear: string;
    readonly onlyFollowed: string;
    readonly order: string;
    readonly bySize: string;
    readonly byLetter: string;
    readonly allLetters: string;
    readonly letters: string;
    count(shown: number, all: number): string;
    readonly none: string;
    noMatch(typed: string): string;
    readonly noneFollowed: string;
    readonly showAll: string;
    follow(name: string): string;
    readonly followShort: string;
    readonly followingShort: string;
    followed(name: string): string;
    unfollowed(name: string): string;
    notChanged(name: string): string;
  };
  /** Leads to the Atom feed of what is shown. */
  readonly feed: string;
  readonly source: {
    readonly newest: string;
    readonly unknown: string;
    readonly nothing: string;
  };
  readonly article: {
    readonly outline: string;
    readonly keySentences: string;
    readonly lead: string;
    readonly original: string;
    readonly noOriginal: string;
    readonly summaryOnly: string;
    readonly save: string;
    readonly saved: string;
    readonly share: string;
    story(count: number): string;
    readonly related: string;
    readonly categories: string;
    readonly gone: string;
    readonly goneText: string;
  };
  readonly search: {
    readonly words: string;
    readonly placeholder: string;
    readonly submit: string;
    readonly filters: string;
    /** Days from and to which is searched; empty: no bound. Empty when there is none. */
    between(from: string, to: string): string;
    readonly source: string;
    readonly sourceHint: string;
    removeSource(name: string): string;
    readonly from: string;
    readonly to: string;
    readonly clearFilters: string;
    readonly order: string;
    readonly ranked: string;
    readonly newest: string;
    readonly help: string;
    /** How to write a query: an example, and what it finds. */
    readonly syntax: readonly { readonly write: string; readonly finds: string }[];
    readonly examples: string;
    readonly exampleWords: readonly string[];
    results(query: string): string;
    readonly watch: string;
    readonly unwatch: string;
    readonly watched: string;
    readonly alreadyWatched: string;
    readonly unwatched: string;
    readonly watches: string;
    readonly unwatchShort: string;
    unwatchQuery(query: string): string;
    readonly trend: string;
    readonly titlesOnly: string;
    readonly timedOut: string;
    filling(percent: number): string;
    /** Above what the name of a source leads to. */
    isSource(name: string): string;
    nothing(query: string): string;
    readonly nothingHint: string;
    readonly withoutFilters: string;
  };
  /** Why there is no answer. */
  readonly noAnswer: {
    readonly empty: string;
    readonly superseded: string;
    readonly badRange: string;
    readonly badOr: string;
    readonly tooLong: string;
    badDate(text: string): string;
    noCategory(text: string): string;
    readonly nearNames: string;
    whichCategory(text: string): string;
    readonly noWords: string;
    readonly dated: string;
    readonly tooManyWatches: string;
  };
  readonly saved: {
    readonly find: string;
    count(total: number): string;
    readonly nothing: string;
    readonly nothingHint: string;
    noMatch(words: string): string;
    savedOn(day: string): string;
    remove(title: string): string;
    readonly removeShort: string;
    readonly removed: string;
    readonly kept: string;
    readonly notChanged: string;
  };
  readonly trend: {
    readonly words: string;
    readonly submit: string;
    readonly span: string;
    readonly days: string;
    readonly weeks: string;
    title(query: string): string;
    /** For screen readers: what the picture shows. */
    chart(query: string, total: number, from: string, to: string): string;
    readonly others: string;
    readonly table: string;
    readonly day: string;
    readonly week: string;
    readonly total: string;
    readonly timedOut: string;
    nothing(query: string): string;
    readonly toSearch: string;
    /** How many articles there are in the span that is shown. */
    inSpan(count: number, span: 'days' | 'weeks'): string;
    readonly thisWeek: string;
    readonly topSources: string;
    readonly rising: string;
    readonly risingHint: string;
    /** Beside a word: in how many titles it is this week, and was in a week before, on average. */
    times(thisWeek: number, before: number): string;
    readonly noWeek: string;
    readonly intro: string;
  };
  readonly settings: {
    readonly saving: string;
    readonly saved: string;
    readonly reading: string;
    readonly language: string;
    readonly theme: string;
    readonly themes: Readonly<Record<'auto' | 'light' | 'dark', string>>;
    readonly script: string;
    readonly scripts: Readonly<Record<'printed' | 'simplified' | 'traditional', string>>;
    readonly pushes: string;
    readonly paused: string;
    readonly pausedHint: string;
    readonly silent: string;
    readonly silentHint: string;
    readonly digest: string;
    readonly digests: Readonly<Record<'off' | 'hourly' | 'times', string>>;
    readonly newTime: string;
    readonly addTime: string;
    removeTime(time: string): string;
    readonly quiet: string;
    readonly quietHint: string;
    readonly quietFrom: string;
    readonly quietUntil: string;
    readonly quietSame: string;
    readonly timeZone: string;
    readonly timeZoneHint: string;
    readonly detail: string;
    readonly details: Readonly<Record<'lead' | 'outline' | 'both', string>>;
    archive(articles: string): string;
  };
}
