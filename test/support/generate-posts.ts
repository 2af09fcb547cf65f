import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface GeneratedPost {
  readonly fileName: string;
  readonly content: string;
}

/** Which shape of the archive a generated post has. */
type Shape = 'flash' | 'strong' | 'own-line' | 'run-in';

/** A medium that posts are filed under: Chinese name and slug. */
interface Medium {
  readonly name: string;
  readonly slug: string;
}

/**
 * Posts in the shape of the real archive's long article (a file of about 6.6 KB, five run-in headings with sub-headings),
 * and one in ten each as a wire flash, with strong headings and with headings on lines of their own. The same seed gives
 * the same posts; a post depends on the seed and its own number only, so a longer run begins with the shorter one.
 * The first `media` entry is 中国劳动保障报 and gets the most. Texts are made of words, so they read like noise but
 * index, search and compare like news: every post has names and numbers that no other has, and keeps to a few affairs, so
 * that a word such as 养老保险 is in about one post of ten.
 */
export function* generatePosts(count: number, seed: number): Iterable<GeneratedPost> {
  for (let number = 0; number < count; number += 1) yield generatePost(number, seed);
}

/** Writes `count` generated posts into the folder, which is made when it is missing. */
export function writePosts(folder: string, count: number, seed: number): void {
  mkdirSync(folder, { recursive: true });
  for (const { fileName, content } of generatePosts(count, seed)) writeFileSync(path.join(folder, fileName), content);
}

function generatePost(number: number, seed: number): GeneratedPost {
  const words = new Words(seed, number);
  const shape = pickShape(words);
  const medium = words.skewed(media);
  const { day, dateLine } = publicationTime(number, shape === 'flash');
  const id = `NW${day.replaceAll('-', '')}${String(number).padStart(8, '0')}`;
  const frontMatter = [
    '---',
    'layout: post',
    `title: "${words.title()}"`,
    `date: ${dateLine}`,
    `categories: ${medium.slug}`,
    `tags: ${medium.name}新闻`,
    '---',
  ].join('\n');
  const body = shape === 'flash' ? `\n${words.sentence(90)}` : article(words, shape, medium);
  const link = `<https://example.com/html_News/NewsShare.html?infoCode=${id}>`;
  const nav = `[返回${medium.name}新闻](//example.com/category/${medium.slug}.html)｜[返回首页](//example.com/)`;
  return { fileName: `${day}-${id}.md`, content: `${frontMatter}\n${body}\n\n${link}\n\n${nav}` };
}

function pickShape(words: Words): Shape {
  const share = words.fraction();
  if (share < 0.1) return 'flash';
  if (share < 0.2) return 'strong';
  return share < 0.3 ? 'own-line' : 'run-in';
}

const firstPublished = Date.UTC(2021, 0, 4);
const minutesBetweenPosts = 7;

/** About two hundred posts a day, as in the archive; flashes have no zone, as its older posts. Text in Beijing time. */
function publicationTime(number: number, isFlash: boolean): { day: string; dateLine: string } {
  const wallClock = new Date(firstPublished + number * minutesBetweenPosts * 60_000).toISOString();
  const day = wallClock.slice(0, 10);
  return { day, dateLine: `${day} ${wallClock.slice(11, 19)}${isFlash ? '' : ' +0800'}` };
}

const introChars = 230;
const sectionChars = 310;
const subSectionsPerSection = 3;

function article(words: Words, shape: Shape, medium: Medium): string {
  const byline = shape === 'run-in' ? words.officeByline() : `本报记者 ${words.person()} ${words.person()}`;
  const paragraphs = [`<p>${words.paragraph(introChars)}</p>`];
  for (const heading of words.several(sectionVerbs, 5)) {
    const title = `${heading}${words.pick(words.affairs)}${words.pick(sectionEnds)}`;
    const text = subSections(words);
    if (shape === 'run-in') paragraphs.push(`<p>${title}。${words.sentence(40)}${text}</p>`);
    else if (shape === 'strong') paragraphs.push(`<p><strong>${title}</strong></p>`, `<p>${text}</p>`);
    else paragraphs.push(`<p>　　${title}</p>`, `<p>　　${text}</p>`);
  }
  const media = `<p class="em_media">（文章来源：${medium.name}）</p>`;
  return `<p><p align="center">${byline}</p> </p> ${paragraphs.join(' ')}${media}`;
}

/** Run-in sub-headings, each followed by its text, as one string. */
function subSections(words: Words): string {
  return words
    .several(subVerbs, subSectionsPerSection)
    .map((verb) => `${verb}${words.pick(words.affairs)}。${words.paragraph(sectionChars / subSectionsPerSection - 25)}`)
    .join('');
}

/** How many different affairs, kinds of people, offices and so on one post is about. */
const wordsPerPost = { affairs: 8, others: 4 };

