import type { DigestReason } from '../../src/domain/digest.js';
import type { Detail, Script } from '../../src/domain/display.js';
import type { SearchOrder } from '../../src/ports.js';
import type { OwnSection } from '../../src/service/own-data.js';
import type { Html } from '../html.js';
import type { AdminLocale } from './admin-shape.js';

type Named = (name: string) => Html;

/** The keys that every language has. Html is shown in messages; plain text on buttons, in notices and in command lists. */
export interface LocaleShape {
  /** Command list, 1–256 characters each. */
  readonly commands: Readonly<
    Record<
      | 'start'
      | 'subscribe'
      | 'unsubscribe'
      | 'subscriptions'
      | 'categories'
      | 'latest'
      | 'search'
      | 'watch'
      | 'unwatch'
      | 'filter'
      | 'save'
      | 'saved'
      | 'digest'
      | 'quiet'
      | 'pause'
      | 'resume'
      | 'timezone'
      | 'settings'
      | 'why'
      | 'language'
      | 'export'
      | 'import'
      | 'forget'
      | 'help',
      string
    >
  >;
  /** What an empty chat shows, up to 512 characters, and what the profile does, up to 120. */
  readonly description: string;
  readonly shortDescription: string;
  readonly buttons: {
    readonly original: string;
    readonly fullText: string;
    readonly summary: string;
    readonly previousPage: string;
    readonly nextPage: string;
    /** The order that a press changes to. */
    readonly orderBy: Readonly<Record<SearchOrder, string>>;
    readonly related: string;
    readonly save: string;
    readonly unsave: string;
    /** Lists the media that carry the article. */
    readonly story: string;
    /** Opens a choice of chats to send the article to. */
    readonly share: string;
    /** Under a summary that was sent from inline mode. */
    readonly openInBot: string;
    /** The words of a text that is nowhere as a whole; `isExact` false: there are more than `count`. */
    searchApart(words: string, count: number, isExact: boolean): string;
    /** Under a search result. */
    readonly watch: string;
    unwatch(query: string): string;
    unfilter(name: string): string;
    readonly pushAtOnce: string;
    readonly digestHourly: string;
    /** At the usual time. */
    readonly digestOnceADay: string;
    /** Times of the day, as a list. */
    digestDaily(times: string): string;
    readonly digestOff: string;
    quietAt(from: string, until: string): string;
    readonly quietOff: string;
    readonly pause: string;
    readonly resume: string;
    /** Orders of the media. */
    readonly byInitial: string;
    readonly bySize: string;
    readonly timeZone: string;
    readonly soundOff: string;
    readonly soundOn: string;
    readonly script: Readonly<Record<Script | 'printed', string>>;
    readonly detail: Readonly<Record<Detail, string>>;
    readonly forget: string;
    readonly forgetNot: string;
    readonly newer: string;
    readonly older: string;
    /** These open the Mini App: as the menu button, its list of media, the articles that are kept, the trend of a search, a text. */
    readonly miniApp: string;
    readonly catalogue: string;
    readonly savedInApp: string;
    readonly trend: string;
    readonly reader: string;
    readonly categories: string;
    readonly latest: string;
    readonly help: string;
    latestOf(name: string): string;
    /** Named in itself, for readers who cannot read the rest. */
    readonly addToGroup: string;
    /** Leads from a channel to its management in the private chat. */
    readonly manage: string;
    readonly otherLanguage: { readonly text: string; readonly data: string };
    subscribe(name: string): string;
    unsubscribe(name: string): string;
  };
  readonly admin: AdminLocale;
  /** With the name of a medium as the example. */
  readonly welcome: Named;
  readonly welcomeGroup: Named;
  readonly welcomeChannel: Named;
  /** Two lines, when the bot is let in. */
  readonly greetingGroup: Html;
  readonly greetingChannel: Html;
  readonly linkStale: Html;
  readonly help: Html;
  readonly helpHint: Html;
  readonly unknownCommand: Html;
  readonly failed: Html;
  readonly failedNotice: string;
  readonly staleButton: string;
  readonly adminsOnly: Html;
  readonly adminsOnlyNotice: string;
  /** The bot has to be an administrator itself to see who is one. */
  readonly needsAdministrator: Html;
  readonly needsAdministratorNotice: string;
  /** In the private chat of whoever asked in a group. */
  readonly mayNotWrite: Named;
  readonly mayNotWriteNotice: string;
  /** A channel or group that was not named. */
  readonly thatChat: string;
  /** A command about a chat that has to be given in it. */
  remoteNever(command: string, name: string): Html;
  readonly remoteUnknown: Named;
  readonly remoteAbsent: Named;
  readonly remoteMute: Named;
  readonly remoteNotAdministrator: Named;
  /** A setting counts for all topics. */
  readonly wholeGroup: string;
  /** Above topics, each as `topic` with `topicFollows` behind it. */
  readonly topicsFollow: Html;
  topic(id: number): string;
  topicFollows(count: number): string;
  readonly articleGone: string;
  /** The operator shows summaries only. */
  readonly textNotShown: string;
  readonly linkUnknown: Html;
  readonly subscribed: Named;
  readonly alreadySubscribed: Named;
  subscribedAhead(name: string, arrival: string): Html;
  /** `arrival`: when new ones come, one of `arrival`. */
  pace(perWeek: number, arrival: string): string;
  /** When new articles come, as part of a sentence. */
  readonly arrival: {
    readonly now: string;
    readonly paused: string;
    digest(time: string): string;
    quiet(time: string): string;
    limit(time: string): string;
    busy(time: string): string;
  };
  /** After the first subscription. */
  readonly paceHint: Html;
  /** Above the choice between pushes at once and digests. */
  readonly manyArticles: string;
  readonly newest: string;
  readonly whichOne: Named;
  readonly notFound: Named;
  readonly nearNames: string;
  readonly noSuchCategory: Named;
  readonly browseHint: Html;
  readonly unsubscribed: Named;
  readonly wasNotSubscribed: Named;
  readonly chooseToUnsubscribe: Html;
  subscriptionsTitle(count: number): Html;
  readonly noSubscriptions: Html;
  categoriesTitle(total: number): Html;
  categoriesFiltered(filter: string, total: number): Html;
  categoriesBeginning(initial: string, total: number): Html;
  /** Above buttons with letters. */
  readonly chooseInitial: Html;
  readonly noCategories: Html;
  readonly noCategoryMatches: Named;
  pageOf(page: number, pages: number): string;
  readonly latestEverything: Html;
  readonly latestSubscriptions: Html;
  readonly latestCategory: Named;
  readonly noArticles: Html;
  readonly searchUsage: Html;
  /** Above buttons with words. */
  readonly searchRising: string;
  readonly searchBadDate: Named;
  readonly searchBadRange: Html;
  readonly searchBadOr: Html;
  /** The asker went on before the answer was there. */
  readonly searchSuperseded: Named;
  /** `isExact` false: there are more than `count`. */
  searchTitle(query: string, count: number | undefined, isExact: boolean): Html;
  readonly searchNothing: Named;
  readonly searchTimedOut: Html;
  readonly searchTitlesOnly: Html;
  searchFilling(percent: number): Html;
  /** In inline mode, above the results: one short line, which leads into the bot when it is tapped. */
  readonly inline: {
    readonly nothing: string;
    readonly noArticles: string;
    readonly noWords: string;
    badDate(text: string): string;
    readonly badRange: string;
    readonly badOr: string;
    noCategory(name: string): string;
    whichCategory(name: string): string;
    readonly timedOut: string;
    readonly filling: string;
  };
  readonly watching: Named;
  readonly alreadyWatching: Named;
  /** `isExact` false: there are more than `count`. */
  watchRecent(count: number, isExact: boolean, arrival: string): string;
  readonly watchNoWords: Html;
  readonly watchDated: Html;
  watchTooMany(most: number): Html;
  watchesTitle(count: number): Html;
  readonly noWatches: Html;
  /** In a push: the keywords that asked for it. */
  becauseOf(query: string): string;
  readonly unwatched: Named;
  readonly wasNotWatched: Named;
  filtersTitle(count: number): Html;
  /** Under what a chat follows: not all of it comes. */
  filtersHold(count: number): Html;
  readonly filterUsage: Html;
  /** In place of a name: what a filter is for that is not for one subscription. */
  readonly everySubscription: string;
  readonly noFilter: Named;
  filterSet(name: string, rule: Html): Html;
  filterOf(name: string, rule: Html): Html;
  /** What a filter does, of words that are quoted and joined with `or`. */
  readonly filterOnly: Named;
  readonly filterNever: Named;
  filterBoth(included: string, excluded: string): Html;
  /** That of all subscriptions holds for one that has its own as well. */
  filterGeneral(rule: Html): Html;
  /** Numbers, with a plus behind those that are lower bounds. */
  filterRecent(passed: string, all: string): string;
  readonly filterRecentNothing: string;
  readonly filterNoName: Html;
  readonly filterNoWords: Html;
  readonly filterUnsigned: Named;
  readonly filterContradicts: Named;
  filterTooMany(most: number): Html;
  filterTooLong(word: string, mostChars: number): Html;
  readonly unfiltered: Named;
  quoted(word: string): string;
  readonly or: string;
  /** How to keep an article. */
  readonly saveUsage: Html;
  readonly saveSeveral: Html;
  saveTooMany(most: number): Html;
  readonly saved: Named;
  readonly alreadySaved: Named;
  readonly savedNotice: string;
  readonly unsavedNotice: string;
  savedTitle(count: number): Html;
  /** Above those with some words. */
  readonly savedWith: Named;
  readonly savedNothing: Html;
  readonly savedNoMatch: Named;
  readonly relatedTitle: Named;
  readonly relatedNothing: string;
  /** In a summary; `count` is at least 1. */
  otherMedia(count: number): string;
  readonly storyTitle: Named;
  readonly digestTitle: Readonly<Record<DigestReason, (count: number) => Html>>;
  /** `older`: articles on the pages behind this one. */
  digestPlace(page: number, pages: number, older: number): string;
  readonly topicGone: Html;
  /** The last line of an announcement. */
  readonly fromOperator: string;
  readonly listSeparator: string;
  readonly pushedAtOnce: Html;
  /** `next`: when the next digest comes. */
  digestHourly(next: string, timeZone: string): Html;
  digestDaily(times: string, next: string, timeZone: string): Html;
  readonly digestUsage: Html;
  /** What is wrong with times that were typed, before how to write them. */
  readonly timesFault: {
    noTime(text: string): Html;
    tooMany(most: number): Html;
    noSpan(time: string): Html;
  };
  /** One line each, on how pushes come; `next`: when the next digest comes. */
  readonly paceLine: {
    readonly paused: string;
    hourly(next: string): string;
    daily(times: string, next: string): string;
    quiet(from: string, until: string): string;
    /** The hour has had its pushes; the rest comes at `time`. */
    limit(pushed: number, time: string): string;
  };
  /** What is held: that there is nothing, or when it comes; `time` undefined: now. */
  readonly heldNothing: string;
  heldComes(count: number, time?: string): string;
  readonly quietEnded: Html;
  readonly quietNever: Html;
  quietFrom(from: string, until: string, timeZone: string): Html;
  readonly quietUsage: Html;
  timeZoneNow(timeZone: string, time: string): Html;
  timeZoneSet(timeZone: string, time: string): Html;
  readonly timeZoneUnknown: Named;
  readonly paused: Html;
  readonly resumed: Html;
  readonly wasNotPaused: Html;
  readonly settings: {
    readonly title: Html;
    readonly language: string;
    readonly pushes: string;
    readonly atOnce: string;
    readonly onHold: string;
    readonly quiet: string;
    readonly none: string;
    readonly timeZone: string;
    readonly sound: string;
    readonly soundOn: string;
    readonly soundOff: string;
    readonly script: string;
    readonly detail: string;
    /** Between a setting and what it is. */
    readonly colon: string;
  };
  readonly why: {
    readonly title: Html;
    readonly nothing: Html;
    sent(time: string): string;
    sentInDigest(time: string): string;
    readonly soon: string;
    readonly paused: string;
    quiet(time: string): string;
    digest(time: string): string;
    limit(time: string): string;
    busy(time: string): string;
    retry(time: string, error: string): string;
    merged(title: string, medium: string): string;
    readonly mergedIntoNone: string;
    failed(time: string, error: string): string;
    readonly expired: string;
    readonly filteredTitle: Html;
    has(word: string): string;
    /** Quoted words, joined with `or`. */
    lacks(words: string): string;
    /** In place of an error or a medium that is not known. */
    readonly unknown: string;
  };
  exported(subscriptions: number, watches: number, filters: number, saved: number): Html;
  readonly importUsage: Html;
  readonly importTooBig: Html;
  readonly importNotOurs: Html;
  readonly importNewer: Html;
  readonly imported: Html;
  readonly importedNothing: Html;
  /** How many entries of a section hold now, and how many of them are new or were changed. */
  readonly importedOf: Readonly<Record<OwnSection, (total: number, added: number) => string>>;
  readonly ownSections: Readonly<Record<OwnSection, string>>;
  /** Above what was not taken. */
  readonly importProblems: string;
  importMoreProblems(count: number): string;
  readonly importProblem: {
    unknownKey(name: string): string;
    badSection(section: string): string;
    badSetting(name: string): string;
    badEntry(section: string, number: number): string;
    labelled(place: string, label: string): string;
    unknownCategory(name: string): string;
    unknownZone(name: string): string;
    badWatch(query: string): string;
    badFilter(name: string): string;
    readonly badGeneralFilter: string;
    notFollowed(name: string): string;
    unknownArticle(title: string): string;
    tooMany(section: string, count: number): string;
  };
  forgetAsk(subscriptions: number, watches: number, filters: number, saved: number, deliveries: number): Html;
  readonly forgotten: Html;
  readonly forgottenNot: Html;
  readonly noMore: string;
  /** Above the chat in a terminal. */
  terminalWelcome(source: 'samples' | 'configured'): Html;
  noSuchButton(number: number): string;
  /** In the terminal, when the page of the local chat is there. */
  localChatReady(url: string): Html;
  readonly languageNow: Html;
  readonly languageSet: Html;
  readonly languageUnknown: Html;
}
