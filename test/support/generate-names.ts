import { Converter } from 'opencc-js/cn2t';
import { pinyin } from 'pinyin-pro';
import { type Category, foldName } from '../../src/domain/category.js';
import type { Resolution } from '../../src/service/resolve-category.js';
import { randomFrom } from './generate-corpus.js';

const places = {
  provinces:
    '河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 广西 内蒙古 宁夏 新疆 西藏',
  cities:
    '北京 上海 天津 重庆 石家庄 唐山 保定 秦皇岛 邯郸 张家口 太原 大同 长治 临汾 沈阳 大连 鞍山 抚顺 锦州 朝阳 长春 四平 通化 延边 哈尔滨 大庆 伊春 牡丹江 南京 苏州 无锡 常州 ' +
    '扬州 徐州 宿迁 泰州 杭州 宁波 温州 台州 绍兴 嘉兴 湖州 义乌 合肥 芜湖 蚌埠 宿州 六安 亳州 福州 厦门 泉州 漳州 莆田 南昌 九江 赣州 宜春 抚州 济南 青岛 烟台 潍坊 淄博 临沂 菏泽 郑州 洛阳 ' +
    '开封 南阳 信阳 许昌 武汉 宜昌 襄阳 荆州 黄冈 十堰 长沙 株洲 湘潭 岳阳 衡阳 郴州 广州 深圳 珠海 佛山 东莞 中山 汕头 湛江 肇庆 南宁 柳州 桂林 玉林 海口 三亚 成都 绵阳 乐山 宜宾 泸州 ' +
    '南充 攀枝花 贵阳 遵义 毕节 昆明 大理 曲靖 丽江 西安 咸阳 宝鸡 榆林 渭南 汉中 兰州 天水 酒泉 西宁 银川 乌鲁木齐 克拉玛依 喀什 拉萨 日喀则 呼和浩特 包头 鄂尔多斯 赤峰',
  brands:
    '华泽 云信 中岳 长河 远瞻 国祥 东岭 海砺 方和 银桥 安泰 首航 兴川 平望 天翼 恒远 信邦 财通 重山 乐成 金穗 南粤 北辰 西部 瑞丰 德胜 浩海 开泰 联储 申和 广益 民达 光正 同安 百川 太行 万松 盛京 朝晖 行知',
};

const topics =
  '劳动保障 证券 税务 环境 自然资源 水利 石化 电力 气象 医药 教育 文化 旅游 妇女 青年 少年 体育 民航 交通 铁路 水运 建材 冶金 煤炭 纺织 食品 质量 知识产权 商务 经营 企业 会计 审计 银行保险 基金 ' +
  '期货 财经 城乡建设 房地产 海洋 船舶 航空 航天 化工 汽车 电子 信息化 通信 邮政 国土 林业 绿色 农机 畜牧 渔业 粮食 供销合作 工商 消费者 工会 职工 应急管理 消防 地震 医疗保险 中医药 健康 老年 ' +
  '社会组织 民政 民族 侨务 统战 政协 人大 法治 检察 审判 公安 国防 退役军人 人才 会展 物流 仓储 包装 印刷 出版 新闻出版 广告 艺术 书画 戏剧 电影 音乐 动漫';

const papers =
  '日报 晚报 晨报 都市报 商报 经济报 青年报 法治报 广播电视报 工人报 农民报 老年报 教育报 政协报 侨报 科技报 快报 经济日报';
const sites = '新闻网 在线 热线 发布 广播电视台 卫视 融媒体中心 新闻频道 交通广播 客户端 人民政府网';
const offices =
  '发展和改革委员会 人力资源和社会保障$ 财政$ 教育$ 生态环境$ 市场监督管理局 统计局 商务$ 卫生健康委员会 住房和城乡建设$ 交通运输$ 水利$ 农业农村$ 应急管理$ 税务局 医疗保障局 公安$ 科学技术$ 民政$ 司法$ 审计$ 自然资源$';
const firms = '证券 证券研究所 基金 期货 信托 银行 银行研究院 保险 资本 固收研究 宏观研究 策略研究 投资 资管';
const national = '$报 $网 $杂志 $时报 $周刊 $协会 $研究院 $导报';
const words =
  '金融 社保 老陈 基层 银发 长江 楼市 读书 数据 能源 半导体 财税 乡村 城市 重庆 县域 医改 教育 外贸 芯片 新药 车市 会计 人社 债券 宏观 产业 观潮 行业 音乐 乐活 家电 绿电 碳市 航运 酒业 短剧 低空 银行 期权 养老';
