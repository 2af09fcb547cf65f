import type { Block } from './block.js';
import { firstSentence, trimEndMarks } from './text.js';

// Verbs that open the headings of reports and plans, where a sentence without a subject names what is done.
const verbs = new Set(
  '摸清 理清 厘清 查清 公开 公示 登记 分类 整理 清理 清查 排查 巡查 联系 沟通 听取 采纳 选派 选拔 选树 评选 表彰 奖励 激励 约束 惩戒 追究 问责 保持 保存 保留 保供 稳供 供给 提供 投入 筹集 筹措 用足 用活 管住 管好 管严 控制 限制 禁止 杜绝 遏制 纠正 整改 销号 督办 验收 交付 移交 衔接 匹配 适应 顺应 应对 迎接 备战 参与 融入 嵌入 接入 联通 互通 贯通 覆盖 延长 缩短 简便 便利 便捷 方便 惠及 普惠 造福 富民 兴业 兴农 强农 强链 补链 延链 聚力 合力 发力 加力 加大 加密 加固 加深 加码 做足 做精 做好 办好 办实 建管 共护 守好 看护 呵护 养护 植绿 增绿 降碳 减排 节能 节水 治水 治污 控污 净化 绿化 亮化 美化 硬化 数字 智能 优先 率先 先行 突破 攻克 攻坚 攀登 勇攀 深学 细悟 笃行 感悟 领悟 提炼 总结 推广 复制 示范 带动 拉动 撬动 驱动 联农 带农 助农 惠农 便民 利民 为民 惠民 亲民 爱民 护民 安民 绘就 描绘 书写 谱写 续写 奏响 擘画 勾勒 抢抓 抢占 抢先 抓紧 抓早 抓细 从细 从快 从优 常抓 长效 久久 重塑 再造 革新 更新 焕新 上新 出新 求新 尝鲜 求变 求实 务实 苦练 巧用 善用 活用 妥善 合力 携手 联手 牵手 牵住 牵引 扭住 扣紧 拧紧 绷紧 压紧 压减 压降 严把 严守 严管 严控 严打 严查 严肃 严明 从重 从快 绿色 低碳 加强 强化 深化 推进 推动 完善 健全 提升 提高 优化 加快 坚持 聚焦 压实 落实 突出 做好 抓好 抓实 抓住 抓牢 打造 构建 建立 建设 建强 发展 培育 培养 促进 保障 保证 确保 巩固 拓展 扩大 增强 改善 改进 改革 创新 严格 规范 落细 筑牢 守住 守牢 守护 夯实 统筹 支持 鼓励 引导 引领 实施 实行 实现 开展 组织 广泛 注重 重视 关注 着力 着眼 立足 紧盯 紧扣 围绕 把握 把好 履行 发挥 激发 激活 释放 盘活 整合 融合 凝聚 汇聚 集聚 弘扬 传承 传播 讲好 擦亮 树立 树牢 坚定 坚决 坚守 牢记 牢固 践行 明确 明晰 细化 量化 简化 深耕 深挖 深入 做强 做优 做大 做实 做细 补齐 补强 拉长 延伸 打通 畅通 疏通 破解 破除 化解 防范 防止 防控 治理 整治 打击 查处 惩治 监督 监管 检查 督查 督促 考核 评价 评估 宣传 宣讲 普及 教育 培训 服务 解决 满足 回应 倾听 关爱 关心 帮扶 扶持 救助 保护 修复 节约 减少 降低 压减 淘汰 取消 放宽 放开 开放 开拓 开创 探索 试点 搭建 创建 创设 创造 设立 设置 制定 制订 修订 出台 编制 规划 谋划 部署 安排 调整 调动 转变 转换 转型 升级 改造 更新 补充 增加 增进 扎实 切实 积极 全面 持续 不断 大力 努力 精准 科学 合理 有序 有效 依法 从严 稳步 稳妥 带头 瞄准 锚定 对标 对接 对准 借助 依托 利用 运用 用好 用活 念好 下好 打好 打赢 走好 走稳 走实 唱响 叫响 吹响 织密 织牢 兜牢 兜住 兜底 托起 撑起 扛起 扛牢 担起 挑起 跑出 蹚出 闯出 走出 点燃 点亮 照亮 赋能 助力 助推 护航 领航 赓续 厚植 涵养 锤炼 锻造 淬炼 练就 选好 育好 管好 建好 种好 看好 当好 尽好 讲究 讲求 追求 维护 捍卫 恪守 遵守 遵循 尊重 敬畏 热爱 学习 学好 学懂 弄通 贯彻 执行 评审 建成 综合 引进 吸引 吸纳 留住 稳定 稳住 稳固 稳就业 促进 扩大 扶贫 下沉 统一 协调 协同 联动 共建 共享 共治 合作 互信 不忘 不断 勇于 敢于 善于 勇担 主动'.split(
    ' ',
  ),
);

