import { randomFrom } from './generate-corpus.js';

/** What the story rules read of an article. */
export interface StoryArticle {
  readonly title: string | undefined;
  readonly text: string;
  readonly orderAt: Date;
}

/** Two articles, and whether a reader would call them one text. */
export interface StoryPair {
  /** How the second came about, or what makes it look like the first. */
  readonly kind: string;
  readonly isSame: boolean;
  readonly a: StoryArticle;
  readonly b: StoryArticle;
}

/** Pairs of a kind, and how many of them were judged one story. */
export interface StoryTally {
  readonly kind: string;
  readonly isSame: boolean;
  readonly pairs: number;
  readonly judgedSame: number;
}

const pairsPerKind = 32;

/**
 * 32 pairs of every kind of reprint and of every kind of look-alike, from flashes of 40 characters to essays of 3,000.
 * Places, people, media and indexes are invented. What is done to a text is what desks do to wire copy, written down before
 * the rules that are measured with it. The same seed gives the same pairs.
 */
export function generateStoryPairs(seed: number): readonly StoryPair[] {
  return Object.entries(kinds).flatMap(([kind, make], number) =>
    Array.from({ length: pairsPerKind }, (_unused, at) => {
      const pair = make(new Desk(seed * 7919 + number * 104_729 + at * 31));
      return { kind, ...pair };
    }),
  );
}

/** Counts by kind how many pairs the judge calls one story. */
export function tallyStories(
  pairs: readonly StoryPair[],
  judge: (a: StoryArticle, b: StoryArticle) => boolean,
): readonly StoryTally[] {
  const tallies = new Map<string, StoryTally>();
  for (const { kind, isSame, a, b } of pairs) {
    const before = tallies.get(kind) ?? { kind, isSame, pairs: 0, judgedSame: 0 };
    tallies.set(kind, { ...before, pairs: before.pairs + 1, judgedSame: before.judgedSame + (judge(a, b) ? 1 : 0) });
  }
  return [...tallies.values()];
}

