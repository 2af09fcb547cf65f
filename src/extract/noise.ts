import type { Block, Role } from './block.js';
import { endsLikeSentence, foldLine } from './text.js';

/** Where a block stands, for the rules that need its surroundings. */
export interface BlockPlace {
  readonly block: Block;
  readonly index: number;
  readonly blocks: readonly Block[];
  /** The post's title, folded with `foldLine`; empty without one. */
  readonly title: string;
}

/** Names what a block is when it is not the author's text. Looks only at blocks of up to `maxChars`, which keeps long paragraphs cheap. */
interface NoiseRule {
  readonly name: string;
  readonly role: Role;
  readonly maxChars: number;
  readonly matches: (place: BlockPlace) => boolean;
}

const byText = (pattern: RegExp) => (place: BlockPlace) => pattern.test(place.block.text);

const boxWord =
  '(?:核心阅读|阅读提示|内容提要|内容摘要|内容提示|摘要|提要|划重点|编者按|编者的话|编辑按|开栏的话|开栏语|导读|导语|内容导读|文章导读|要点|看点|本文要点|核心提示|核心观点|投资要点)';

/** In order; the first that matches names the block. */
export const noiseRules: readonly NoiseRule[] = [
  { name: 'em-media-line', role: 'source', maxChars: 200, matches: ({ block }) => block.isMediaLine },
  { name: 'no-letter', role: 'widget', maxChars: 400, matches: ({ block }) => !/[\p{L}\p{N}]/u.test(block.text) },
  {
    name: 'address-only',
    role: 'widget',
    maxChars: 2000,
    matches: byText(/^(?:https?:\/\/|www\.)[^\s\p{Script=Han}]+$/iu),
  },
  {
    name: 'digest-quote',
    role: 'digest',
    maxChars: Number.POSITIVE_INFINITY,
    matches: isDigest,
  },
  {
    name: 'source-line',
    role: 'source',
    maxChars: 80,
    matches: byText(
      /^[（(【[]?\s*(?:(?:文章|本文|稿件|新闻|信息|内容|转载)?\s*来\s*源\s*(?:于|自)?|稿源|(?:本文)?转(?:载)?自)\s*[:：|｜丨/](?!.*(?:作者|记者|文)\s*[:：|｜丨/])/u,
    ),
  },
  {
    name: 'taken-from',
    role: 'source',
    maxChars: 100,
    matches: byText(
      /^[（(【[]\s*(?:本文|综合|综合整理|整理|内容|据|转载|转|摘)自?[^。]{0,60}(?:自|综合|整理|报道|公众号|客户端|APP|微信|微博|网站)[^。]{0,30}[）)】\]]$/iu,
    ),
  },
  { name: 'photo-credit', role: 'caption', maxChars: 160, matches: ({ block }) => isPhotoCredit(block.text) },
  { name: 'editor-line', role: 'editor', maxChars: 100, matches: ({ block }) => isEditorLine(block.text) },
  {
    name: 'original-title',
    role: 'title',
    maxChars: 160,
    matches: byText(/^[（(【[]?\s*原(?:文)?(?:标题|题)\s*(?:[:：]|为)/u),
  },
  { name: 'title-again', role: 'title', maxChars: 120, matches: (place) => place.index < 8 && repeatsTitle(place) },
  { name: 'subtitle', role: 'title', maxChars: 60, matches: (place) => isSubtitle(place) },
  {
    name: 'wire-title',
    role: 'dateline',
    maxChars: 120,
    matches: byText(/^[^。]{2,24}(?:电|讯)\s*(?:[（(][^（()）]{2,40}[）)]\s*)?题[:：]/u),
  },
  {
    name: 'bracketed-dateline',
    role: 'dateline',
    maxChars: 60,
    matches: byText(/^[（(][^（()）。]{1,40}(?:电|讯|摄|报道|专稿|供稿|供本报专稿)[）)]$/u),
  },
  {
    name: 'bare-dateline',
    role: 'dateline',
    maxChars: 40,
    matches: byText(/^[^。，：]{2,20}\d{1,2}月\d{1,2}日(?:电|讯)$/u),
  },
  {
    name: 'page-reference',
    role: 'credit',
    maxChars: 60,
    matches: byText(
      /^[（(]?(?:[上下]转|上接|下转|紧接)第?[^。]{0,24}版|^《[^》]{2,14}》\s*[（(]\s*\d{4}年[^）)]{2,30}版\s*[）)]$/u,
    ),
  },
  {
    name: 'bracketed-date',
    role: 'dateline',
    maxChars: 60,
    matches: byText(/^[（(](?:\d{4}|[〇零一二三四五六七八九]{4})年[^。]{1,48}[）)]$/u),
  },
  {
    name: 'date-line',
    role: 'dateline',
    maxChars: 40,
    matches: byText(
      /^(?:(?:发布|更新|发表)?(?:时间|日期)[:：]\s*)?(?:\d{4}|[〇零一二三四五六七八九]{4})[年/.-](?:\d{1,2}|[一二三四五六七八九十]{1,3})[月/.-](?:\d{1,2}|[一二三四五六七八九十]{1,3})日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?$/u,
    ),
  },
  {
    name: 'document-number',
    role: 'dateline',
    maxChars: 40,
    matches: byText(/^[\p{Script=Han}（）()]{2,20}[〔[［【（(]\s*\d{4}\s*[〕\]］】）)]\s*第?\s*\d{1,5}\s*号$/u),
  },
  {
    name: 'end-mark',
    role: 'credit',
    maxChars: 12,
    matches: byText(/^[（(【[]?\s*(?:完|全文完|本文完|待续|END|未完待续)\s*[）)】\]]?[。.]?$/iu),
  },
  { name: 'disclaimer', role: 'widget', maxChars: 300, matches: ({ block }) => isDisclaimer(block.text) },
  {
    name: 'follow-us',
    role: 'widget',
    maxChars: 120,
    matches: byText(
      /^(?:点击|扫码|扫描|长按|识别|更多精彩|更多内容|更多资讯|查看更多|查看原文|阅读原文|分享到|欢迎关注|欢迎订阅)[^。]{0,40}$|^(?:关注|进入|下载|打开|返回)[^。]{0,40}(?:二维码|公众号|客户端|APP|股吧|讨论|首页|专题|原文|查看更多)|二维码[^。]{0,20}关注|关注[^。]{0,20}(?:公众号|微信号)$/iu,
    ),
  },
  {
    name: 'related-label',
    role: 'widget',
    maxChars: 16,
    matches: byText(
      /^[【[]?\s*(?:延伸阅读|扩展阅读|相关阅读|相关新闻|相关报道|相关链接|相关推荐|相关专题|推荐阅读|更多阅读|热门推荐|热点新闻|往期回顾|往期推荐|精彩推荐|猜你喜欢|参考资料|参考文献)\s*[】\]]?\s*[:：]?$/u,
    ),
  },
  {
    name: 'links-only',
    role: 'widget',
    maxChars: 120,
    matches: ({ block }) => block.linkShare > 0.9 && block.headingTag === 0,
  },
  { name: 'marked-caption', role: 'caption', maxChars: 300, matches: ({ block }) => block.isCaption },
  {
    name: 'beside-image',
    role: 'caption',
    maxChars: 120,
    matches: ({ block }) => isBesideImage(block),
  },
  { name: 'under-image', role: 'caption', maxChars: 80, matches: ({ block }) => isUnderImage(block) },
  {
    name: 'box-label',
    role: 'box',
    maxChars: 20,
    matches: byText(new RegExp(`^[【\\[■●◆]?\\s*${boxWord}\\s*[】\\]]?\\s*[:：]?$`, 'u')),
  },
  {
    name: 'boxed-paragraph',
    role: 'box',
    maxChars: 1500,
    matches: byText(new RegExp(`^(?:[【\\[（(]\\s*${boxWord}\\s*[】\\]）)]|${boxWord}\\s*[:：|｜丨])`, 'u')),
  },
  { name: 'under-box-label', role: 'box', maxChars: 1500, matches: isUnderBoxLabel },
];

/** Gives every block that is not the author's text its role. Order matters: a rule may look at the roles before it. */
export function markNoise(blocks: readonly Block[], title: string | undefined): void {
  const folded = title ? foldLine(title) : '';
  for (const [index, block] of blocks.entries()) {
    const place = { block, index, blocks, title: folded };
    if (!mayBeNoise(place)) continue;
    const length = block.text.length;
    const rule = noiseRules.find((candidate) => length <= candidate.maxChars && candidate.matches(place));
    if (rule) {
      block.role = rule.role;
      block.rule = rule.name;
    }
  }
  markSignature(blocks);
}

const shortChars = 40;
const longestChecked = 300;
const nearEnd = 6;
const mayOpenNoise = codes(
  '（(【[［<《▲△↑▼◎●■*—-－―来转稿文本信资图题头漫摄绘视数封编责校审核监主统策美版终初复制设出实值排签运剪免郑特重声风投温扫长识查阅欢延扩相推热往猜参开导要看摘提划',
);
const mayCloseNoise = codes('摄影图料载发讯电）)】]版号');
const inLongNoise =
  /建议|观点|立场|转载|请下载|请关注|请点击|风险|侵权|举报|我要爆料|二维码|题[:：]|编辑|责编|校对|审核|美编/u;
const inShortNoise =
  /[（(【[［▲△↑▼◎●■◆*<—－―《\d〇来转图摄供编责校审核监主统策美版制设出排签运剪视题电讯号完注扫绘]|^-|END|http|www|声明|提示|建议|观点|立场|点击|长按|识别|更多|查看|阅读|分享|关注|进入|下载|打开|返回|相关|推荐|回顾|猜你|参考|链接|新闻|报道|提要|摘要|要点|看点|导读|导语|开栏|漫画|资料|数据|封面|重点|手记|紧接|上接|信息|内容|二维码|头图/iu;

/**
 * A cheap look that lets most blocks pass before thirty rules are tried: by marks from the page, first and last character, and
 * words that the rules ask for. It must let through whatever a rule could match.
 */
function mayBeNoise({ block, index, blocks, title }: BlockPlace): boolean {
  const { text } = block;
  if (block.isMediaLine || block.isCaption || block.isQuote || block.followsImage || block.linkShare > 0.9) return true;
  if (blocks[index - 1]?.role === 'box' || (index < 8 && text.length <= title.length * 1.5 + 8)) return true;
  if (text.length <= shortChars) return inShortNoise.test(text) || !/[\p{L}\p{N}]/u.test(text);
  if (mayOpenNoise.has(text.charCodeAt(0)) || mayCloseNoise.has(text.charCodeAt(text.length - 1))) return true;
  return text.length <= longestChecked && (index < 2 || blocks.length - index <= nearEnd) && inLongNoise.test(text);
}

function codes(chars: string): ReadonlySet<number> {
  return new Set(Array.from(chars, (char) => char.charCodeAt(0)));
}

/** The `> digest` that opens a post, when a body follows. */
function isDigest({ block, index, blocks }: BlockPlace): boolean {
  if (!block.isQuote) return false;
  const above = blocks[index - 1];
  return (index === 0 && blocks.some((other) => !other.isQuote)) || above?.role === 'digest';
}

function isPhotoCredit(text: string): boolean {
  if (/^(?:[▲△↑▼◎●■]\s*)?(?:图为|图中为|资料图|资料图片|资料照片|题图|头图)/u.test(text)) return text.length <= 120;
  if (
    /^(?:[▲△↑▼◎●■]\s*)?(?:图片来源|图片|图源|图|供图|制图|图表|漫画|摄影|摄像|绘图|视频|视频来源|数据来源|封面图)\s*[:：/｜|丨]/u.test(
      text,
    )
  )
    return true;
  if (/^图\s?\d{1,2}[\s:：、.]/u.test(text)) return true;
  if (/^(?:[▲△↑▼]|（?资料图|（?图片来源)/u.test(text)) return true;
  if (/^[（(](?:图片|本文图片|照片|图)[^）)]{0,60}[）)]$/u.test(text)) return true;
  const ending = withoutClosers(text).slice(-60);
  if (!/[摄影发图料片]$|社发[（(]/u.test(ending)) return false;
  if (/摄影?$/u.test(ending)) return namedPhotographer.test(ending) && !/拍摄$/u.test(ending);
  if (/发$/u.test(ending)) return /(?:新华|中新)社发$/u.test(ending);
  if (/(?:图|资料|图片)$/u.test(ending)) return text.length <= 100 && pictureSource.test(ending);
  return /(?:新华|中新)社发[（(][^）)]{0,24}$/u.test(ending);
}

function withoutClosers(text: string): string {
  let end = text.length;
  while (end > 0 && '。）) \u3000'.includes(text[end - 1] as string)) end -= 1;
  return text.slice(0, end);
}

const namedPhotographer =
  /(?:^|[\s。])(?:[^\s。]{0,12})?(?:记者|通讯员|见习记者|摄影)?[\s]*[\p{Script=Han}\s、]{2,24}\s?摄影?$/u;
const pictureSource =
  /(?:^|[\s。”】）])[^\s。，]{0,24}(?:供图|\s图|资料图?片?|截图)$|(?:新华社|中新社|法新社|路透社|美联社|视觉中国|CFP|IC|东方IC|人民视觉)[^。]{0,20}(?:图|图片|资料图?)$/u;

const editorRole =
  '(?:责任编辑|责编|编辑|编\\s?审|校对|校\\s?检|审核|审读|监制|总监制|主编|副主编|值班主编|统筹|策划|美编|版式|终审|初审|复审|制作|设计|出品|实习编辑|值班编辑|本文编辑|编译|排版|签发|运营|剪辑|视觉|新媒体编辑|供稿)';
const editorStart = new RegExp(
  `^[（(【\\[]?\\s*(?:${editorRole}\\s*[:：/｜|丨]|(?:责任编辑|责编|编辑|校对|审核|监制|主编)\\s+[\\p{Script=Han}A-Za-z])`,
  'u',
);
const editorInside = /(?:[\s\u3000]|^)(?:编辑|责编|责任编辑|校对|审核|美编)\s*[/:：｜|丨]/u;

function isEditorLine(text: string): boolean {
  if (/。.{10}/u.test(text)) return false;
  if (editorStart.test(text)) return !endsLikeSentence(text) || text.length < 40;
  // 作者/张三 编辑/李四 names an author first: the byline rules read that line.
  return editorInside.test(text) && !/(?:作者|文字|撰文|采写|记者|文)\s*[/:：｜|丨]/u.test(text);
}

function isDisclaimer(text: string): boolean {
  if (
    /^[（(【[*]?\s*(?:免责声明|郑重声明|版权声明|特别声明|重要声明|声明|风险提示|投资提示|特别提示|温馨提示|注)\s*[】\]]?\s*[:：]/u.test(
      text,
    )
  )
    return !/^(?:温馨提示|注|特别提示)/u.test(text) || text.length < 80;
  return /不构成[^。]{0,12}(?:投资)?建议|不代表本(?:网|站|平台|报|刊)[^。]{0,10}(?:观点|立场)|仅代表作者(?:个人|本人)|未经(?:授权|许可|允许)[^。]{0,12}转载|转载请注明|更多[^。]{0,16}请(?:下载|关注|点击)|据此(?:操作|入市|投资)[^。]{0,6}风险|如(?:有|涉)[^。]{0,10}侵权[^。]{0,20}(?:联系|删除)|违法和不良信息举报|我要爆料/u.test(
    text,
  );
}

/** A short line that says again what the title says, alone or with the part behind a dash. */
function repeatsTitle({ block, title }: BlockPlace): boolean {
  // Punctuation is all that folding takes out, so a line much longer than the title does not say the same.
  if (title.length < 4 || block.text.length > title.length * 1.5 + 8) return false;
  const sample = /[\u4e00-\u9fff]{2}/u.exec(block.text)?.[0];
  if (sample !== undefined && !title.includes(sample)) return false;
  const line = foldLine(block.text);
  if (line === title) return true;
  return (
    line.length >= 6 &&
    !endsLikeSentence(block.text) &&
    (title.startsWith(line) || title.endsWith(line)) &&
    line.length * 2 > title.length
  );
}

/** `——二论…` under the title: a dash opens it and no paragraph stands before. */
function isSubtitle({ block, index, blocks }: BlockPlace): boolean {
  if (!/^(?:——|--|－－|—|―)/u.test(block.text) || endsLikeSentence(block.text)) return false;
  return index < 8 && blocks.slice(0, index).every((before) => before.role !== 'paragraph' || before.text.length < 40);
}

/** Text in the paragraph of an image describes it, unless it goes on as an article does. */
function isBesideImage(block: Block): boolean {
  if (!block.sharesImage) return false;
  return block.text.length <= 60 || (block.isCentered && !/。./u.test(block.text));
}

/** A short line under an image names what it shows, unless it is set as a heading. */
function isUnderImage(block: Block): boolean {
  if (!block.followsImage || block.headingTag > 0) return false;
  if (
    /^(?:[一二三四五六七八九十]{1,3}[\s]*、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[、.．]|第[一二三四五六七八九十]|【)/u.test(
      block.text,
    )
  )
    return false;
  if (block.isCentered) return true;
  return !block.isStrong && block.text.length <= 30 && !/[？?！!]$/u.test(block.text);
}

/** The paragraph under a label such as 核心阅读, or the whole list under it. */
function isUnderBoxLabel({ block, index, blocks }: BlockPlace): boolean {
  const above = blocks[index - 1];
  if (!above || block.headingTag > 0) return false;
  if (above.rule === 'box-label') return true;
  const isListed = ({ text, isListItem }: Block) => isListItem || /^(?:\d{1,2}[、.．]|[①-⑳●■•·◆])/u.test(text);
  return above.rule === 'under-box-label' && isListed(block) && isListed(above);
}

const maxSignatureLines = 6;
const issuer =
  /(?:部|局|厅|委|委员会|办公室|办公厅|院|会|司|署|处|政府|银行|公司|中心|组|协会|大学|法院|检察院|管理局|总局|总会|编辑部|评论员文章)$/u;

/** The issuing offices and the date that close a notice: short lines behind the last paragraph. */
function markSignature(blocks: readonly Block[]): void {
  let taken = 0;
  for (let index = blocks.length - 1; index >= 0 && taken < maxSignatureLines; index -= 1) {
    const block = blocks[index] as Block;
    if (block.role !== 'paragraph') continue;
    if (
      block.text.length > 30 ||
      !issuer.test(block.text.replace(/[\s\u3000]/gu, '')) ||
      block.isStrong ||
      block.headingTag > 0
    )
      return;
    block.role = 'signature';
    block.rule = 'issuing-office';
    taken += 1;
  }
}