/** All choices of one post, drawn from one stream of random numbers. */
class Words {
  readonly #next: () => number;
  readonly affairs: readonly string[];
  readonly people: readonly string[];
  readonly offices: readonly string[];
  readonly troubles: readonly string[];
  readonly units: readonly string[];
  readonly tools: readonly string[];

  constructor(seed: number, number: number) {
    this.#next = mulberry32(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
    this.affairs = this.several(allAffairs, wordsPerPost.affairs);
    this.people = this.several(allPeople, wordsPerPost.others);
    this.offices = this.several(allOffices, wordsPerPost.others);
    this.troubles = this.several(allTroubles, wordsPerPost.others);
    this.units = this.several(allUnits, wordsPerPost.others);
    this.tools = this.several(allTools, wordsPerPost.others);
  }

  /** At least 0, below 1. */
  fraction(): number {
    return this.#next();
  }

  pick<T>(list: readonly T[]): T {
    return itemAt(list, Math.floor(this.#next() * list.length));
  }

  /** The first entries far more often than the last: of fifty the first gets about a fifth, the last less than a hundredth. */
  skewed<T>(list: readonly T[]): T {
    return itemAt(list, Math.floor(this.#next() ** 2.5 * list.length));
  }

  /** Distinct entries, in random order. */
  several<T>(list: readonly T[], howMany: number): T[] {
    const rest = [...list];
    return Array.from({ length: howMany }, () => rest.splice(Math.floor(this.#next() * rest.length), 1)).flat();
  }

  number(from: number, to: number): number {
    return from + Math.floor(this.#next() * (to - from + 1));
  }

  place(): string {
    return `${this.pick(placeHeads)}${this.pick(placeTails)}${this.pick(placeKinds)}`;
  }

  person(): string {
    return `${this.pick(surnames)}${this.pick(givenNames)}${this.fraction() < 0.7 ? this.pick(givenNames) : ''}`;
  }

  officeByline(): string {
    return `${this.place()}${this.pick(this.offices)}党组书记、局长${this.person()}`;
  }

  title(): string {
    return `${this.place()}${this.pick(manners)}${this.pick(titleVerbs)}${this.pick(this.affairs)}${this.pick(sectionEnds)}`;
  }

  paragraph(minChars: number): string {
    let text = '';
    while (text.length < minChars) text += this.sentence(40);
    return text;
  }

  /** Clauses with commas between them, closed by a full stop. */
  sentence(minChars: number): string {
    let text = this.#clause();
    while (text.length < minChars) text += `，${this.#clause()}`;
    return `${text}。`;
  }

  #clause(): string {
    return this.pick(clauses)(this);
  }
}

const clauses: readonly ((words: Words) => string)[] = [
  (w) => `${w.place()}${w.pick(w.offices)}把${w.pick(w.affairs)}同${w.pick(w.affairs)}放在一处谋划`,
  (w) => `先后走访${w.number(3, 96)}个${w.pick(w.units)}、${w.number(120, 9800)}名${w.pick(w.people)}`,
  (w) => `对${w.pick(w.people)}${w.pick(manners)}开展${w.pick(w.affairs)}`,
  (w) => `全年办理${w.pick(w.affairs)}${w.number(210, 98_000)}件`,
  (w) => `${w.pick(w.affairs)}办结时间由${w.number(11, 45)}天减到${w.number(1, 10)}天`,
  (w) => `${w.pick(w.people)}反映的${w.pick(w.troubles)}${w.pick(manners)}得到答复`,
  (w) => `${w.person()}等${w.number(2, 40)}名${w.pick(jobs)}常年守在${w.place()}的${w.pick(w.units)}`,
  (w) => `比上一年${w.fraction() < 0.5 ? '多' : '少'}了${w.number(1, 60)}.${w.number(0, 9)}个百分点`,
  (w) => `用好${w.pick(w.tools)}，让${w.pick(w.people)}少填一张表、少跑一趟路`,
  (w) => `围绕${w.pick(w.troubles)}和${w.pick(w.troubles)}列出清单`,
  (w) => `${w.pick(seasons)}以来${w.pick(w.affairs)}投入${w.number(12, 9900)}万元`,
  (w) => `${w.place()}${w.person()}一家靠${w.pick(w.affairs)}一年多收入${w.number(2, 48)}00元`,
  (w) => `${w.pick(seasons)}前把${w.pick(w.tools)}送到${w.place()}、${w.place()}`,
  (w) => `${w.person()}说，眼下最挂心的是${w.pick(w.troubles)}`,
  (w) => `在${w.place()}先行试办，再向${w.number(4, 30)}个${w.pick(w.units)}铺开`,
  (w) =>
    `由${w.pick(w.offices)}牵头、${w.pick(w.offices)}配合，${w.pick(manners)}${w.pick(subVerbs)}${w.pick(w.affairs)}`,
];

const cut = (list: string): readonly string[] => list.split(' ');

const placeHeads = cut('云 临 青 柳 望 北 南 松 石 白 清 平 安 长 永 新 古 桐 枫 荷 沙 龙 凤 鹤 竹 梅 银 金 玉 碧');
const placeTails = cut('溪 澜 禾 湾 舒 坡 渡 岭 桥 塘 洲 原 峰 泉 川 台 林 港 江 湖 亭 浦 坪 田 堰 滩 源 屏 陵 渚');
const placeKinds = cut('县 市 区 镇 乡 街道');
const surnames = cut('林 沈 周 陶 何 程 彭 丁 许 汪 孔 罗 冯 高 顾 秦 唐 樊 方 魏 纪 葛 闵 欧阳 赵 陆 姜 章 董 余');
const givenNames = cut('知 远 念 慈 小 满 令 仪 春 燕 砚 秋 予 安 素 云 晚 舟 亦 双 立 夏 开 田 桂 枝 一 鸣 文 静');
const allOffices = cut(
  '人社局 社保中心 就业服务中心 民政局 财政局 医保局 农业农村局 交通运输局 商务局 教育局 数据局 残联 工会 税务局 市场监管局',
);
const allAffairs = cut(
  '养老保险 失业保险 工伤保险 参保登记 社保转移 待遇核定 资格认证 职业培训 技能评价 创业担保 就业见习 零工市场 社区食堂 养老护理 ' +
    '助餐服务 托育照护 公交线网 村村通车 秋粮收购 仓储烘干 冷链配送 夜间经济 集市管理 电池回收 垃圾分类 旧房改造 电梯加装 图书借阅 ' +
    '河道清理 山林防火 用水调度 电网改造 数据共享 窗口服务 基金监管 信用评价 农机作业 茶园管护 校车接送 急救培训 医保结算 长期护理 ' +
    '工资支付 劳动仲裁 劳务协作 返乡创业 技工教育 师徒结对 用工登记 厂房租赁 税费减免 贷款贴息 电商直播 快递进村 充电设施 停车共享 ' +
    '口袋公园 体育场馆 非遗传承 古村保护 乡村旅游 民宿管理 水库除险 灌渠疏浚 育种繁种 果蔬分拣 畜禽防疫 渔船检修 气象预警 消防巡查 ' +
    '燃气检查 食品抽检 家庭医生 疫苗接种 中药种植 残疾康复 法律援助 邻里调解 档案查询 婚姻登记',
);
const sectionVerbs = cut('扎实办好 稳步做优 持续理顺 逐步拓宽 切实守牢 加快补齐 用心打磨 全面盘活 精准对接 有序推开');
const sectionEnds = cut('工作 这件实事 这项任务 这篇文章 这道难题');
const titleVerbs = cut('推进 改进 办好 试行 升级 重整 扩大 规范');
const subVerbs = cut('完善 健全 优化 落实 严格 细化 延伸 统一 公开 精简 强化 打通');
const manners = cut('逐户 分批 就近 当面 按月 提前 上门 如期 主动 联合 专门 重新');
const allPeople = cut(
  '灵活就业人员 返乡青年 退休职工 种粮大户 独居老人 个体摊主 网约车司机 养老护理员 职校学生 产业工人 残疾群众 小微企业主 外来务工人员 村医',
);
const seasons = cut('开春 入夏 入秋 年底 汛期 农闲时节 上半年 第三季度');
const jobs = cut('协理员 网格员 驾驶员 检验员 培训教师 志愿者 窗口人员 技术员 护林员 调解员');
const allUnits = cut('村 社区 车间 站点 收购点 服务站 园区 学校 合作社 门店');
const allTroubles = cut(
  '断缴补缴 停车难 证明多 排队久 路途远 账目不清 油烟扰民 招工难 用水紧张 信息不通 班次太少 存粮发霉',
);
const allTools = cut('自助终端 流动服务车 电子社保卡 热线电话 线上窗口 数据比对 二维码 公开栏 意见簿 调度平台');

const cities = cut('云溪 临澜 青禾 望川 柳湾 松陵 石浦 白渚 清源 桐江');
const cityPinyin = cut('yunxi linlan qinghe wangchuan liuwan songling shipu baizhu qingyuan tongjiang');
const papers = cut('日报 晚报 商报 经济报 周刊');
const paperPinyin = cut('ribao wanbao shangbao jingjibao zhoukan');

/** Fifty media, the last of them with a space in its name; all but the first are invented. */
const media: readonly Medium[] = [
  { name: '中国劳动保障报', slug: 'zhongguolaodongbaozhangbao' },
  ...papers
    .flatMap((paper, p) =>
      cities.map((city, c) => ({ name: city + paper, slug: `${itemAt(cityPinyin, c)}${itemAt(paperPinyin, p)}` })),
    )
    .slice(0, 48),
  { name: '示例周刊 示例客户端', slug: 'shilizhoukan shilikehuduan' },
];

function itemAt<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no entry ${index} in a list of ${list.length}`);
  return item;
}

/** A small seeded generator of numbers from 0 up to 1 (mulberry32, public domain, by Tommy Ettinger). */
function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