/** Share of the pairs judged one story that are, and share of those that are which were judged so. */
export function scoreStories(tallies: readonly StoryTally[]): { precision: number; recall: number } {
  const sum = (of: (tally: StoryTally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const right = sum(({ isSame, judgedSame }) => (isSame ? judgedSame : 0));
  return { precision: right / sum((tally) => tally.judgedSame), recall: right / sum((t) => (t.isSame ? t.pairs : 0)) };
}

type Pair = Omit<StoryPair, 'kind'>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const same = (a: StoryArticle, b: StoryArticle): Pair => ({ isSame: true, a, b });
const different = (a: StoryArticle, b: StoryArticle): Pair => ({ isSame: false, a, b });

/** A reprint: the paragraphs as the other medium prints them, with its dress around them. */
function reprint(desk: Desk, of: Draft, paragraphs = of.paragraphs, title: string | undefined = of.title): Pair {
  const gap = of.isFlash ? desk.between(0.1, 6) * hourMs : desk.between(0.1, 72) * hourMs;
  return same(desk.print(of), desk.print({ ...of, paragraphs, title, at: of.at + gap }));
}

const kinds: Readonly<Record<string, (desk: Desk) => Pair>> = {
  identical: (desk) => {
    const draft = desk.draft();
    const article = desk.print(draft);
    return same(article, { ...article, orderAt: new Date(draft.at + desk.between(0.1, 12) * hourMs) });
  },
  retitled: (desk) => {
    const draft = desk.draft();
    return reprint(desk, draft, draft.paragraphs, desk.otherTitle(draft));
  },
  'other byline and dateline': (desk) => {
    const draft = desk.draft();
    const text = draft.paragraphs.join('\n');
    const pair = reprint(desk, draft);
    return same({ ...pair.a, text: desk.dress(text, true) }, { ...pair.b, text: desk.dress(text, true) });
  },
  'paragraph added': (desk) => {
    const draft = desk.article();
    return reprint(desk, draft, desk.withParagraph(draft));
  },
  'paragraph dropped': (desk) => {
    const draft = desk.article();
    return reprint(desk, draft, desk.withoutParagraph(draft.paragraphs));
  },
  'trimmed at the end': (desk) => {
    const draft = desk.article();
    return reprint(desk, draft, desk.trimmed(draft.paragraphs, desk.between(0.35, 0.8)));
  },
  'trimmed throughout': (desk) => {
    const draft = desk.essay();
    const share = desk.between(0.5, 0.8);
    const kept = draft.paragraphs.filter((_paragraph, at) => at === 0 || desk.chance(share));
    return reprint(desk, draft, kept.length > draft.paragraphs.length / 3 ? kept : draft.paragraphs);
  },
  'lightly edited': (desk) => {
    const draft = desk.draft();
    return reprint(desk, draft, desk.edited(draft.paragraphs));
  },
  'edited flash': (desk) => {
    const draft = desk.flash();
    const line = desk.pick([desk.retimed, desk.repunctuated, desk.respaced])(draft.paragraphs[0] ?? '');
    return reprint(desk, draft, [line], desk.chance(0.5) ? desk.otherTitle(draft) : draft.title);
  },
  'paragraphs run together': (desk) => {
    const draft = desk.article();
    return reprint(desk, draft, [draft.paragraphs.join(''), ...desk.some([desk.paragraph(1)], 0.3)]);
  },
  combination: (desk) => {
    const draft = desk.article();
    let paragraphs = desk.edited(draft.paragraphs);
    paragraphs = desk.chance(0.5)
      ? desk.trimmed(paragraphs, desk.between(0.45, 0.9))
      : desk.withoutParagraph(paragraphs);
    if (desk.chance(0.4)) paragraphs = desk.withParagraph({ ...draft, paragraphs });
    return reprint(desk, draft, paragraphs, desk.chance(0.6) ? desk.otherTitle(draft) : draft.title);
  },

  'flash of another day': (desk) => {
    const make = desk.pick(flashes);
    const facts = desk.facts();
    const first = flashDraft(desk, make, facts);
    const second = flashDraft(desk, make, desk.nextDay(facts));
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.wholeDays(1, 4) }));
  },
  'flash of another hour': (desk) => {
    const make = desk.pick(flashes);
    const facts = desk.facts();
    const first = flashDraft(desk, make, facts);
    const second = flashDraft(desk, make, { ...desk.nextDay(facts), day: facts.day });
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.between(0.3, 5) * hourMs }));
  },
  'same words on another day': (desk) => {
    const first = flashDraft(desk, desk.pick(undatedFlashes), desk.facts());
    return different(desk.print(first), desk.print({ ...first, at: first.at + desk.wholeDays(1, 4) }));
  },
  'flash about another': (desk) => {
    const make = desk.pick(flashes);
    const facts = desk.facts();
    const first = flashDraft(desk, make, facts);
    const second = flashDraft(desk, make, desk.elsewhere(facts));
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.between(0, 3) * hourMs }));
  },
  'own words': (desk) => {
    const facts = desk.facts();
    const at = desk.moment();
    const [first, second] = desk.shuffled(reports);
    if (!first || !second) throw new Error('a second way to report is missing');
    const write = (report: Report) => {
      const paragraphs = [...report(facts, desk), ...desk.paragraphs(desk.int(0, 3))];
      return desk.print({ title: desk.titleOf(facts), paragraphs, at, facts, isFlash: false });
    };
    return different(write(first), write(second));
  },
  'weekly column': (desk) => {
    const column = desk.column();
    const at = desk.moment();
    const gap = desk.pick([1, 2, 3, 4, 5, 7]) * dayMs;
    return different(desk.print({ ...column(), at }), desk.print({ ...column(), at: at + gap }));
  },
  'prices of another day': (desk) => {
    const notice = priceNotice(desk);
    const facts = desk.facts();
    const first = notice(facts);
    const second = notice(desk.nextDay(facts));
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.wholeDays(1, 4) }));
  },
  'closing report of another day': (desk) => {
    const report = closingReport(desk);
    const facts = desk.facts();
    const first = report(facts);
    const second = report(desk.nextDay(facts));
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.wholeDays(1, 4) }));
  },
  'draw of another day': (desk) => {
    const report = draw(desk);
    const facts = desk.facts();
    const first = report(facts);
    const second = report(desk.nextDay(facts));
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.wholeDays(1, 4) }));
  },
  'notice for another place': (desk) => {
    const notice = powerNotice(desk);
    const facts = desk.facts();
    const first = notice(facts);
    const second = notice({ ...desk.elsewhere(facts), day: facts.day, numbers: facts.numbers });
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.between(0, 30) * hourMs }));
  },
  'notice for another day': (desk) => {
    const notice = powerNotice(desk);
    const facts = desk.facts();
    const first = notice(facts);
    const second = notice({ ...facts, day: facts.day + desk.int(1, 4) });
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.wholeDays(1, 4) }));
  },
  'appointment of another': (desk) => {
    const notice = appointment(desk);
    const facts = desk.facts();
    const first = notice(facts);
    const second = notice({ ...facts, person: desk.person(), otherPerson: desk.person(), office: desk.pick(offices) });
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.between(0, 48) * hourMs }));
  },
  'announcement of another company': (desk) => {
    const notice = buyback(desk);
    const facts = desk.facts();
    const first = notice(facts);
    const second = notice(desk.elsewhere(facts));
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.between(0, 48) * hourMs }));
  },
  'follow-up': (desk) => {
    const draft = desk.article();
    const quoted = desk.shuffled(draft.paragraphs).slice(0, desk.int(1, 2));
    const own = desk.paragraphs(Math.max(3, quoted.length * 2));
    const paragraphs = [...own.slice(0, 1), ...quoted, ...own.slice(1)];
    const later = { ...draft, paragraphs, title: desk.otherTitle(draft), at: draft.at + desk.between(6, 90) * hourMs };
    return different(desk.print(draft), desk.print(later));
  },
  'correction of another text': (desk) => {
    const notice = correction(desk);
    const facts = desk.facts();
    const first = notice(facts);
    const second = notice({ ...desk.elsewhere(facts), day: facts.day + 1 });
    return different(desk.print(first), desk.print({ ...second, at: first.at + desk.wholeDays(0, 4) }));
  },
  'roundup with the whole text': (desk) => {
    const item = desk.chance(0.5) ? desk.flash() : desk.report();
    const others = Array.from({ length: 9 }, () => (desk.chance(0.5) ? desk.flash() : desk.report()));
    const items = desk.shuffled([item, ...others]);
    const paragraphs = items.flatMap(({ title, paragraphs: of }, at) => [`${at + 1}. ${title ?? '简讯'}`, ...of]);
    const roundup = {
      ...item,
      title: `${desk.pick(['早读', '晚报速览', '一日要闻'])}｜${items[0]?.title ?? '简讯'}`,
      paragraphs,
    };
    return different(desk.print(item), desk.print({ ...roundup, at: item.at + desk.between(0, 12) * hourMs }));
  },
  'short roundup with the whole text': (desk) => {
    const item = desk.report();
    const items = desk.shuffled([item, ...Array.from({ length: desk.int(2, 3) }, () => desk.report())]);
    const paragraphs = items.flatMap(({ title, paragraphs: of }, at) => [`${at + 1}、${title ?? '简讯'}`, ...of]);
    const roundup = {
      ...item,
      title: `${desk.pick(['城事速递', '一周短波'])}：${items[0]?.title ?? '简讯'}`,
      paragraphs,
    };
    return different(desk.print(item), desk.print({ ...roundup, at: item.at + desk.between(0, 30) * hourMs }));
  },
  'roundups of one evening': (desk) => {
    const items = Array.from({ length: 10 }, () => (desk.chance(0.5) ? desk.flash() : desk.report()));
    const roundup = () => {
      const own = Array.from({ length: 6 }, () => (desk.chance(0.5) ? desk.flash() : desk.report()));
      const chosen = desk.shuffled([...desk.shuffled(items).slice(0, 4), ...own]);
      return chosen.flatMap(({ title, paragraphs }, at) => [`${at + 1}. ${title ?? '简讯'}`, ...paragraphs]);
    };
    const [first] = items as [Draft];
    const print = () => desk.print({ ...first, isFlash: false, title: '今晚值得看的几条消息', paragraphs: roundup() });
    return different(print(), print());
  },
  'same words under another video': (desk) => {
    const text = desk.pick([
      '点击观看完整视频，更多内容请下载示例新闻客户端。',
      '（详细内容请看视频报道，欢迎在评论区留言讨论）',
      '更多精彩图片请点击下一页查看，长按可保存原图。',
    ]);
    const at = desk.moment();
    const article = (title: string, hours: number) => ({ title, text, orderAt: new Date(at + hours * hourMs) });
    return different(article(desk.headline(), 0), article(desk.headline(), desk.between(0, 10)));
  },
  unrelated: (desk) => different(desk.print(desk.draft()), desk.print(desk.draft())),
};

