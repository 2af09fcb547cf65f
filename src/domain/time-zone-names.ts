/** Cities that Chinese readers live in or write about, by their Chinese names; the rest goes by the IANA name. */
const cities: Readonly<Record<string, string>> = {
  北京: 'Asia/Shanghai',
  上海: 'Asia/Shanghai',
  广州: 'Asia/Shanghai',
  深圳: 'Asia/Shanghai',
  重庆: 'Asia/Shanghai',
  成都: 'Asia/Shanghai',
  杭州: 'Asia/Shanghai',
  武汉: 'Asia/Shanghai',
  南京: 'Asia/Shanghai',
  西安: 'Asia/Shanghai',
  天津: 'Asia/Shanghai',
  乌鲁木齐: 'Asia/Urumqi',
  香港: 'Asia/Hong_Kong',
  澳门: 'Asia/Macau',
  台北: 'Asia/Taipei',
  东京: 'Asia/Tokyo',
  大阪: 'Asia/Tokyo',
  首尔: 'Asia/Seoul',
  新加坡: 'Asia/Singapore',
  吉隆坡: 'Asia/Kuala_Lumpur',
  曼谷: 'Asia/Bangkok',
  河内: 'Asia/Ho_Chi_Minh',
  胡志明市: 'Asia/Ho_Chi_Minh',
  雅加达: 'Asia/Jakarta',
  马尼拉: 'Asia/Manila',
  金边: 'Asia/Phnom_Penh',
  仰光: 'Asia/Yangon',
  新德里: 'Asia/Kolkata',
  孟买: 'Asia/Kolkata',
  迪拜: 'Asia/Dubai',
  莫斯科: 'Europe/Moscow',
  伦敦: 'Europe/London',
  巴黎: 'Europe/Paris',
  柏林: 'Europe/Berlin',
  罗马: 'Europe/Rome',
  米兰: 'Europe/Rome',
  马德里: 'Europe/Madrid',
  阿姆斯特丹: 'Europe/Amsterdam',
  苏黎世: 'Europe/Zurich',
  维也纳: 'Europe/Vienna',
  布鲁塞尔: 'Europe/Brussels',
  都柏林: 'Europe/Dublin',
  斯德哥尔摩: 'Europe/Stockholm',
  赫尔辛基: 'Europe/Helsinki',
  伊斯坦布尔: 'Europe/Istanbul',
  开罗: 'Africa/Cairo',
  约翰内斯堡: 'Africa/Johannesburg',
  内罗毕: 'Africa/Nairobi',
  纽约: 'America/New_York',
  波士顿: 'America/New_York',
  华盛顿: 'America/New_York',
  多伦多: 'America/Toronto',
  芝加哥: 'America/Chicago',
  休斯敦: 'America/Chicago',
  丹佛: 'America/Denver',
  洛杉矶: 'America/Los_Angeles',
  旧金山: 'America/Los_Angeles',
  西雅图: 'America/Los_Angeles',
  温哥华: 'America/Vancouver',
  檀香山: 'Pacific/Honolulu',
  圣保罗: 'America/Sao_Paulo',
  悉尼: 'Australia/Sydney',
  墨尔本: 'Australia/Melbourne',
  布里斯班: 'Australia/Brisbane',
  珀斯: 'Australia/Perth',
  奥克兰: 'Pacific/Auckland',
};

/** Places in China in English, small letters only: zones are named after Shanghai and a few others. */
const inEnglish = [
  ...['beijing', 'peking', 'guangzhou', 'canton', 'shenzhen', 'chengdu', 'hangzhou', 'wuhan', 'nanjing', 'xian'],
  ...['tianjin', 'suzhou', 'xiamen', 'qingdao', 'dalian', 'shenyang', 'changsha', 'jinan', 'fuzhou', 'kunming'],
  ...['zhengzhou', 'ningbo', 'hefei', 'nanchang', 'nanning', 'haikou', 'guiyang', 'lanzhou', 'taiyuan', 'wuxi'],
  ...['shijiazhuang', 'changchun', 'hohhot', 'yinchuan', 'xining', 'lhasa', 'china'],
];

/** A Map, because what people type may be the name of something that every object has. */
const byName: ReadonlyMap<string, string> = new Map([
  ...Object.entries(cities),
  ...inEnglish.map((name) => [name, 'Asia/Shanghai'] as const),
  ['hongkong', 'Asia/Hong_Kong'],
  ['macao', 'Asia/Macau'],
]);

/** The IANA zone that somebody means: by its name in any spelling (`asia/tokyo`, `Tokyo`), or by a city in Chinese. */
export function findTimeZone(name: string): string | undefined {
  const wanted = name
    .normalize('NFKC')
    .trim()
    .replace(/市$|时间$/u, '');
  const letters = wanted
    .toLowerCase()
    .replace(/ (?:city|time)$/u, '')
    .replace(/[\s'’_-]+/gu, '');
  const city = byName.get(wanted) ?? byName.get(name.trim()) ?? byName.get(letters);
  if (city) return city;
  const folded = wanted.toLowerCase().replace(/\s+/gu, '_');
  if (!folded) return undefined;
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')];
  return (
    zones.find((zone) => zone.toLowerCase() === folded) ??
    zones.find((zone) => zone.toLowerCase().endsWith(`/${folded}`)) ??
    acceptedByIntl(folded)
  );
}

/** Names that Intl knows without listing them, such as `PRC` or `Asia/Beijing` of old. Offsets are no zones: they know no summer time. */
function acceptedByIntl(name: string): string | undefined {
  if (!/^[a-z]+(?:[/_-][a-z_]+)*$/u.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    // RangeError: no such zone, which is the answer.
    return undefined;
  }
}