const accounts = '观察 笔记 之声 见闻 内参 说 研究社 日记 圈 派 头条 早知道 前线 参考 评论 茶馆 课堂 速递 智库 之家';
const latin = 'AI ETF IPO CEO VC GDP ESG IT 5G 3C MBA CFO App TMT FOF REITs Wind Choice CBN Pro';

const list = (text: string) => text.split(' ').filter(Boolean);

/**
 * Names as an archive of 2,000 media has them, our own invention by patterns (places and topics times kinds of media, offices,
 * brokers and accounts; some real ones come about by themselves), with digits, Latin, spaces and brackets. Slugs are the
 * pinyin of the name; one in fifty is that of another name, one in twenty is missing. The same seed gives the same names,
 * largest first.
 */
export function generateCategories(seed: number, count = 2_000): readonly Category[] {
  const random = randomFrom(seed);
  const pick = (text: string) => pickOf(list(text), random);
  const place = () => pick(random() < 0.25 ? places.provinces : places.cities);
  const number = () => String(pickOf([7, 12, 21, 24, 36, 51, 58, 66, 99, 100, 163, 365, 1905], random));
  const kinds: readonly (readonly [weight: number, make: () => string])[] = [
    [22, () => place() + pick(papers)],
    [14, () => place() + pick(sites)],
    [12, () => `中国${pick(national).replace('$', pick(topics))}`],
    [16, () => officeOf(pick, random)],
    [4, () => `新华社${place()}分社`],
    [12, () => pick(places.brands) + pick(firms)],
    [10, () => pick(words) + pick(accounts)],
    [3, () => pick(latin) + pick(accounts)],
    [2, () => number() + pick(words) + pick(accounts)],
    [2, () => `${number()}世纪${pick(topics)}报道 ${number()}财经APP`],
    [1, () => `${place()}${pick(papers)} ${pick(latin)}`],
    [1, () => `《${pick(topics)}》${pick('周刊 杂志 月刊')}`],
    [1, () => `${pick(latin)} ${pick(latin)} ${pick('Daily News Weekly Review')}`],
  ];
  const names = new Map<string, string>();
  while (names.size < count) {
    const name = weighted(kinds, random)();
    if (!names.has(foldName(name))) names.set(foldName(name), name);
  }
  const all = [...names.values()];
  return all.map((name, at) => {
    const of = random() < 0.02 ? pickOf(all, random) : name;
    const slug = random() < 0.05 ? undefined : slugOf(of);
    return { id: at + 1, name, slug, articleCount: Math.ceil(20_000 / (at + 1)) };
  });
}

function officeOf(pick: (text: string) => string, random: () => number): string {
  if (random() < 0.4) return `${pick(places.provinces)}省${pick(offices).replace('$', '厅')}`;
  return `${pick(places.cities)}市${pick(offices).replace('$', '局')}`;
}

const slugOf = (name: string) => syllablesOf(name).join('');

/** Pinyin by character, that which fits the neighbours; what is no Chinese character stays, in lower case, without spaces. */
function syllablesOf(name: string): readonly string[] {
  return pinyin(name, { toneType: 'none', type: 'array', v: true })
    .map((syllable) => syllable.toLowerCase().replace(/[^a-z0-9]/gu, ''))
    .filter(Boolean);
}

export interface NameInput {
  readonly kind: InputKind;
  readonly text: string;
  readonly target: Category;
}

export type InputKind = keyof typeof inputKinds;

/**
 * What readers type for a name, kind by kind in turn. Left out is what is somebody else's name as it stands: who types
 * 云溪日报 means that paper, though 云溪日报网 without its last character is the same.
 */
export function generateInputs(categories: readonly Category[], seed: number, count = 1_000): readonly NameInput[] {
  const random = randomFrom(seed);
  const taken = new Set(categories.map(({ name }) => foldName(name)));
  const kinds = Object.keys(inputKinds) as InputKind[];
  const inputs: NameInput[] = [];
  while (inputs.length < count) {
    const kind = kinds[inputs.length % kinds.length] as InputKind;
    const target = pickOf(categories, random);
    const text = inputKinds[kind](target.name, random);
    if (text && text !== target.name && !taken.has(foldName(text))) inputs.push({ kind, text, target });
  }
  return inputs;
}