/** An article before a medium prints it. */
interface Draft {
  readonly title: string | undefined;
  readonly paragraphs: readonly string[];
  readonly at: number;
  readonly facts: Facts;
  readonly isFlash: boolean;
}

/** What a report is about. */
interface Facts {
  readonly city: string;
  readonly town: string;
  readonly street: string;
  readonly office: string;
  readonly company: string;
  readonly index: string;
  readonly thing: string;
  readonly person: string;
  readonly otherPerson: string;
  /** Day of March. */
  readonly day: number;
  readonly numbers: readonly number[];
  /** Words of the person, as every medium quotes them. */
  readonly quotes: readonly string[];
  readonly isUp: boolean;
}

type Report = (facts: Facts, desk: Desk) => readonly string[];

const list = (words: string): readonly string[] => words.split(' ');

const cities = list('柳川市 云泽市 松陵市 桐浦市 青禾市 澜江市 鹤屏市 沙湾市 临溪市 金渡市 枫林市 白塘市');
const towns = list('石桥镇 南荷镇 长堰镇 古渡镇 竹坪乡 银滩镇 新塘乡 凤池镇 东林镇 望江镇 清泉乡 玉屏镇');
const streets = list('东渠街 西苑路 柳堤路 荷花巷 钟楼街 北站路 书院街 长亭路 桂枝巷 机床厂路 渔市街 新华里路');
const offices = list('水务局 园林中心 交通运输局 农业农村局 民政局 图书馆 人社局 供电公司 住建局 文化馆 商务局 气象台');
const companies = list('云泽机电 松陵乳业 柳川新材 金渡物流 鹤屏医药 澜江重工 桐浦电子 青禾种业 白塘纸业 枫林家居');
const indexes = list('河湾综指 青禾成指 云泽五十指数 澜江工业指数 松陵科创指数 南荷商品指数');
const things = list(
  '社区菜园 老旧水管 夜间公交 秋粮仓储 公共自行车 口袋公园 村级养老点 旧书循环 雨水花园 校车线路 菜市场改造 充电车棚 河道清淤 图书通借 茶园机耕 冷链小站',
);
const surnames = list('林 沈 周 陶 何 程 彭 丁 许 汪 孔 罗 冯 高 顾 秦 唐 樊 方 魏 纪 葛 闵 欧阳 陆 姜');
const givenNames = list('知 远 念 慈 满 令 仪 燕 砚 秋 予 素 云 晚 舟 亦 夏 桂 枝 鸣 文 静 朗 川 岚 拓');
const media = list('柳川日报 云泽晚报 示例新闻网 河湾财经 澜江在线 松陵观察 桐浦商报 青禾新闻客户端');
const agencies = list('示例社 中样社 例新社');
const people = list('居民 摊主 司机 老人 学生 志愿者 技术员 种粮户 店主 管理员 家长 护工');
const verbs = list('登记 清点 修缮 养护 改造 公示 查看 调整 更换 试用 收集 整理 搬运 检修 补种 腾挪');
const adverbs = list('陆续 当面 逐户 提前 重新 按月 分批 轮流 主动 反复 顺手 悄悄');
const troubles = list(
  '排队太久 字太小看不清 雨天积水 夜里没有灯 找不到人修 手续来回跑 没有地方停车 费用说不清 通知来得晚 座位不够',
);
const results = list(
  '办结时间缩短了一半 投诉少了许多 来的人一天比一天多 账目每周贴在墙上 孩子们有了去处 冬天也不再停水 大家愿意多走几步 摊位全部租了出去',
);
const seasons = list('开春以后 入夏以来 上个月 去年冬天 汛期之前 农闲时节 这些年 开学前后');
const tools = list('一张登记表 两本台账 三把旧钥匙 一部热线电话 几台旧电脑 一块黑板 一个小程序 半间门房');

