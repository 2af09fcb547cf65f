import { html } from '../html.js';
import { adminZh } from './admin-zh.js';
import type { LocaleShape } from './shape.js';

export type Locale = LocaleShape;

export const zh: LocaleShape = {
  commands: {
    start: '开始使用',
    subscribe: '订阅媒体，例：/subscribe 中国劳动保障报',
    unsubscribe: '退订',
    subscriptions: '我的订阅',
    categories: '浏览全部媒体',
    latest: '最新文章',
    search: '搜索文章，例：/search 养老保险',
    watch: '关键词订阅，例：/watch 养老保险',
    unwatch: '取消关键词订阅',
    filter: '按词过滤推送，例：/filter 中国劳动保障报 +养老 -股票',
    save: '收藏文章：回复一条摘要发送',
    saved: '我的收藏，例：/saved 养老',
    digest: '汇总推送，例：/digest 08:00,20:00',
    quiet: '免打扰时段，例：/quiet 23:00-07:00',
    pause: '暂停推送',
    resume: '恢复推送',
    timezone: '时区，例：/timezone 东京',
    settings: '全部设置：推送、免打扰、字形、摘要内容',
    why: '最近的推送怎么样了',
    language: '语言 / Language',
    export: '导出设置、订阅和收藏',
    import: '导入：发送导出的文件，说明写 /import',
    forget: '删除这个聊天的全部数据',
    help: '全部命令与示例',
  },
  description: `摘报把你关注的中文媒体做成摘要：标题、署名、导语、提纲和原文链接，有新文章就推送。

· 按媒体或关键词订阅，逐篇推送或定时汇总
· 全文搜索，最新文章，相关文章
· 按词过滤，免打扰时段，暂停和恢复

点「开始」，再发送 /subscribe 中国劳动保障报，或直接发要搜的词。`,
  shortDescription: '中文新闻摘要：按媒体或关键词订阅，有新文章就推送；全文搜索。',
  buttons: {
    original: '原文',
    fullText: '全文',
    summary: '摘要',
    previousPage: '‹ 上一页',
    nextPage: '下一页 ›',
    orderBy: { ranked: '按相关度', newest: '按时间' },
    related: '相关',
    save: '收藏',
    unsave: '取消收藏',
    story: '刊登媒体',
    share: '分享',
    openInBot: '在摘报中查看',
    searchApart: (words, count, isExact) => `分开找：${words}（${isExact ? count : `${count}+`} 篇）`,
    watch: '有新文章就推送',
    unwatch: (query) => `取消 ${query}`,
    unfilter: (name) => `取消过滤 ${name}`,
    pushAtOnce: '即时',
    digestHourly: '整点汇总',
    digestOnceADay: '每日汇总',
    digestDaily: (times) => `每天 ${times}`,
    digestOff: '改为即时推送',
    quietAt: (from, until) => `${from}–${until} 免打扰`,
    quietOff: '关闭免打扰',
    pause: '暂停推送',
    resume: '恢复推送',
    byInitial: '按首字母',
    bySize: '按文章数',
    timeZone: '更改时区',
    soundOff: '静音推送',
    soundOn: '推送有声',
    script: { printed: '原样', simplified: '简体', traditional: '繁体' },
    detail: { lead: '只看导语', outline: '只看提纲', both: '导语和提纲' },
    forget: '确认删除',
    forgetNot: '不删除',
    newer: '‹ 较新',
    older: '较早 ›',
    miniApp: '阅读器',
    catalogue: '在阅读器里挑选',
    savedInApp: '在阅读器里看',
    trend: '趋势',
    reader: '阅读器',
    categories: '浏览媒体',
    latest: '最新文章',
    help: '使用说明',
    latestOf: (name) => `${name} 最新文章`,
    addToGroup: '添加到群组',
    manage: '在私聊里选择媒体',
    otherLanguage: { text: 'English', data: 'lang:en' },
    subscribe: (name) => `订阅 ${name}`,
    unsubscribe: (name) => `退订 ${name}`,
  },
  admin: adminZh,
  welcome: (name) => html`<b>摘报</b>把你关注的媒体做成摘要：标题、署名、导语、提纲和原文链接。
发送 <code>/subscribe ${name}</code> 订阅，有新文章就会推送给你。
发送任意词语即可搜索全部文章，例如「养老保险」。`,
  welcomeGroup: (name) => html`<b>摘报</b>把群里关注的媒体做成摘要：标题、署名、导语、提纲和原文链接。
管理员发送 <code>/subscribe ${name}</code> 订阅，有新文章就会推送到这里。
用 <code>/search 养老保险</code> 搜索全部文章。`,
  welcomeChannel: (name) => html`<b>摘报</b>把频道关注的媒体做成摘要：标题、署名、导语、提纲和原文链接。
管理员在这里发送 <code>/subscribe ${name}</code>，有新文章就会发到这个频道。
也可以在与我的私聊里管理：<code>/subscribe @频道名 ${name}</code>`,
  greetingGroup: html`<b>摘报</b>：把关注的媒体做成摘要，推送到这个群。
管理员发送 <code>/subscribe 中国劳动保障报</code> 即可订阅；/help 查看全部命令。`,
  greetingChannel: html`<b>摘报</b>：把关注的媒体做成摘要，发到这个频道。
管理员在这里发送 <code>/subscribe 中国劳动保障报</code>，或在私聊里选择要订阅的媒体。`,
  linkStale: html`这个链接已失效。/categories 浏览全部媒体。`,
  help: html`<b>订阅</b>
/subscribe 中国劳动保障报 — 订阅；可用全名、拼音或名称的一部分，多个用顿号隔开
/unsubscribe 中国劳动保障报 — 退订；不写名称则从列表里选
/subscriptions — 我的订阅
/categories 劳动 — 按文章数浏览媒体，可加筛选词
/watch 养老保险 — 关键词订阅：任何媒体有符合的新文章就推送；/unwatch 取消
/filter 中国劳动保障报 +养老 -股票 — 只推送含「养老」、不含「股票」的；名称写 <code>*</code> 对全部订阅有效

<b>阅读</b>
/latest — 订阅的最新文章；<code>/latest 中国劳动保障报 10</code> 看某媒体最新 10 篇（最多 20）
/search 养老保险 参保 — 空格隔开的词须全部出现
　<code>养老 OR 医疗</code> 任一　<code>"养老保险待遇"</code> 原样出现　<code>-股票</code> 排除
　<code>in:中国劳动保障报</code> 限定媒体，<code>-in:…</code> 排除媒体，名称含空格时加引号
　<code>after:2022-06</code> <code>before:2023</code> 限定时间
/saved 养老 — 我的收藏，可加要找的词；回复一条摘要发送 /save，或点「收藏」，就收藏了

<b>推送</b>
/digest 08:00,20:00 — 改为定时汇总；<code>/digest hourly</code> 每到整点，<code>/digest off</code> 即时
/quiet 23:00-07:00 — 免打扰时段；/pause 暂停，/resume 恢复：期间的文章一篇不少，之后汇总成一条
/timezone 东京 — 时区
/why — 最近的推送何时发出、为何没来

<b>设置</b>
/settings — 以上全部，另有静音推送、简体或繁体、摘要内容
/language en — 中文 / English
/export — 把设置、订阅和收藏导出成一个文件；/import 导入：发送这个文件，说明写 /import
/forget — 删除这个聊天的全部数据

<b>频道和群组</b>
/subscribe @频道名 中国劳动保障报 — 管理员在私聊里管理频道或公开群；/unsubscribe、/subscriptions、/watch、/filter、/digest、/quiet、/pause、/resume、/timezone、/language 也可以这样写

私聊中可以直接说：订阅 中国劳动保障报、搜索 养老保险、最新、设置、暂停、恢复、为什么；其他短句按搜索处理。`,
  helpHint: html`发送词语可以搜索，例如「养老保险」；/help 查看全部命令。`,
  unknownCommand: html`没有这个命令。/help 查看全部命令。`,
  failed: html`出了点问题，请稍后再试。`,
  failedNotice: '出了点问题，请稍后再试',
  staleButton: '这个按钮已失效，请重新发送命令',
  adminsOnly: html`在群组和频道中，只有管理员可以更改设置。`,
  adminsOnlyNotice: '只有管理员可以更改设置',
  needsAdministrator: html`我看不到这个群的成员，无法核对你是不是管理员。请把我设为管理员（不需要任何权限）。`,
  needsAdministratorNotice: '我看不到成员，无法核对管理员；请把我设为管理员',
  mayNotWrite: (title) =>
    html`我在「${title}」不能发消息，所以没法在那里回答，也没法推送。请管理员给我发送消息的权限。`,
  mayNotWriteNotice: '我在这里没有发送消息的权限',
  thatChat: '那个频道或群组',
  remoteNever: (command, name) => html`<code>/${command}</code> 不能在私聊里对 @${name} 使用，请在那里发送。`,
  remoteUnknown: (shown) => html`没有找到 ${shown}：请核对频道或群组的公开用户名。`,
  remoteAbsent: (shown) => html`我不在 ${shown}：请先把我加进去，频道要设为管理员。`,
  remoteMute: (shown) => html`我在 ${shown} 不能发消息：请给我发送消息的权限（频道里是管理员的「发布消息」）。`,
  remoteNotAdministrator: (shown) => html`你不是 ${shown} 的管理员，不能管理它的订阅。`,
  wholeGroup: '对全群有效。',
  topicsFollow: html`<b>各话题的订阅</b>（在话题里发送 /subscriptions 查看）`,
  topic: (id) => `话题 ${id}`,
  topicFollows: (count) => `· ${count} 个`,
  articleGone: '这篇文章已不存在',
  textNotShown: '这里只提供摘要，不显示全文；请看原文',
  linkUnknown: html`还没有收录这个链接的文章。`,
  subscribed: (name) => html`已订阅 <b>${name}</b>`,
  subscribedAhead: (name, arrival) => html`已订阅 <b>${name}</b>\n目前还没有它的文章，请核对名称；${arrival}。`,
  alreadySubscribed: (name) => html`已在订阅 <b>${name}</b>`,
  pace: (perWeek, arrival) => `${perWeek === 0 ? '最近一周没有新文章' : `最近一周 ${perWeek} 篇`}，${arrival}。`,
  arrival: {
    now: '有新文章就推送',
    paused: '推送已暂停，/resume 恢复',
    digest: (time) => `新文章将在 ${time} 汇总`,
    quiet: (time) => `现在免打扰，新文章将在 ${time} 汇总`,
    limit: (time) => `本小时推送已满，新文章约 ${time} 推送`,
    busy: (time) => `新文章约 ${time} 推送`,
  },
  paceHint: html`提示：<code>/digest 08:00</code> 可改为定时汇总，<code>/quiet 23:00-07:00</code> 可设免打扰时段。`,
  manyArticles: '每天超过 30 篇，逐篇推送可能太多。怎么推送？（对这里的全部订阅有效）',
  newest: '最近的文章：',
  whichOne: (typed) => html`「${typed}」对应多个媒体，选一个：`,
  notFound: (typed) => html`没有找到「${typed}」。`,
  nearNames: '你要找的是不是：',
  noSuchCategory: (name) => html`没有名为「${name}」的媒体。`,
  browseHint: html`/categories 浏览全部媒体。`,
  unsubscribed: (name) => html`已退订 <b>${name}</b>`,
  wasNotSubscribed: (name) => html`没有订阅 <b>${name}</b>`,
  chooseToUnsubscribe: html`点按要退订的媒体：`,
  subscriptionsTitle: (count) => html`<b>我的订阅</b>（${count}）`,
  noSubscriptions: html`还没有订阅。发送 <code>/subscribe 媒体名称</code>，或从列表里选：`,
  categoriesTitle: (total) => html`<b>全部媒体</b>（${total}）点按即可订阅或退订`,
  categoriesFiltered: (filter, total) => html`<b>含「${filter}」的媒体</b>（${total}）点按即可订阅或退订`,
  categoriesBeginning: (initial, total) => html`<b>名称以 ${initial} 开头的媒体</b>（${total}）点按即可订阅或退订`,
  chooseInitial: html`<b>按拼音首字母找媒体</b>，其他字符开头的在 # 里`,
  noCategories: html`还没有任何媒体：数据来源是空的，或正在首次读取。`,
  noCategoryMatches: (filter) => html`没有名称含「${filter}」的媒体。`,
  pageOf: (page, pages) => `第 ${page}/${pages} 页`,
  latestEverything: html`<b>最新文章</b>`,
  latestSubscriptions: html`<b>订阅的最新文章</b>`,
  latestCategory: (name) => html`<b>${name}</b> · 最新文章`,
  noArticles: html`还没有文章。`,
  searchUsage: html`要搜什么？请至少写一个要找的词，例如 <code>/search 养老保险</code>`,
  searchRising: '本周标题里升温的词：',
  searchBadDate: (text) =>
    html`「${text}」不是日期；写成 <code>after:2022</code>、<code>after:2022-06</code> 或 <code>before:2022-06-08</code>`,
  searchBadRange: html`<code>before:</code> 的日期要晚于 <code>after:</code> 的日期。`,
  searchSuperseded: (query) => html`「${query}」的搜索较慢，已停下来处理后面的消息。`,
  searchBadOr: html`OR 只能连接两个要找的词，例如 <code>养老 OR 医疗 in:中国劳动保障报</code>`,
  searchTitle: (query, count, isExact) =>
    count === undefined
      ? html`搜索：<b>${query}</b>`
      : html`搜索：<b>${query}</b> · ${isExact ? `${count} 篇` : `${count}+ 篇`}`,
  searchNothing: (query) => html`没有文章符合「${query}」。`,
  searchTimedOut: html`搜索用时过长，结果不完整；加上更具体的词再试。`,
  searchTitlesOnly: html`<i>单个字只在标题和小标题里查找。</i>`,
  searchFilling: (percent) => html`<i>索引正在建立（${percent}%），部分文章暂时搜不到。</i>`,
  inline: {
    nothing: '没有找到，到摘报里换个写法试试',
    noArticles: '还没有文章，打开摘报',
    noWords: '请至少写一个要找的词',
    badDate: (text) => `「${text}」不是日期，应如 after:2022-06`,
    badRange: 'before: 的日期要晚于 after:',
    badOr: 'OR 只能连接两个要找的词',
    noCategory: (name) => `没有名为「${name}」的媒体`,
    whichCategory: (name) => `「${name}」对应多个媒体，点此选择`,
    timedOut: '搜索用时过长，结果不完整',
    filling: '索引正在建立，部分文章暂时搜不到',
  },
  watching: (query) => html`已订阅关键词：<b>${query}</b>`,
  alreadyWatching: (query) => html`已在订阅关键词：<b>${query}</b>`,
  watchRecent: (count, isExact, arrival) =>
    count === 0
      ? `最近 30 天没有符合的文章，${arrival}。`
      : `最近 30 天有 ${isExact ? count : `${count}+`} 篇符合，${arrival}。`,
  watchNoWords: html`请至少写一个词，例如 <code>/watch 养老保险 -股票</code>。只想看某家媒体，用 <code>/subscribe 媒体名称</code>`,
  watchDated: html`关键词订阅只管以后的新文章，不用写 <code>after:</code> 或 <code>before:</code>`,
  watchTooMany: (most) => html`一个聊天最多订阅 ${most} 个关键词；/unwatch 取消一些。`,
  watchesTitle: (count) => html`<b>关键词订阅</b>（${count}）`,
  noWatches: html`还没有关键词订阅。发送 <code>/watch 养老保险</code>，不论哪家媒体，有符合的新文章就推送；写法与搜索相同。`,
  becauseOf: (query) => `关键词：${query}`,
  unwatched: (query) => html`已取消关键词：<b>${query}</b>`,
  wasNotWatched: (query) => html`没有订阅关键词「${query}」。`,
  filtersHold: (count) => html`设有 ${count} 个过滤：/filter 查看。`,
  filtersTitle: (count) => html`<b>过滤</b>（${count}）`,
  filterUsage: html`例如 <code>/filter 中国劳动保障报 +养老 +社保 -股票</code>：含有「养老」或「社保」、且不含「股票」的才推送。名称写 <code>*</code> 对全部订阅有效，<code>/filter 名称 off</code> 取消。`,
  everySubscription: '全部订阅',
  noFilter: (name) => html`<b>${name}</b> 没有设置过滤。`,
  filterSet: (name, rule) => html`已设置过滤：<b>${name}</b>\n${rule}。`,
  filterOf: (name, rule) => html`<b>${name}</b>：${rule}`,
  filterOnly: (words) => html`只推送含有${words}的文章`,
  filterNever: (words) => html`不推送含有${words}的文章`,
  filterBoth: (included, excluded) => html`只推送含有${included}、且不含${excluded}的文章`,
  filterGeneral: (rule) => html`对全部订阅的过滤同时有效：${rule}。`,
  filterRecent: (passed, all) =>
    passed === '0' ? `最近 30 天的 ${all} 篇中，没有一篇符合。` : `最近 30 天的 ${all} 篇中，有 ${passed} 篇符合。`,
  filterRecentNothing: '最近 30 天没有新文章。',
  filterNoName: html`请写明是哪个订阅，例如 <code>/filter 中国劳动保障报 -股票</code>；名称写 <code>*</code> 对全部订阅有效。`,
  filterNoWords: html`请至少写一个词，例如 <code>/filter 中国劳动保障报 +养老 -股票</code>`,
  filterUnsigned: (word) =>
    html`「${word}」前面要写 + 或 -：<code>+${word}</code> 只要含有它的，<code>-${word}</code> 不要含有它的。词里有空格请加引号。`,
  filterContradicts: (word) => html`「${word}」不能既要又不要，请去掉一个。`,
  filterTooMany: (most) => html`一个过滤最多 ${most} 个词。`,
  filterTooLong: (word, mostChars) => html`「${word}」太长：一个词最多 ${mostChars} 个字。`,
  unfiltered: (name) => html`已取消过滤：<b>${name}</b>`,
  quoted: (word) => `「${word}」`,
  or: '或',
  saveUsage: html`点摘要下面的「收藏」，或回复那条摘要发送 /save，就收藏了；用 /saved 查看。`,
  saveSeveral: html`这条消息里有几篇文章：先点编号打开一篇，再收藏。`,
  saveTooMany: (most) => html`最多收藏 ${most} 篇，请先取消一些。`,
  saved: (title) => html`已收藏：<b>${title}</b>
/saved 查看全部收藏。`,
  alreadySaved: (title) => html`收藏过了：<b>${title}</b>`,
  savedNotice: '已收藏，/saved 查看',
  unsavedNotice: '已取消收藏',
  savedTitle: (count) => html`<b>收藏</b>（${count}）`,
  savedWith: (words) => html`<b>收藏</b>里含有「${words}」的：`,
  savedNothing: html`还没有收藏。`,
  savedNoMatch: (words) => html`收藏里没有文章含有「${words}」。/saved 查看全部收藏。`,
  relatedTitle: (title) => html`<b>相关文章</b>：${title}`,
  relatedNothing: '没有找到相关文章',
  otherMedia: (count) => `另有 ${count} 家媒体刊登`,
  storyTitle: (title) => html`<b>刊登这篇文章的媒体</b>：${title}`,
  digestTitle: {
    burst: (count) => html`<b>新到 ${count} 篇</b>`,
    hourly: (count) => html`<b>又有 ${count} 篇新文章</b>`,
    scheduled: (count) => html`<b>汇总</b> · ${count} 篇`,
    quiet: (count) => html`<b>免打扰期间的 ${count} 篇</b>`,
    resumed: (count) => html`<b>之前留着的 ${count} 篇</b>`,
    backlog: (count) => html`<b>停机期间的 ${count} 篇</b>`,
  },
  digestPlace: (page, pages, older) => `第 ${page}/${pages} 页${older > 0 ? `，更早的还有 ${older} 篇` : ''}`,
  topicGone: html`订阅推送所在的话题已经不在了，之后推送到这里。`,
  fromOperator: '来自摘报运营者的通知',
  listSeparator: '、',
  pushedAtOnce: html`现在是即时推送：有新文章就发。也可以改为汇总，或发送 <code>/digest 08:00,20:00</code>`,
  digestHourly: (next, timeZone) =>
    html`每到整点汇总推送，没有新文章就不发。\n下一次：${next}（${timeZone}，/timezone 更改）`,
  digestDaily: (times, next, timeZone) =>
    html`每天 ${times} 汇总推送，没有新文章就不发。\n下一次：${next}（${timeZone}，/timezone 更改）`,
  digestUsage: html`请这样写：<code>/digest 08:00,20:00</code>（最多 24 个时刻）、<code>/digest hourly</code> 每到整点，或 <code>/digest off</code> 即时推送`,
  timesFault: {
    noTime: (text) => html`「${text}」不是时间。`,
    tooMany: (most) => html`最多 ${most} 个时刻。`,
    noSpan: (time) => html`开始和结束都是 ${time}，没有时段。`,
  },
  paceLine: {
    paused: '推送已暂停，/resume 恢复',
    hourly: (next) => `每到整点汇总，下一次 ${next}`,
    daily: (times, next) => `每天 ${times} 汇总，下一次 ${next}`,
    quiet: (from, until) => `${from}–${until} 免打扰`,
    limit: (pushed, time) => `本小时已逐条推送 ${pushed} 篇，其余约 ${time} 汇总`,
  },
  heldNothing: '期间没有新文章。',
  heldComes: (count, time) =>
    time === undefined
      ? `期间的 ${count} 篇马上${count === 1 ? '就来' : '汇总'}。`
      : `期间的 ${count} 篇将在 ${time} ${count === 1 ? '推送' : '汇总'}。`,
  quietEnded: html`已关闭免打扰。`,
  quietNever: html`没有设置免打扰时段。可以点下面的按钮，或发送 <code>/quiet 23:00-07:00</code>`,
  quietFrom: (from, until, timeZone) =>
    html`每天 ${from}–${until} 不推送，结束后汇总成一条。\n时区：${timeZone}（/timezone 更改）`,
  quietUsage: html`请这样写：<code>/quiet 23:00-07:00</code> 或 <code>/quiet off</code>`,
  timeZoneNow: (timeZone, time) =>
    html`时区：<b>${timeZone}</b>，现在是 ${time}。\n更改：<code>/timezone 东京</code> 或 <code>/timezone Europe/London</code>`,
  timeZoneSet: (timeZone, time) => html`时区已改为 <b>${timeZone}</b>，现在是 ${time}。`,
  timeZoneUnknown: (name) =>
    html`不认识时区「${name}」。写城市名或时区名，例如 <code>/timezone 东京</code>、<code>/timezone Europe/London</code>`,
  paused: html`已暂停推送。期间的文章都会留着，/resume 恢复后汇总成一条。`,
  resumed: html`已恢复推送。`,
  wasNotPaused: html`推送没有暂停。`,
  settings: {
    title: html`<b>设置</b>`,
    language: '语言',
    pushes: '推送',
    atOnce: '即时，有新文章就发',
    onHold: '已暂停',
    quiet: '免打扰',
    none: '没有设置',
    timeZone: '时区',
    sound: '声音',
    soundOn: '有声',
    soundOff: '静音',
    script: '字形',
    detail: '摘要内容',
    colon: '：',
  },
  why: {
    title: html`<b>最近的推送</b>`,
    nothing: html`还没有推送过，也没有在等的文章。`,
    sent: (time) => `${time} 已推送`,
    sentInDigest: (time) => `${time} 已随汇总推送`,
    soon: '马上推送',
    paused: '推送已暂停，/resume 恢复后发出',
    quiet: (time) => `免打扰，${time} 后发出`,
    digest: (time) => `等到 ${time} 汇总`,
    limit: (time) => `本小时推送已满，约 ${time} 发出`,
    busy: (time) => `刚推送过，约 ${time} 发出`,
    retry: (time, error) => `没有发成，${time} 再试（${error}）`,
    merged: (title, medium) => `与《${title}》（${medium}）同文，并入那一篇`,
    mergedIntoNone: '与另一家媒体的文章同文，没有另发',
    failed: (time, error) => `${time} 推送失败：${error}`,
    expired: '已过期，没有推送',
    filteredTitle: html`<b>最近一天被过滤的</b>（/filter 更改）`,
    has: (word) => `含有「${word}」`,
    lacks: (words) => `不含${words}`,
    unknown: '不详',
  },
  exported: (subscriptions, watches, filters, saved) =>
    html`设置、${subscriptions} 个订阅、${watches} 个关键词、${filters} 个过滤、${saved} 篇收藏。发回这个文件，说明写 /import，就能导入。`,
  importUsage: html`请发送 /export 导出的文件，说明写 /import；或者回复那个文件发送 /import。`,
  importTooBig: html`文件太大：最多 1 MB。`,
  importNotOurs: html`这不是 /export 导出的文件，什么也没有导入。`,
  importNewer: html`这个文件是更新版本的机器人导出的，这里还读不了。`,
  imported: html`<b>已导入</b>`,
  importedNothing: html`文件里没有可以导入的内容。`,
  importedOf: {
    settings: (total, added) => `设置：${total} 项，改了 ${added} 项`,
    subscriptions: (total, added) => `订阅：${total} 个，新增 ${added} 个`,
    watches: (total, added) => `关键词：${total} 个，新增 ${added} 个`,
    filters: (total, added) => `过滤：${total} 个，改了 ${added} 个`,
    saved: (total, added) => `收藏：${total} 篇，新增 ${added} 篇`,
  },
  ownSections: { settings: '设置', subscriptions: '订阅', watches: '关键词', filters: '过滤', saved: '收藏' },
  importProblems: '没有导入的：',
  importMoreProblems: (count) => `另外还有 ${count} 处`,
  importProblem: {
    unknownKey: (name) => `不认识的项目「${name}」`,
    badSection: (section) => `「${section}」的格式不对`,
    badSetting: (name) => `设置「${name}」看不懂`,
    badEntry: (section, number) => `${section}第 ${number} 条格式不对`,
    labelled: (place, label) => `${place}：${label}`,
    unknownCategory: (name) => `没有名为「${name}」的媒体`,
    unknownZone: (name) => `不认识时区「${name}」`,
    badWatch: (query) => `关键词「${query}」不能订阅`,
    badFilter: (name) => `「${name}」的过滤不对`,
    badGeneralFilter: '对全部订阅的过滤不对',
    notFollowed: (name) => `没有订阅「${name}」，它的过滤没有用`,
    unknownArticle: (title) => `没有收录文章「${title}」`,
    tooMany: (section, count) => `${section}太多，${count} 条没有导入`,
  },
  forgetAsk: (subscriptions, watches, filters, saved, deliveries) =>
    html`要删除这个聊天的全部数据吗？\n${subscriptions} 个订阅、${watches} 个关键词、${filters} 个过滤、${saved} 篇收藏、${deliveries} 条推送记录，以及全部设置。\n删除后不能恢复；想留一份，先用 /export 导出。`,
  forgotten: html`已全部删除，不再推送。再发消息，就像第一次来一样。`,
  forgottenNot: html`什么也没有删除。`,
  noMore: '没有更多了',
  terminalWelcome: (
    source,
  ) => html`摘报 · 终端聊天：同一个机器人，不经过 Telegram，读的是${source === 'samples' ? '自带的示例帖子' : ' SOURCES 里的帖子'}。
先输入 /subscribe 中国劳动保障报 或 搜索 养老保险；按钮输入其编号；Ctrl+D 退出。
${source === 'samples' ? '订阅之后，每分钟发表一篇示例，推送会出现在这里。' : '有新帖子时，推送会出现在这里。'}要在 Telegram 上运行：向 @BotFather 申请令牌，写进 .env 的 BOT_TOKEN。`,
  localChatReady: (url) => html`摘报已就绪，在浏览器里打开：

  ${url}/

读的是这台电脑上的文章，不连接 Telegram。Ctrl+C 退出。`,
  noSuchButton: (number) => `没有编号 ${number} 的按钮`,
  languageNow: html`当前语言：中文`,
  languageSet: html`已切换为中文。`,
  languageUnknown: html`可选语言：<code>/language zh</code> 或 <code>/language en</code>`,
};