/** Each gives undefined for a name of which there is no such input. */
const inputKinds = {
  dropped(name: string, random: () => number) {
    const at = Math.floor(random() * name.length);
    return name.length > 3 ? name.slice(0, at) + name.slice(at + 1) : undefined;
  },
  swapped(name: string, random: () => number) {
    const at = Math.floor(random() * (name.length - 1));
    return name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2);
  },
  replaced(name: string, random: () => number) {
    return replaceHan(name, random, () => pickOf(commonCharacters(), random));
  },
  homophone(name: string, random: () => number) {
    return replaceHan(name, random, (character) => {
      const others = homophones().get(syllablesOf(character).join('')) ?? [];
      return others.length > 1 ? pickOf(others, random) : undefined;
    });
  },
  pinyin(name: string, random: () => number) {
    const syllables = syllablesOf(name);
    const isWhole = random() < 0.75;
    return syllables.slice(0, isWhole ? undefined : Math.ceil(syllables.length * 0.6)).join(random() < 0.2 ? ' ' : '');
  },
  initials(name: string) {
    const letters = syllablesOf(name).map((syllable) => syllable.charAt(0));
    return letters.length > 3 ? letters.join('') : undefined;
  },
  traditional(name: string) {
    const text = traditional(name);
    return text === name ? undefined : text;
  },
  prefix(name: string, random: () => number) {
    const shortest = Math.max(2, Math.ceil(name.length / 2));
    return name.slice(0, shortest + Math.floor(random() * (name.length - shortest)));
  },
};

const traditional = Converter({ from: 'cn', to: 'tw' });

function replaceHan(name: string, random: () => number, other: (character: string) => string | undefined) {
  const places = Array.from(name.matchAll(/\p{Script=Han}/gu), ({ index }) => index);
  const at = places[Math.floor(random() * places.length)];
  const replacement = at === undefined ? undefined : other(name.charAt(at));
  return replacement && name.slice(0, at) + replacement + name.slice((at ?? 0) + 1);
}

let common: readonly string[] | undefined;

/** The 3,755 characters of the first level of GB 2312. */
function commonCharacters(): readonly string[] {
  common ??= Array.from({ length: 40 * 94 }, (_unused, at) => [0xb0 + Math.floor(at / 94), 0xa1 + (at % 94)])
    .map((bytes) => new TextDecoder('gbk').decode(Uint8Array.from(bytes)))
    .filter((character) => /^\p{Script=Han}$/u.test(character));
  return common;
}

let bySound: ReadonlyMap<string, readonly string[]> | undefined;

function homophones(): ReadonlyMap<string, readonly string[]> {
  bySound ??= groupBy(commonCharacters(), (character) => syllablesOf(character).join(''));
  return bySound;
}

/** What became of the inputs of one kind. */
export interface InputTally {
  readonly kind: InputKind;
  readonly inputs: number;
  /** Subscribed to the target at once. */
  readonly subscribed: number;
  /** The target among the first three buttons, and nothing subscribed. */
  readonly offered: number;
  /** Subscribed to something else. */
  readonly wrong: readonly NameInput[];
  readonly missed: readonly NameInput[];
}

/** Counts by kind what a resolver makes of the inputs. */
export function tallyInputs(
  inputs: readonly NameInput[],
  resolve: (text: string) => Resolution,
): readonly InputTally[] {
  return [...groupBy(inputs, ({ kind }) => kind)].map(([kind, ofKind]) => {
    const outcomes = groupBy(ofKind, ({ text, target }) => judge(resolve(text), target));
    return {
      kind,
      inputs: ofKind.length,
      subscribed: outcomes.get('subscribed')?.length ?? 0,
      offered: outcomes.get('offered')?.length ?? 0,
      wrong: outcomes.get('wrong') ?? [],
      missed: outcomes.get('missed') ?? [],
    };
  });
}

/** Shares of all inputs: right is subscribed or offered. */
export function scoreInputs(tallies: readonly InputTally[]): { right: number; wrong: number } {
  const sum = (of: (tally: InputTally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const inputs = sum((tally) => tally.inputs);
  return {
    right: sum((tally) => tally.subscribed + tally.offered) / inputs,
    wrong: sum((t) => t.wrong.length) / inputs,
  };
}

function judge(resolution: Resolution, target: Category): 'subscribed' | 'offered' | 'wrong' | 'missed' {
  if (resolution.kind === 'one') return resolution.category.id === target.id ? 'subscribed' : 'wrong';
  return resolution.near.slice(0, 3).some(({ id }) => id === target.id) ? 'offered' : 'missed';
}

function groupBy<K, T>(values: readonly T[], keyOf: (value: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

function pickOf<T>(values: readonly T[], random: () => number): T {
  return values[Math.floor(random() * values.length)] as T;
}

function weighted<T>(choices: readonly (readonly [weight: number, value: T])[], random: () => number): T {
  let left = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  throw new Error('no choices');
}
