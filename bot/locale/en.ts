import { html } from '../html.js';
import { adminEn } from './admin-en.js';
import type { LocaleShape } from './shape.js';

export const en: LocaleShape = {
  commands: {
    start: 'Get started',
    subscribe: 'Follow a medium: /subscribe 中国劳动保障报',
    unsubscribe: 'Stop following',
    subscriptions: 'What this chat follows',
    categories: 'Browse all media',
    latest: 'Newest articles',
    search: 'Search articles: /search 养老保险',
    watch: 'Follow keywords, e.g. /watch 养老保险',
    unwatch: 'Stop following keywords',
    filter: 'Filter pushes by words: /filter 中国劳动保障报 +养老 -股票',
    save: 'Keep an article: send it as a reply to a summary',
    saved: 'Kept articles, e.g. /saved 养老',
    digest: 'Pushes as a digest: /digest 08:00,20:00',
    quiet: 'Quiet hours: /quiet 23:00-07:00',
    pause: 'Hold all pushes',
    resume: 'Resume pushes',
    timezone: 'Time zone: /timezone Tokyo',
    settings: 'All settings: pushes, quiet hours, characters, summaries',
    why: 'What became of the last pushes',
    language: 'Language / 语言',
    export: 'Settings, subscriptions and saved articles as a file',
    import: 'Read them back: send the file with the caption /import',
    forget: 'Delete all data of this chat',
    help: 'All commands with examples',
  },
  description: `Zhaibao turns the Chinese media you follow into summaries (title, byline, lead, outline and a link to the original) and pushes new ones.

· Follow media or keywords, one by one or as a digest
· Search all articles, read the newest, find related ones
· Filter by words, set quiet hours, pause and resume

Press Start, then send /subscribe 中国劳动保障报, or any words to search for.`,
  shortDescription: 'Chinese news as summaries: follow media or keywords, get new articles pushed, search all of them.',
  buttons: {
    original: 'Original',
    fullText: 'Full text',
    summary: 'Summary',
    previousPage: '‹ Previous',
    nextPage: 'Next ›',
    orderBy: { ranked: 'By relevance', newest: 'By date' },
    related: 'Related',
    save: 'Save',
    unsave: 'Unsave',
    story: 'Other media',
    share: 'Share',
    openInBot: 'Open in Zhaibao',
    searchApart: (words, count, isExact) => `Search apart: ${words} (${isExact ? count : `${count}+`})`,
    watch: 'Notify me of new ones',
    unwatch: (query) => `Unfollow ${query}`,
    unfilter: (name) => `Unfilter ${name}`,
    pushAtOnce: 'At once',
    digestHourly: 'Every hour',
    digestOnceADay: 'Once a day',
    digestDaily: (times) => `Daily at ${times}`,
    digestOff: 'Push at once',
    quietAt: (from, until) => `Quiet ${from}–${until}`,
    quietOff: 'End quiet hours',
    pause: 'Pause',
    resume: 'Resume',
    byInitial: 'By initial',
    bySize: 'By size',
    timeZone: 'Change time zone',
    soundOff: 'Push silently',
    soundOn: 'Push with sound',
    script: { printed: 'As printed', simplified: 'Simplified', traditional: 'Traditional' },
    detail: { lead: 'Lead only', outline: 'Outline only', both: 'Lead and outline' },
    forget: 'Delete everything',
    forgetNot: 'Keep it',
    newer: '‹ Newer',
    older: 'Older ›',
    miniApp: 'Reader',
    catalogue: 'Choose in the reader',
    savedInApp: 'Open in the reader',
    trend: 'Trend',
    reader: 'Reader',
    categories: 'Browse media',
    latest: 'Newest articles',
    help: 'Help',
    latestOf: (name) => `Newest of ${name}`,
    addToGroup: 'Add to a group',
    manage: 'Choose media in private',
    otherLanguage: { text: '中文', data: 'lang:zh' },
    subscribe: (name) => `Follow ${name}`,
    unsubscribe: (name) => `Unfollow ${name}`,
  },
  admin: adminEn,
  welcome: (
    name,
  ) => html`<b>Zhaibao</b> turns the Chinese media you follow into summaries: title, byline, lead, outline and a link to the original.
Send <code>/subscribe ${name}</code> to follow one; new articles are then pushed to you.
Send any words to search all articles, such as 养老保险.`,
  welcomeGroup: (
    name,
  ) => html`<b>Zhaibao</b> turns the Chinese media that this group follows into summaries: title, byline, lead, outline and a link to the original.
Administrators send <code>/subscribe ${name}</code> to follow one; new articles are then pushed here.
Use <code>/search 养老保险</code> to search all articles.`,
  welcomeChannel: (
    name,
  ) => html`<b>Zhaibao</b> turns the Chinese media that this channel follows into summaries: title, byline, lead, outline and a link to the original.
Administrators post <code>/subscribe ${name}</code> here; new articles then appear in this channel.
It can also be managed from the private chat with me: <code>/subscribe @channel ${name}</code>`,
  greetingGroup: html`<b>Zhaibao</b> turns the Chinese media that you follow into summaries and pushes them to this group.
Administrators send <code>/subscribe 中国劳动保障报</code> to follow one; /help lists all commands.`,
  greetingChannel: html`<b>Zhaibao</b> turns the Chinese media that you follow into summaries and posts them in this channel.
Administrators post <code>/subscribe 中国劳动保障报</code> here, or choose media in the private chat.`,
  linkStale: html`This link no longer works. /categories lists all media.`,
  help: html`<b>Follow</b>
/subscribe 中国劳动保障报 — by full name, pinyin or part of the name; several with commas
/unsubscribe 中国劳动保障报 — stop following; without a name, choose from a list
/subscriptions — what this chat follows
/categories 劳动 — browse media by number of articles, with an optional filter
/watch 养老保险 — push new articles with these keywords, whatever the medium; /unwatch stops
/filter 中国劳动保障报 +养老 -股票 — push only what has 养老 and not 股票; <code>*</code> as the name is for everything followed

<b>Read</b>
/latest — newest of what you follow; <code>/latest 中国劳动保障报 10</code> for the newest 10 of one medium (at most 20)
/search 养老保险 参保 — every word must occur
  <code>养老 OR 医疗</code> either, <code>"养老保险待遇"</code> phrase, <code>-股票</code> without
  <code>in:中国劳动保障报</code> in one medium, <code>-in:…</code> not in it; quote names with spaces
  <code>after:2022-06</code> <code>before:2023</code> in a time
/saved 养老 — what is kept, with optional words; the Save button, or /save as a reply to a summary, keeps an article

<b>Pushes</b>
/digest 08:00,20:00 — as a digest at these times; <code>/digest hourly</code>, <code>/digest off</code>
/quiet 23:00-07:00 — quiet hours; /pause and /resume. Nothing is lost meanwhile: it comes as one digest
/timezone Tokyo — time zone
/why — when the last pushes went out, or why they did not come

<b>Settings</b>
/settings — all of these, also silent pushes, traditional or simplified characters, and what summaries show
/language zh — 中文 / English
/export — settings, subscriptions and saved articles as a file; /import as the caption of that file reads them back
/forget — delete all data of this chat

<b>Channels and groups</b>
/subscribe @channel 中国劳动保障报 — administrators manage a channel or public group from the private chat; also with /unsubscribe, /subscriptions, /watch, /filter, /digest, /quiet, /pause, /resume, /timezone, /language

In a private chat, other short text is searched for.`,
  helpHint: html`Send words to search for them, such as 养老保险. /help lists all commands.`,
  unknownCommand: html`There is no such command. /help lists all commands.`,
  failed: html`Something went wrong. Please try again later.`,
  failedNotice: 'Something went wrong. Please try again later.',
  staleButton: 'This button no longer works. Please send the command again.',
  adminsOnly: html`In groups and channels only administrators can change settings.`,
  adminsOnlyNotice: 'Only administrators can change settings',
  needsAdministrator: html`I cannot see who the members of this group are, so I cannot tell whether you are an administrator. Please make me one (no rights are needed).`,
  needsAdministratorNotice: 'I cannot see who is an administrator here; please make me one',
  mayNotWrite: (title) =>
    html`I may not write in “${title}”, so I can neither answer nor push there. Please have an administrator give me the right to send messages.`,
  mayNotWriteNotice: 'I have no right to send messages here',
  thatChat: 'that channel or group',
  remoteNever: (command, name) => html`<code>/${command}</code> cannot be used for @${name} from here: send it there.`,
  remoteUnknown: (shown) => html`I cannot find ${shown}. Please check the public name of the channel or group.`,
  remoteAbsent: (shown) => html`I am not in ${shown}. Please add me first; in a channel, as an administrator.`,
  remoteMute: (shown) =>
    html`I may not write in ${shown}. Please give me the right to send messages (in a channel: to post messages).`,
  remoteNotAdministrator: (shown) => html`You are no administrator of ${shown}, so you cannot manage what it follows.`,
  wholeGroup: 'This counts for the whole group.',
  topicsFollow: html`<b>What topics follow</b> (send /subscriptions in a topic for its list)`,
  topic: (id) => `Topic ${id}`,
  topicFollows: (count) => `(${count})`,
  articleGone: 'This article is no longer here',
  textNotShown: 'Only summaries are shown here; for the full text, open the original',
  linkUnknown: html`No article here has this link.`,
  subscribed: (name) => html`Following <b>${name}</b>`,
  subscribedAhead: (name, arrival) =>
    html`Following <b>${name}</b>\nNothing of it is here yet; please check the name. ${arrival}.`,
  alreadySubscribed: (name) => html`Already following <b>${name}</b>`,
  pace: (perWeek, arrival) =>
    perWeek === 0
      ? `Nothing in the last week. ${arrival}.`
      : `${perWeek} ${perWeek === 1 ? 'article' : 'articles'} in the last week. ${arrival}.`,
  arrival: {
    now: 'New ones are pushed as they arrive',
    paused: 'Pushes are on hold, /resume lets them go on',
    digest: (time) => `New ones come in the digest at ${time}`,
    quiet: (time) => `These are quiet hours: new ones come at ${time}`,
    limit: (time) => `This hour has had its pushes: new ones come at about ${time}`,
    busy: (time) => `New ones come at about ${time}`,
  },
  paceHint: html`Tip: <code>/digest 08:00</code> makes it one digest a day, <code>/quiet 23:00-07:00</code> sets quiet hours.`,
  manyArticles:
    'That is over 30 a day, perhaps too many one by one. How should they come? (For all that is followed here.)',
  newest: 'Most recent:',
  whichOne: (typed) => html`“${typed}” fits several media. Which one?`,
  notFound: (typed) => html`No medium is called “${typed}”.`,
  nearNames: ' Did you mean:',
  noSuchCategory: (name) => html`No medium is called “${name}”.`,
  browseHint: html`/categories lists all media.`,
  unsubscribed: (name) => html`No longer following <b>${name}</b>`,
  wasNotSubscribed: (name) => html`<b>${name}</b> was not followed`,
  chooseToUnsubscribe: html`Tap what you no longer want:`,
  subscriptionsTitle: (count) => html`<b>Following</b> (${count})`,
  noSubscriptions: html`Nothing followed yet. Send <code>/subscribe NAME</code>, or choose from the list:`,
  categoriesTitle: (total) => html`<b>All media</b> (${total}): tap to follow or unfollow`,
  categoriesFiltered: (filter, total) => html`<b>Media with “${filter}”</b> (${total}): tap to follow or unfollow`,
  categoriesBeginning: (initial, total) =>
    html`<b>Media that begin with ${initial}</b> (${total}): tap to follow or unfollow`,
  chooseInitial: html`<b>Media by the first letter of their pinyin</b>; # is for the rest`,
  noCategories: html`No media yet: the source is empty, or being read for the first time.`,
  noCategoryMatches: (filter) => html`No medium has “${filter}” in its name.`,
  pageOf: (page, pages) => `Page ${page}/${pages}`,
  latestEverything: html`<b>Newest articles</b>`,
  latestSubscriptions: html`<b>Newest of what you follow</b>`,
  latestCategory: (name) => html`<b>${name}</b>: newest articles`,
  noArticles: html`No articles yet.`,
  searchUsage: html`Search for what? Give at least one word to find, such as <code>/search 养老保险</code>`,
  searchRising: 'Words that more titles have this week:',
  searchBadDate: (text) =>
    html`“${text}” is not a date; write <code>after:2022</code>, <code>after:2022-06</code> or <code>before:2022-06-08</code>`,
  searchBadRange: html`The day of <code>before:</code> has to be later than that of <code>after:</code>.`,
  searchSuperseded: (query) => html`The search for “${query}” took long and was stopped for what you sent next.`,
  searchBadOr: html`OR stands between two words to find, as in <code>养老 OR 医疗 in:中国劳动保障报</code>`,
  searchTitle: (query, count, isExact) =>
    count === undefined
      ? html`Search: <b>${query}</b>`
      : html`Search: <b>${query}</b> · ${isExact ? count : `${count}+`} ${count === 1 ? 'article' : 'articles'}`,
  searchNothing: (query) => html`No article matches “${query}”.`,
  searchTimedOut: html`The search took too long, so this is not all. Try more specific words.`,
  searchTitlesOnly: html`<i>A single character is looked for in titles and headings only.</i>`,
  searchFilling: (percent) => html`<i>The index is being made (${percent}%); some articles cannot be found yet.</i>`,
  inline: {
    nothing: 'Nothing found: try other words in Zhaibao',
    noArticles: 'No articles yet: open Zhaibao',
    noWords: 'Give at least one word to find',
    badDate: (text) => `“${text}” is not a date, such as after:2022-06`,
    badRange: 'before: has to be later than after:',
    badOr: 'OR stands between two words to find',
    noCategory: (name) => `No medium is called “${name}”`,
    whichCategory: (name) => `“${name}” fits several media: tap to choose`,
    timedOut: 'The search took too long: not all results',
    filling: 'The index is being made: some articles are missing',
  },
  watching: (query) => html`Following the keywords <b>${query}</b>`,
  alreadyWatching: (query) => html`Already following the keywords <b>${query}</b>`,
  watchRecent: (count, isExact, arrival) =>
    count === 0
      ? `Nothing in the last 30 days. ${arrival}.`
      : `${isExact ? count : `${count}+`} in the last 30 days. ${arrival}.`,
  watchNoWords: html`Give at least one word, such as <code>/watch 养老保险 -股票</code>. For all of one medium, use <code>/subscribe NAME</code>`,
  watchDated: html`Followed keywords are about articles to come: leave out <code>after:</code> and <code>before:</code>`,
  watchTooMany: (most) => html`A chat can follow up to ${most} keywords; /unwatch drops some.`,
  watchesTitle: (count) => html`<b>Followed keywords</b> (${count})`,
  noWatches: html`No keywords followed yet. Send <code>/watch 养老保险</code>: whatever the medium, new articles with them are pushed; write them as in a search.`,
  becauseOf: (query) => `Keywords: ${query}`,
  unwatched: (query) => html`No longer following the keywords <b>${query}</b>`,
  wasNotWatched: (query) => html`You do not follow the keywords “${query}”.`,
  filtersHold: (count) => html`${count} ${count === 1 ? 'filter holds' : 'filters hold'}: /filter lists them.`,
  filtersTitle: (count) => html`<b>Filters</b> (${count})`,
  filterUsage: html`For example <code>/filter 中国劳动保障报 +养老 +社保 -股票</code>: only what has 养老 or 社保, and not 股票, is pushed. <code>*</code> as the name is for everything followed; <code>/filter NAME off</code> removes.`,
  everySubscription: 'Everything followed',
  noFilter: (name) => html`<b>${name}</b>: there is no filter.`,
  filterSet: (name, rule) => html`Filter set: <b>${name}</b>\n${rule}.`,
  filterOf: (name, rule) => html`<b>${name}</b>: ${rule}`,
  filterOnly: (words) => html`Only articles with ${words} are pushed`,
  filterNever: (words) => html`Articles with ${words} are not pushed`,
  filterBoth: (included, excluded) => html`Only articles with ${included}, and without ${excluded}, are pushed`,
  filterGeneral: (rule) => html`The filter of everything followed holds as well: ${rule}.`,
  filterRecent: (passed, all) =>
    passed === '0'
      ? `Of ${all} in the last 30 days, none would have come.`
      : `Of ${all} in the last 30 days, ${passed} would have come.`,
  filterRecentNothing: 'There was nothing new in the last 30 days.',
  filterNoName: html`Say which medium it is for, as in <code>/filter 中国劳动保障报 -股票</code>; <code>*</code> is for everything followed.`,
  filterNoWords: html`Give at least one word, such as <code>/filter 中国劳动保障报 +养老 -股票</code>`,
  filterUnsigned: (word) =>
    html`“${word}” needs + or - before it: <code>+${word}</code> for only what has it, <code>-${word}</code> for only what does not. Quote words with spaces.`,
  filterContradicts: (word) => html`“${word}” cannot be both wanted and unwanted. Leave out one.`,
  filterTooMany: (most) => html`A filter has up to ${most} words.`,
  filterTooLong: (word, mostChars) => html`“${word}” is too long: a word has up to ${mostChars} characters.`,
  unfiltered: (name) => html`No longer filtered: <b>${name}</b>`,
  quoted: (word) => `“${word}”`,
  or: ' or ',
  saveUsage: html`Press Save under a summary, or send /save as a reply to it, and it is kept; /saved lists what is.`,
  saveSeveral: html`There are several articles in that message: open one by its number, and save that.`,
  saveTooMany: (most) => html`Up to ${most} articles can be kept. Give up some first.`,
  saved: (title) => html`Saved: <b>${title}</b>
/saved lists what is kept.`,
  alreadySaved: (title) => html`Saved before: <b>${title}</b>`,
  savedNotice: 'Saved; /saved lists what is kept',
  unsavedNotice: 'No longer saved',
  savedTitle: (count) => html`<b>Saved</b> (${count})`,
  savedWith: (words) => html`<b>Saved</b>, with “${words}”:`,
  savedNothing: html`Nothing is saved yet.`,
  savedNoMatch: (words) => html`Nothing that is saved has “${words}”. /saved lists everything.`,
  relatedTitle: (title) => html`<b>Related</b>: ${title}`,
  relatedNothing: 'No related articles found',
  otherMedia: (count) => (count === 1 ? 'Also in 1 other medium' : `Also in ${count} other media`),
  storyTitle: (title) => html`<b>Media that carry this article</b>: ${title}`,
  digestTitle: {
    burst: (count) => html`<b>${count} new articles</b>`,
    hourly: (count) => html`<b>${count} more articles</b>`,
    scheduled: (count) => html`<b>Digest</b> · ${count} articles`,
    quiet: (count) => html`<b>During quiet hours: ${count} articles</b>`,
    resumed: (count) => html`<b>Held until now: ${count} articles</b>`,
    backlog: (count) => html`<b>While the bot was down: ${count} articles</b>`,
  },
  digestPlace: (page, pages, older) => `Page ${page}/${pages}${older > 0 ? `, ${older} older` : ''}`,
  topicGone: html`The topic that got these pushes is gone; from now on they come here.`,
  fromOperator: 'A notice from Zhaibao’s operator',
  listSeparator: ', ',
  pushedAtOnce: html`Articles are pushed at once. They can come as a digest: <code>/digest 08:00,20:00</code>`,
  digestHourly: (next, timeZone) =>
    html`Articles come as a digest at every full hour, when there are any.\nNext: ${next} (${timeZone}, change with /timezone)`,
  digestDaily: (times, next, timeZone) =>
    html`Articles come as a digest daily at ${times}, when there are any.\nNext: ${next} (${timeZone}, change with /timezone)`,
  digestUsage: html`Write <code>/digest 08:00,20:00</code> (up to 24 times), <code>/digest hourly</code> or <code>/digest off</code>`,
  timesFault: {
    noTime: (text) => html`“${text}” is no time of day. `,
    tooMany: (most) => html`Up to ${most} times. `,
    noSpan: (time) => html`Both times are ${time}, with nothing in between. `,
  },
  paceLine: {
    paused: 'Pushes are on hold, /resume lets them go on',
    hourly: (next) => `Digest every hour, next at ${next}`,
    daily: (times, next) => `Digest daily at ${times}, next at ${next}`,
    quiet: (from, until) => `Quiet ${from}–${until}`,
    limit: (pushed, time) => `${pushed} pushed one by one this hour, the rest as a digest at about ${time}`,
  },
  heldNothing: 'Nothing came in meanwhile.',
  heldComes: (count, time) => {
    const articles =
      count === 1 ? 'The one article that came in meanwhile' : `The ${count} articles that came in meanwhile`;
    const verb = count === 1 ? 'follows' : 'follow as a digest';
    return time === undefined ? `${articles} ${verb} now.` : `${articles} ${verb} at ${time}.`;
  },
  quietEnded: html`No more quiet hours.`,
  quietNever: html`There are no quiet hours. Press the button, or send <code>/quiet 23:00-07:00</code>`,
  quietFrom: (from, until, timeZone) =>
    html`Nothing is pushed from ${from} to ${until}; it comes as one digest afterwards.\nTime zone: ${timeZone} (change with /timezone)`,
  quietUsage: html`Write <code>/quiet 23:00-07:00</code> or <code>/quiet off</code>`,
  timeZoneNow: (timeZone, time) =>
    html`Time zone: <b>${timeZone}</b>, where it is ${time}.\nChange it with <code>/timezone Tokyo</code> or <code>/timezone Europe/London</code>`,
  timeZoneSet: (timeZone, time) => html`The time zone is now <b>${timeZone}</b>, where it is ${time}.`,
  timeZoneUnknown: (name) =>
    html`There is no time zone “${name}”. Write a city or a zone, for example <code>/timezone Europe/London</code>`,
  paused: html`Pushes are on hold. Articles are kept and come as one digest after /resume.`,
  resumed: html`Pushes go on.`,
  wasNotPaused: html`Pushes were not on hold.`,
  settings: {
    title: html`<b>Settings</b>`,
    language: 'Language',
    pushes: 'Pushes',
    atOnce: 'at once, as articles arrive',
    onHold: 'on hold',
    quiet: 'Quiet hours',
    none: 'none',
    timeZone: 'Time zone',
    sound: 'Sound',
    soundOn: 'on',
    soundOff: 'off',
    script: 'Chinese characters',
    detail: 'Summaries show',
    colon: ': ',
  },
  why: {
    title: html`<b>The last pushes</b>`,
    nothing: html`Nothing was pushed yet, and nothing waits.`,
    sent: (time) => `sent at ${time}`,
    sentInDigest: (time) => `sent in a digest at ${time}`,
    soon: 'about to be sent',
    paused: 'on hold until you /resume',
    quiet: (time) => `held for quiet hours until ${time}`,
    digest: (time) => `waits for the digest at ${time}`,
    limit: (time) => `this hour has had its pushes: comes at about ${time}`,
    busy: (time) => `others came just now: comes at about ${time}`,
    retry: (time, error) => `could not be sent, is tried again at ${time} (${error})`,
    merged: (title, medium) => `the same text as “${title}” (${medium}), merged into it`,
    mergedIntoNone: 'the same text as another medium’s, not sent again',
    failed: (time, error) => `failed at ${time}: ${error}`,
    expired: 'expired, not sent',
    filteredTitle: html`<b>Filtered in the last day</b> (change with /filter)`,
    has: (word) => `has “${word}”`,
    lacks: (words) => `has no ${words}`,
    unknown: 'not known',
  },
  exported: (subscriptions, watches, filters, saved) =>
    html`Settings; subscriptions: ${subscriptions}, keywords: ${watches}, filters: ${filters}, saved articles: ${saved}. Send this file back with the caption /import to read them in.`,
  importUsage: html`Send the file that /export made with the caption /import, or send /import as a reply to it.`,
  importTooBig: html`The file is too large: up to 1 MB can be read.`,
  importNotOurs: html`This is no file that /export made. Nothing was imported.`,
  importNewer: html`A newer version of the bot made this file; it cannot be read here yet.`,
  imported: html`<b>Imported</b>`,
  importedNothing: html`There is nothing in the file that can be imported.`,
  importedOf: {
    settings: (total, added) => `Settings: ${total}, of which ${added} changed`,
    subscriptions: (total, added) => `Subscriptions: ${total}, of which ${added} new`,
    watches: (total, added) => `Keywords: ${total}, of which ${added} new`,
    filters: (total, added) => `Filters: ${total}, of which ${added} changed`,
    saved: (total, added) => `Saved articles: ${total}, of which ${added} new`,
  },
  ownSections: {
    settings: 'settings',
    subscriptions: 'subscriptions',
    watches: 'watches',
    filters: 'filters',
    saved: 'saved',
  },
  importProblems: 'Not imported:',
  importMoreProblems: (count) => `${count} more`,
  importProblem: {
    unknownKey: (name) => `unknown entry “${name}”`,
    badSection: (section) => `“${section}” is not written as it should be`,
    badSetting: (name) => `the setting “${name}” makes no sense`,
    badEntry: (section, number) => `${section}: number ${number} is not written as it should be`,
    labelled: (place, label) => `${place}: ${label}`,
    unknownCategory: (name) => `no medium is called “${name}”`,
    unknownZone: (name) => `there is no time zone “${name}”`,
    badWatch: (query) => `the keywords “${query}” cannot be followed`,
    badFilter: (name) => `the filter of “${name}” makes no sense`,
    badGeneralFilter: 'the filter of everything followed makes no sense',
    notFollowed: (name) => `“${name}” is not followed, so its filter is of no use`,
    unknownArticle: (title) => `no article “${title}” is here`,
    tooMany: (section, count) => `too many ${section}: ${count} left out`,
  },
  forgetAsk: (subscriptions, watches, filters, saved, deliveries) =>
    html`Delete all data of this chat?\nSubscriptions: ${subscriptions}, keywords: ${watches}, filters: ${filters}, saved articles: ${saved}, record of pushes: ${deliveries}, and all settings.\nThis cannot be undone; /export makes a copy first.`,
  forgotten: html`Everything is deleted, and nothing more is pushed. Write again, and it is as if for the first time.`,
  forgottenNot: html`Nothing was deleted.`,
  noMore: 'Nothing more',
  terminalWelcome: (
    source,
  ) => html`Zhaibao in this terminal: the same bot, without Telegram, on ${source === 'samples' ? 'the bundled sample posts' : 'the posts of SOURCES'}.
Begin with /subscribe 中国劳动保障报 or /search 养老保险; press a button by its number; Ctrl+D ends.
${source === 'samples' ? 'Once you follow something, a sample is published every minute and its push shows up here.' : 'Pushes of new posts show up here.'} For Telegram, get a token from @BotFather and set BOT_TOKEN in .env.`,
  localChatReady: (url) => html`Zhaibao is ready; open this page in a browser:

  ${url}/

It runs on this machine alone, without Telegram. Ctrl+C ends it.`,
  noSuchButton: (number) => `There is no button ${number}`,
  languageNow: html`Language: English`,
  languageSet: html`Switched to English.`,
  languageUnknown: html`Choose <code>/language zh</code> or <code>/language en</code>`,
};