// What tells a story or states a fact: no heading of a plan.
const tellsStory =
  /[0-9０-９%％]|[了着过吗呢吧啊]|说|表示|认为|指出|介绍|透露|是|我|你|他|她|它|这|那|其|该|此|据|对此|目前|近日|日前|当前|如今|因此|但|而是|由于|为了|同时|此外|已经|正在|曾|即将|记者|去年|今年|明年|昨天|今天|，在/u;
// 做好安居这篇文章, 下好改革这盘棋: the idiom of headings, not a 这 that points back.
const figureOfSpeech = /这(?:一)?[篇道项本盘张场条把门个件块座步][\p{Script=Han}]{1,5}$/u;
const quotation = /[“「『《][^”」』》]{0,60}[”」』》]/gu;
const minHeadingChars = 4;
const maxRunInChars = 32;
const minRestChars = 30;

/** A paragraph that opens with a sentence which may name it. */
interface Opening {
  readonly index: number;
  /** The sentence without its full stop. */
  readonly text: string;
  readonly isVerbal: boolean;
}

/** A run-in heading: the block it opens and the words. */
export interface RunIn {
  readonly block: Block;
  readonly text: string;
}

/** The opening sentence of a paragraph without its full stop, when more text follows in the paragraph; else undefined. */
export function openingSentence(text: string, maxChars: number): string | undefined {
  const stop = text.indexOf('。');
  if (stop < 0 || stop > maxChars) return undefined;
  const sentence = firstSentence(text.slice(0, maxChars + 40));
  if (!sentence.endsWith('。') || sentence.length > maxChars + 1) return undefined;
  return text.length - sentence.length >= minRestChars ? trimEndMarks(sentence) : undefined;
}

/**
 * Headings that open their paragraphs, used in parallel by two or more of them: 更大力度整理土地。…
 * Precision first: three that open with a verb, two of those of one length that stand together, or three built alike.
 */
export function findRunInSeries(blocks: readonly Block[]): readonly RunIn[] {
  const openings = blocks.flatMap((block, index) => readOpening(block, index) ?? []);
  const verbal = openings.filter(({ isVerbal }) => isVerbal);
  const ofVerbs = verbal.length === 2 ? parallelPair(verbal) : longSeries(verbal, blocks.length);
  const series = ofVerbs.length > 0 ? ofVerbs : alikeSeries(openings);
  return series.map(({ index, text }) => ({ block: blocks[index] as Block, text }));
}

function readOpening(block: Block, index: number): Opening | undefined {
  if (block.isListItem || block.isTableRow || block.isQuote) return undefined;
  const text = openingSentence(block.text, maxRunInChars);
  if (text === undefined || text.length < minHeadingChars || (/^[“"‘]/u.test(text) && /[”"’]$/u.test(text)))
    return undefined;
  const unquoted = text.replace(quotation, '〇').replace(figureOfSpeech, '〇');
  if (tellsStory.test(unquoted)) return undefined;
  return { index, text, isVerbal: unquoted.split(/[，,]/u).slice(0, 2).some(opensWithVerb) };
}

/** 更加精准推进…, 加强…, 广泛开展…: a verb at the head or behind one adverb. */
function opensWithVerb(clause: string): boolean {
  const words = clause.replace(/^[〇\s]+/u, '');
  if (words !== clause && words.length > 1) return true;
  return words.startsWith('更') || verbs.has(words.slice(0, 2));
}