/** One seeded writer. */
class Desk {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomFrom(seed);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }

  int(low: number, high: number): number {
    return low + Math.floor(this.#random() * (high - low + 1));
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.#random() * values.length)] as T;
  }

  some<T>(values: readonly T[], share: number): readonly T[] {
    return values.filter(() => this.chance(share));
  }

  shuffled<T>(values: readonly T[]): T[] {
    const order = values.map((value) => ({ value, key: this.#random() }));
    return order.sort((a, b) => a.key - b.key).map(({ value }) => value);
  }

  moment(): number {
    return Date.UTC(2024, 2, this.int(1, 20), this.int(0, 15), this.int(0, 59));
  }

  /** Days on end, give or take two hours: what comes daily comes at about the same time. */
  wholeDays(low: number, high: number): number {
    return Math.max(1, this.int(low, high)) * dayMs + this.between(-2, 2) * hourMs;
  }

  person(): string {
    return `${this.pick(surnames)}${this.pick(givenNames)}${this.chance(0.6) ? this.pick(givenNames) : ''}`;
  }

  facts(): Facts {
    const thing = this.pick(things);
    return {
      city: this.pick(cities),
      town: this.pick(towns),
      street: this.pick(streets),
      office: this.pick(offices),
      company: this.pick(companies),
      index: this.pick(indexes),
      thing,
      person: this.person(),
      otherPerson: this.person(),
      day: this.int(1, 20),
      numbers: this.numbers(),
      quotes: Array.from({ length: this.int(1, 3) }, () => this.pick(quotes)(this, thing)),
      isUp: this.chance(0.5),
    };
  }

  numbers(): readonly number[] {
    return Array.from({ length: 12 }, () => this.int(11, 980));
  }

  /** The same affair on another day. */
  nextDay(facts: Facts): Facts {
    return { ...facts, day: facts.day + this.int(1, 4), numbers: this.numbers(), isUp: this.chance(0.5) };
  }

  /** The same kind of affair of somebody else. */
  elsewhere(facts: Facts): Facts {
    const other = <T>(values: readonly T[], than: T) => this.pick(values.filter((value) => value !== than));
    return {
      ...facts,
      city: this.chance(0.5) ? facts.city : other(cities, facts.city),
      town: other(towns, facts.town),
      street: other(streets, facts.street),
      company: other(companies, facts.company),
      index: other(indexes, facts.index),
      thing: other(things, facts.thing),
      person: this.person(),
      numbers: this.numbers(),
    };
  }

  sentence(): string {
    const parts = [this.pick(openings)(this), this.pick(middles)(this)];
    if (this.chance(0.7)) parts.push(this.pick(middles)(this));
    if (this.chance(0.6)) parts.push(this.pick(endings)(this));
    return `${parts.filter((part) => part !== '').join('，')}。`;
  }

  paragraph(sentences = this.int(2, 5)): string {
    return Array.from({ length: sentences }, () =>
      this.chance(0.12) ? `“${this.pick(quotes)(this, this.pick(things))}”${this.person()}说。` : this.sentence(),
    ).join('');
  }

  paragraphs(count: number): readonly string[] {
    return Array.from({ length: count }, () => this.paragraph());
  }

  headline(): string {
    return this.titleOf(this.facts());
  }

  titleOf(facts: Facts): string {
    return this.pick(titles)(facts, this);
  }

  /** What another desk writes above the text; a flash is mostly retitled with its own words. */
  otherTitle({ facts, isFlash, title, paragraphs }: Draft): string | undefined {
    if (this.chance(0.05)) return undefined;
    if (!isFlash) return this.titleOf(facts);
    const clauses = (paragraphs[0] ?? '').replace(/^【[^】]*】/u, '').split(/[，。]/u);
    return this.pick([`快讯：${title ?? clauses[0]}`, clauses.slice(0, 2).join(' '), clauses[1] ?? title]);
  }

  /** Anything a medium reprints: one in five a flash, some short reports, most of them articles, some long essays. */
  draft(): Draft {
    const share = this.between(0, 1);
    if (share < 0.2) return this.flash();
    if (share < 0.4) return this.report();
    return share < 0.85 ? this.article() : this.essay();
  }

  flash(): Draft {
    return flashDraft(this, this.pick(flashes), this.facts());
  }

  /** 100 to 350 characters. */
  report(): Draft {
    const facts = this.facts();
    const paragraphs = [this.sentence() + this.sentence(), ...this.paragraphs(this.int(0, 1))];
    return { title: this.titleOf(facts), paragraphs, at: this.moment(), facts, isFlash: false };
  }

  /** 400 to 1,500 characters, some with headings. */
  article(): Draft {
    const facts = this.facts();
    const report = this.pick(reports)(facts, this);
    const heads = this.chance(0.3);
    const more = this.paragraphs(this.int(3, 8)).flatMap((paragraph, at) =>
      heads && at % 3 === 0
        ? [`${this.pick(adverbs)}${this.pick(verbs)}，${this.pick(results)}`, paragraph]
        : [paragraph],
    );
    return { title: this.titleOf(facts), paragraphs: [...report, ...more], at: this.moment(), facts, isFlash: false };
  }

  /** 1,500 to 3,000 characters. */
  essay(): Draft {
    const article = this.article();
    return { ...article, paragraphs: [...article.paragraphs, ...this.paragraphs(this.int(8, 14))] };
  }

  withParagraph({ paragraphs, facts }: Draft): readonly string[] {
    const background = [
      this.paragraph(this.int(1, 3)),
      `据了解，${facts.city}${facts.thing}始于${this.int(2008, 2020)}年，${this.pick(results)}。`,
      `新闻多一点：${this.sentence()}`,
    ];
    const at = this.chance(0.6) ? paragraphs.length : this.int(1, paragraphs.length);
    return [...paragraphs.slice(0, at), this.pick(background), ...paragraphs.slice(at)];
  }

  withoutParagraph(paragraphs: readonly string[]): readonly string[] {
    const dropped = this.chance(0.5) ? paragraphs.length - 1 : this.int(0, paragraphs.length - 1);
    return paragraphs.filter((_paragraph, at) => at !== dropped);
  }

  /** The beginning, cut at a sentence end. */
  trimmed(paragraphs: readonly string[], share: number): readonly string[] {
    const wanted = paragraphs.join('').length * share;
    const kept: string[] = [];
    let length = 0;
    for (const paragraph of paragraphs) {
      const sentences: string[] = [];
      for (const sentence of paragraph.split(/(?<=。”?)/u)) {
        if (length >= wanted) break;
        sentences.push(sentence);
        length += sentence.length;
      }
      if (sentences.length > 0) kept.push(sentences.join(''));
    }
    return kept;
  }

  /** Two to four of the things that a desk does to copy. */
  edited(paragraphs: readonly string[]): readonly string[] {
    const edits = this.shuffled([this.retimed, this.repunctuated, this.respaced, this.reworded, this.shortened]);
    let lines = [...paragraphs];
    for (const edit of edits.slice(0, this.int(2, 4))) {
      const isEverywhere = edit === this.repunctuated || edit === this.respaced || edit === this.retimed;
      const at = this.int(0, lines.length - 1);
      lines = lines.map((line, number) => (isEverywhere || number === at ? edit(line) : line));
    }
    return lines;
  }

  readonly retimed = (line: string): string => {
    const other = this.pick(['昨日', '今日', '日前', '近日', '昨天']);
    return line.replace(/昨日|今日|日前|近日|昨天|今天/gu, other);
  };

  readonly repunctuated = (line: string): string =>
    this.pick([
      (text: string) => text.replaceAll('“', '「').replaceAll('”', '」'),
      (text: string) => text.replaceAll('，', ','),
      (text: string) => text.replaceAll('、', '，').replaceAll('；', '。'),
    ])(line);

  readonly respaced = (line: string): string =>
    this.pick([
      (text: string) => text.replace(/(\d+(?:\.\d+)?)/gu, ' $1 '),
      (text: string) => text.replace(/\d/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
      (text: string) => `　　${text}`,
    ])(line);

  /** One sentence said otherwise, by the words that desks swap. */
  readonly reworded = (line: string): string => {
    const swaps = this.shuffled(synonyms).filter(([from]) => line.includes(from));
    return swaps.slice(0, this.int(1, 3)).reduce((text, [from, to]) => text.replace(from, to), line);
  };

  /** One clause less. */
  readonly shortened = (line: string): string => {
    const clauses = line.split('，');
    const at = this.int(1, clauses.length - 1);
    return clauses.length < 4 || clauses[at]?.includes('。') ? line : clauses.filter((_c, i) => i !== at).join('，');
  };

  /** As a medium prints it: title, credits around the text. */
  print({ title, paragraphs, at }: Draft): StoryArticle {
    return { title, text: this.dress(paragraphs.join('\n'), this.chance(0.5)), orderAt: new Date(at) };
  }

  dress(text: string, withDateline: boolean): string {
    const reporter = this.person();
    const medium = this.pick(media);
    const day = this.int(1, 28);
    const openings = [
      `${this.pick(agencies)}${this.pick(cities).slice(0, -1)}3月${day}日电（记者${reporter}）`,
      `${this.pick(agencies)}${this.pick(cities).slice(0, -1)}3月${day}日电 `,
      `本报讯（记者 ${reporter} 通讯员 ${this.person()}）`,
      `${medium}讯 `,
      `据${medium}报道，`,
      `据${this.pick(agencies)}消息，`,
      `（记者 ${reporter}）`,
      `${medium}3月${day}日讯（记者${reporter}）`,
    ];
    const closings = [
      `（记者 ${reporter}）`,
      `（责任编辑：${reporter}）`,
      `（文章来源：${medium}）`,
      `\n来源：${medium}`,
      `\n编辑：${reporter}　校对：${this.person()}`,
      `\n（作者单位：${this.pick(cities)}${this.pick(offices)}）`,
      `\n本文来自${medium}，转载请注明出处。`,
      `\n（${reporter}）`,
    ];
    const head = this.chance(0.15) ? `本报记者 ${reporter}\n` : '';
    const opening = withDateline ? this.pick(openings) : '';
    const closing = this.chance(0.5) ? this.pick(closings) : '';
    return `${head}${opening}${text}${closing}`;
  }

  /** A weekly column: what stays from issue to issue, and a maker of issues. */
  column(): () => Draft {
    const name = this.pick(['街坊问答', '一周看市', '慢读', '菜园手记', '办事小贴士', '老李说车']);
    const intro = this.paragraph(this.int(1, 3));
    const outro = `${this.paragraph(1)}欢迎把您的问题寄到本报${name}栏目，编辑部会挑选有代表性的来信请人解答，来信请注明姓名和联系电话。`;
    const sections = this.shuffled(['本周来信', '记者走访', '专家怎么说', '一周数字', '下周提醒']).slice(
      0,
      this.int(2, 4),
    );
    return () => {
      const facts = this.facts();
      const paragraphs = [intro, ...sections.flatMap((name_) => [name_, this.paragraph(this.int(2, 4))]), outro];
      return { title: `${name}｜${this.titleOf(facts)}`, paragraphs, at: 0, facts, isFlash: false };
    };
  }
}

const openings: readonly ((desk: Desk) => string)[] = [
  (d) => d.pick(seasons),
  (d) => `在${d.pick(cities)}${d.pick(towns)}`,
  (d) => `说起${d.pick(things)}`,
  (d) => `${d.person()}是${d.pick(towns)}的一名${d.pick(people)}`,
  (d) => `记者${d.pick(['昨日', '日前', '近日', '今日'])}从${d.pick(cities)}${d.pick(offices)}获悉`,
  (d) => `${d.pick(offices)}的${d.pick(people)}告诉记者`,
  (d) => `不少${d.pick(people)}发现`,
  () => `截至目前`,
  (d) => `走进${d.pick(streets)}`,
  () => `与往年不同的是`,
  (d) => `${d.int(2, 28)}日一早`,
  () => `问题也随之而来`,
  (d) => `${d.pick(cities)}把${d.pick(things)}列入全年要办的${d.int(3, 20)}件事`,
];

const middles: readonly ((desk: Desk) => string)[] = [
  (d) => `${d.pick(people)}最挂心的是${d.pick(troubles)}`,
  (d) => `${d.pick(adverbs)}${d.pick(verbs)}${d.pick(things)}${d.int(3, 900)}处`,
  (d) => `靠${d.pick(tools)}把${d.pick(things)}管了起来`,
  (d) => `${d.pick(people)}和${d.pick(people)}一起${d.pick(verbs)}`,
  (d) => `先在${d.pick(streets)}试了${d.int(2, 11)}个月`,
  (d) => `花了${d.int(12, 980)}万元`,
  (d) => `由${d.pick(offices)}出面${d.pick(verbs)}`,
  (d) => `参加的${d.pick(people)}有${d.int(20, 3000)}人`,
  (d) => `有人担心${d.pick(troubles)}`,
  (d) => `${d.pick(['增长', '下降', '提高', '减少'])}了百分之${d.pick(list('三 五 八 十二 二十 三十五'))}`,
  (d) => `${d.pick(towns)}的做法是${d.pick(adverbs)}${d.pick(verbs)}`,
  (d) => `比上年同期多了${d.int(1, 40)}.${d.int(1, 9)}%`,
  (d) => `${d.pick(['但是', '于是', '同时', '其实'])}${d.pick(troubles)}的事仍然常有`,
  (d) => `用的是${d.pick(seasons)}攒下的${d.pick(tools)}`,
  (d) => `从${d.pick(streets)}到${d.pick(streets)}都能看到`,
  (d) => `${d.person()}和同事${d.pick(adverbs)}上门`,
];

const endings: readonly ((desk: Desk) => string)[] = [
  (d) => d.pick(results),
  (d) => `为的是不再${d.pick(troubles)}`,
  (d) => `这让${d.person()}很意外`,
  (d) => `下一步还要${d.pick(verbs)}${d.pick(things)}`,
  (d) => `${d.pick(people)}都说方便`,
  (d) => `目前已有${d.int(3, 60)}个村照着做`,
  (d) => `这项工作预计${d.int(4, 12)}月底完成`,
  (d) => `${d.pick(results)}，${d.pick(results)}`,
];

const quotes: readonly ((desk: Desk, thing: string) => string)[] = [
  (d, t) => `刚开始谁也没把${t}当回事，后来${d.pick(results)}，大家才慢慢信了`,
  (d, t) => `我们不求快，先把${d.pick(troubles)}这件事解决了，再来谈${t}`,
  (d, t) => `${t}不是一天建成的，要靠${d.pick(people)}自己${d.pick(verbs)}`,
  (d) => `以前一到下雨天就发愁，现在${d.pick(results)}`,
  (d, t) => `把${t}交给${d.pick(people)}来管，我放心`,
  (d) => `钱要花在明处，${d.pick(tools)}记得清清楚楚，谁都可以来看`,
];

const titles: readonly ((facts: Facts, desk: Desk) => string)[] = [
  (f) => `${f.city}${f.thing}这样走进街巷`,
  (f, d) => `${d.pick(results)}，${f.town}做对了什么`,
  (f, d) => `${f.office}：${d.pick(adverbs)}${d.pick(verbs)}${f.thing}`,
  (f, d) => `小小${f.thing}，解了${d.pick(people)}的愁`,
  (f) => `${f.thing}让${f.street}热闹起来`,
  (f, d) => `${f.city}${d.pick(verbs)}${f.thing}${f.numbers[0]}处`,
  (f) => `${f.person}和他的${f.thing}`,
];

/** Ways to report the same facts, each in sentences of its own. */
const reports: readonly Report[] = [
  (f, d) => [
    `${f.city}${f.office}${d.pick(['昨日', '今日', '日前'])}宣布，全市${f.thing}计划年内再添${f.numbers[0]}处，总投入${f.numbers[1]}万元，覆盖${f.town}等${(f.numbers[2] ?? 0) % 20}个乡镇。`,
    `“${f.quotes[0]}”负责此事的${f.person}在现场表示。`,
    `按照安排，首批${f.thing}设在${f.street}一带，预计可供${f.numbers[3]}人使用。`,
    ...f.quotes.slice(1).map((quote) => `${f.otherPerson}对记者说：“${quote}。”`),
  ],
  (f, d) => [
    `住在${f.street}的${d.pick(people)}很快就能用上新的${f.thing}了。记者${d.pick(['昨天', '今天', '近日'])}从${f.office}了解到，${f.numbers[1]}万元资金已经到位，${f.town}是先行的地方之一。`,
    `全年要建${f.numbers[0]}处，这个数字比许多人想的多。“${f.quotes[0]}”，${f.person}这样解释。`,
    `算下来，受益的将有${f.numbers[3]}人。`,
    ...f.quotes.slice(1).map((quote) => `“${quote}”，在${f.town}住了半辈子的${f.otherPerson}说。`),
  ],
  (f) => [
    `${f.numbers[0]}处、${f.numbers[1]}万元、${f.numbers[3]}人受益——${f.city}今年在${f.thing}上的账本近日公开。`,
    `牵头的${f.office}把第一站选在${f.town}。${f.person}介绍说：“${f.quotes[0]}。”`,
    `${f.street}上的施工围挡已经立起，${f.otherPerson}每天都要去看一眼。`,
    ...f.quotes.slice(1).map((quote) => `他说：“${quote}。”`),
  ],
];

type Flash = (facts: Facts, desk: Desk) => { readonly title: string; readonly text: string };

const point = (facts: Facts, at: number) => `${facts.numbers[at]}.${(facts.numbers[at + 1] ?? 0) % 90}`;

const flashes: readonly Flash[] = [
  (f) => ({
    title: `${f.index}收${f.isUp ? '涨' : '跌'}${(f.numbers[3] ?? 0) % 5}.${(f.numbers[4] ?? 0) % 90}%`,
    text: `截至${f.day}日收盘，${f.index}报${f.numbers[0]}${f.numbers[1]}.${(f.numbers[2] ?? 0) % 90}点，${f.isUp ? '上涨' : '下跌'}${(f.numbers[3] ?? 0) % 5}.${(f.numbers[4] ?? 0) % 90}%，成交额${point(f, 5)}亿元。`,
  }),
  (f) => ({
    title: `${f.index}开盘${f.isUp ? '走高' : '走低'}`,
    text: `${f.index}今日${f.isUp ? '高开' : '低开'}${(f.numbers[3] ?? 0) % 5}.${(f.numbers[4] ?? 0) % 90}%，${f.company}${f.isUp ? '涨' : '跌'}逾${(f.numbers[5] ?? 0) % 9}%，板块个股普遍${f.isUp ? '走强' : '走弱'}。`,
  }),
  (f) => ({
    title: `${f.company}：拟回购股份`,
    text: `${f.company}公告，公司拟以${f.numbers[0]}万元至${f.numbers[1]}${f.numbers[2]}万元回购股份，回购价格不超过${(f.numbers[3] ?? 0) % 60}元/股，期限${(f.numbers[4] ?? 0) % 12}个月。`,
  }),
  (f) => ({
    title: `${f.city}${f.office}发布提醒`,
    text: `${f.city}${f.office}${f.day}日发布提醒，预计未来${(f.numbers[0] ?? 0) % 36}小时${f.town}一带有${f.isUp ? '大风' : '大雾'}，能见度不足${f.numbers[1]}米，请注意出行安全。`,
  }),
  (f) => ({
    title: `${f.city}发生轻微有感地震`,
    text: `3月${f.day}日${(f.numbers[0] ?? 0) % 24}时${(f.numbers[1] ?? 0) % 60}分，${f.city}${f.town}发生${(f.numbers[2] ?? 0) % 3}.${(f.numbers[3] ?? 0) % 10}级地震，震源深度${(f.numbers[4] ?? 0) % 30}千米，暂无人员伤亡报告。`,
  }),
  (f) => ({
    title: `${f.thing}合约${f.isUp ? '走强' : '走弱'}`,
    text: `夜盘交易中，${f.thing}主力合约${f.isUp ? '收涨' : '收跌'}${(f.numbers[0] ?? 0) % 6}.${(f.numbers[1] ?? 0) % 90}%，报每吨${f.numbers[2]}${f.numbers[3]}元，持仓${f.isUp ? '增加' : '减少'}${f.numbers[4]}手。`,
  }),
];

const undatedFlashes: readonly Flash[] = [
  (f) => ({
    title: `示例银行开展${f.numbers[0]}亿元操作`,
    text: `示例银行今日开展${f.numbers[0]}亿元七天期逆回购操作，中标利率1.${(f.numbers[1] ?? 0) % 90}%，与此前持平。`,
  }),
  (f) => ({
    title: `${f.city}今日限行尾号`,
    text: `${f.city}今日高峰时段继续实行错峰出行，请广大司机提前安排路线，尽量选择公共交通。`,
  }),
  (f) => ({
    title: `${f.company}：尚无应披露信息`,
    text: `${f.company}公告，截至今日公司生产经营正常，不存在应披露而未披露的重大事项。`,
  }),
];

function flashDraft(desk: Desk, make: Flash, facts: Facts): Draft {
  const { title, text } = make(facts, desk);
  const line = desk.chance(0.3) ? `【${title}】${text}` : text;
  return { title: desk.chance(0.9) ? title : undefined, paragraphs: [line], at: desk.moment(), facts, isFlash: true };
}

/** A maker of drafts on one template. */
type Template = (facts: Facts) => Draft;

/** Sentences that stay as they are from issue to issue. */
const boilerplate = (desk: Desk, sentences: number) => desk.paragraph(Math.max(1, sentences));

const templated = (facts: Facts, at: number, title: string, paragraphs: readonly string[]): Draft => ({
  title,
  paragraphs,
  at,
  facts,
  isFlash: false,
});

function priceNotice(desk: Desk): Template {
  const goods = desk.shuffled(list('白菜 萝卜 土豆 芹菜 茄子 豆角 冬瓜 莲藕 鸡蛋 鲫鱼')).slice(0, desk.int(3, 9));
  const outro = boilerplate(desk, desk.int(0, 4));
  const at = desk.moment();
  const isList = desk.chance(0.5);
  return (f) => {
    const price = (number: number) => `${((f.numbers[number] ?? 0) % 9) + 1}.${((f.numbers[number + 1] ?? 0) % 9) + 1}`;
    const lines = goods.map((name, number) => `${name}每公斤${price(number)}元`);
    return templated(f, at, `${f.city}菜价播报`, [
      `${f.city}${f.office}3月${f.day}日监测，全市${f.numbers[10]}个市场蔬菜均价每公斤${price(9)}元，比前一日${f.isUp ? '上涨' : '下降'}${price(8)}%。`,
      ...(isList ? lines : [`${lines.join('，')}。`]),
      outro,
    ]);
  };
}

function closingReport(desk: Desk): Template {
  const intro = desk.chance(0.5) ? boilerplate(desk, 1) : '';
  const outro = boilerplate(desk, desk.int(1, 5));
  const at = desk.moment();
  return (f) =>
    templated(f, at, `收盘：${f.index}${f.isUp ? '涨' : '跌'}${(f.numbers[0] ?? 0) % 4}.${(f.numbers[1] ?? 0) % 90}%`, [
      `${intro}${f.index}今日${f.isUp ? '震荡走高' : '震荡走低'}，收盘报${f.numbers[0]}${f.numbers[1]}.${(f.numbers[2] ?? 0) % 90}点，${f.isUp ? '涨幅' : '跌幅'}为${(f.numbers[0] ?? 0) % 4}.${(f.numbers[1] ?? 0) % 90}%，成交${f.numbers[3]}亿元。`,
      `盘面上，${f.isUp ? '上涨' : '下跌'}个股${f.numbers[4]}${f.numbers[5]}只，${desk.pick(companies)}、${desk.pick(companies)}${f.isUp ? '涨停' : '跌停'}。`,
      outro,
    ]);
}

function draw(desk: Desk): Template {
  const outro = boilerplate(desk, desk.int(1, 4));
  const at = desk.moment();
  const issue = desk.int(2024001, 2024080);
  return (f) => {
    const balls = f.numbers.slice(0, 6).map((number) => String((number % 33) + 1).padStart(2, '0'));
    return templated(f, at, `河湾体育彩票第${issue + f.day}期开奖`, [
      `河湾体育彩票第${issue + f.day}期于3月${f.day}日晚在${f.city}开奖，中奖号码为${balls.join(desk.chance(0.5) ? ' ' : '、')}，特别号码${(f.numbers[6] ?? 0) % 16}。`,
      `本期一等奖${(f.numbers[7] ?? 0) % 12}注，每注奖金${f.numbers[8]}万元，奖池滚存${f.numbers[9]}万元。`,
      outro,
    ]);
  };
}

function powerNotice(desk: Desk): Template {
  const kind = desk.pick(['停电', '停水', '停气']);
  const outro = boilerplate(desk, desk.int(0, 5));
  const at = desk.moment();
  const [from, to] = [desk.int(6, 9), desk.int(15, 20)];
  const title = desk.chance(0.4);
  const hasList = desk.chance(0.4);
  const area = (f: Facts) =>
    hasList ? `${[f.street, ...desk.shuffled(streets).slice(0, desk.int(2, 7))].join('、')}` : `${f.street}`;
  return (f) =>
    templated(f, at, title ? `${f.town}计划${kind}通知` : `计划${kind}通知`, [
      `因线路和管网检修，${f.city}${f.office}定于3月${f.day + 1}日${from}时至${to}时对${f.town}${area(f)}沿线${kind}，请相关用户提前做好准备。`,
      `检修如提前结束将随时恢复，由此带来的不便敬请谅解，详情可拨打客服热线咨询。`,
      outro,
    ]);
}

function appointment(desk: Desk): Template {
  const outro = boilerplate(desk, desk.int(0, 3));
  const at = desk.moment();
  const rest = `会议强调，要依法履职，自觉接受监督，把各项工作做细做实。会议还书面听取了有关工作情况的报告，与会人员分组进行了审议。`;
  return (f) =>
    templated(f, at, `${f.city}通过一批人事任命`, [
      `${f.city}近日召开会议，决定任命${f.person}为${f.city}${f.office}负责人，免去${f.otherPerson}的职务。`,
      rest,
      outro,
    ]);
}

function buyback(desk: Desk): Template {
  const outro = `公司将根据回购方案在期限内择机作出决策并予以实施，并根据进展情况及时履行信息披露义务，敬请投资者注意风险。${boilerplate(desk, desk.int(0, 3))}`;
  const at = desk.moment();
  return (f) =>
    templated(f, at, `${f.company}：关于股份回购进展的公告`, [
      `${f.company}公告，截至3月${f.day}日，公司通过集中竞价方式累计回购股份${f.numbers[0]}.${(f.numbers[1] ?? 0) % 10}万股，占总股本的0.${f.numbers[2]}%，成交总金额${f.numbers[3]}万元。`,
      outro,
    ]);
}

function correction(desk: Desk): Template {
  const paper = desk.pick(media);
  const at = desk.moment();
  const outro = desk.chance(0.5) ? `本报编辑部将进一步严格审校流程，欢迎广大读者继续监督批评。` : '';
  return (f) =>
    templated(f, at, '更正', [
      `${paper}3月${f.day}日刊发的《${f.city}${f.thing}见闻》一文中，“${f.town}”应为“${f.street}”，特此更正，并向当事人和读者致歉。`,
      outro,
    ]);
}

/** What desks put for one another. */
const synonyms: readonly (readonly [string, string])[] = [
  ['告诉记者', '介绍说'],
  ['表示', '说'],
  ['目前', '眼下'],
  ['不少', '很多'],
  ['一起', '共同'],
  ['同时', '与此同时'],
  ['截至', '截止到'],
  ['获悉', '了解到'],
  ['花了', '投入'],
  ['预计', '有望在'],
  ['最挂心的是', '最担心的是'],
  ['都说方便', '纷纷点赞'],
  ['很意外', '没有想到'],
  ['走进', '来到'],
  ['由', '经'],
  ['上门', '登门'],
  ['问题也随之而来', '新问题也跟着出现'],
  ['有人担心', '也有人担忧'],
  ['下一步', '接下来'],
  ['做法是', '办法是'],
];