/** Two paragraphs, one behind the other, whose openings are short and of one length. */
function parallelPair(openings: readonly Opening[]): readonly Opening[] {
  const [first, second] = openings as [Opening, Opening];
  const isParallel =
    first.text.length === second.text.length && first.text.length <= 14 && !/[，,]/u.test(first.text + second.text);
  return isParallel && second.index - first.index === 1 ? openings : [];
}

const maxAlikeChars = 16;
// What headings begin with (让…, 以…, 稳…) and end with (…更宽, …有力, …到位). Other shared characters are names and things: 老乔…, 老周….
const headWords = /^[让把以用在为从向抓促强优稳增拓护聚筑提创建扩补破惠][^，]/u;
const tailWords = /(?:[好实新高强优美稳宽清牢短快细严准活旺畅暖]|有力|有序|有效|到位|到底|为先|为本|为要|优先|先行)$/u;

/**
 * Three or more short openings built alike, whatever their words: all begin with one word of headings, all end with one,
 * or all hold 更 (水更清, 路更宽). Even in length, and more than half of the paragraphs they span.
 */
function alikeSeries(openings: readonly Opening[]): readonly Opening[] {
  const short = openings.filter(({ text }) => text.length <= maxAlikeChars && !/[，,；]/u.test(text));
  const frames: readonly ((text: string) => string | undefined)[] = [
    (text) => (headWords.test(text) ? text[0] : undefined),
    (text) => tailWords.exec(text)?.[0],
    (text) => (text.includes('更') ? '更' : undefined),
  ];
  for (const frameOf of frames) {
    const groups = new Map<string, Opening[]>();
    for (const opening of short) {
      const frame = frameOf(opening.text);
      if (frame) groups.set(frame, [...(groups.get(frame) ?? []), opening]);
    }
    const alike = [...groups.values()].find(isAlike);
    if (alike) return alike;
  }
  return [];
}

function isAlike(group: readonly Opening[]): boolean {
  const [first, last] = [group[0], group.at(-1)];
  if (!first || !last || group.length < 3) return false;
  const lengths = group.map(({ text }) => text.length);
  return Math.max(...lengths) - Math.min(...lengths) <= 3 && group.length * 2 > last.index - first.index + 1;
}

/** Three or more: they make up most of the paragraphs from the first of them on. */
function longSeries(openings: readonly Opening[], blockCount: number): readonly Opening[] {
  if (openings.length < 3) return [];
  const [first, last] = [openings[0] as Opening, openings.at(-1) as Opening];
  const span = last.index - first.index + 1;
  const lengths = openings.map(({ text }) => text.length);
  const isEven = Math.max(...lengths) <= Math.min(...lengths) * 2.5;
  const sharesHead = openings.every(({ text }) => text[0] === first.text[0]);
  if (openings.length * 2 <= span) return [];
  return sharesHead || (isEven && openings.length * 2 >= blockCount - first.index) ? openings : [];
}

/** Opening sentences that are set bold, no more and no less: <strong>整理土地。</strong>…; two paragraphs at least. */
export function findStrongRunIns(blocks: readonly Block[]): readonly RunIn[] {
  return blocks.flatMap((block) => {
    if (block.strongLead === 0) return [];
    const text = openingSentence(block.text, maxRunInChars);
    // One character more or less: the full stop may stand outside the bold.
    return text !== undefined && Math.abs(block.strongLead - text.length) <= 1 ? [{ block, text }] : [];
  });
}

const maxSubHeadingChars = 12;

/** The short sentences inside a paragraph that name its parts: 完善登记制度。… 完善退出制度。…; two or more, each with text behind it. */
export function findInnerHeadings(text: string): readonly string[] {
  const found: string[] = [];
  let start = text.indexOf('。') + 1;
  while (start > 0) {
    const end = text.indexOf('。', start);
    if (end < 0) break;
    if (end - start <= maxSubHeadingChars && end - start > 2) {
      const words = text.slice(start, end);
      const next = text.indexOf('。', end + 1);
      if (next - end > words.length + 1 && isInnerHeading(words)) found.push(words);
    }
    start = end + 1;
  }
  return found.length > 1 ? found : [];
}

function isInnerHeading(words: string): boolean {
  return !/[，,、；！？”』」]/u.test(words) && opensWithVerb(words) && !tellsStory.test(words);
}
