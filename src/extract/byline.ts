import type { Block } from './block.js';
import { readDateline } from './dateline.js';
import { isPersonName, parseNames } from './names.js';
import { firstRuling, type Rule, type Ruling } from './rule.js';
import { endsLikeSentence } from './text.js';

/** The places where a byline is printed. */
export interface BylinePlaces {
  /** The short lines above the first paragraph. */
  readonly top: readonly Block[];
  /** The first paragraphs, where a dateline stands. */
  readonly opening: readonly Block[];
  /** The last blocks, last first. */
  readonly closing: readonly Block[];
}

/** A byline as printed, and the block that is nothing but this credit. */
export interface Byline {
  readonly text: string;
  readonly block: Block | undefined;
}

const maxCreditChars = 80;
const maxTopLines = 6;
const maxOpeningParagraphs = 4;
const maxClosingBlocks = 5;

/** In order of where a reader looks: above the text, in the dateline, at the end. */
export const bylineRules: readonly Rule<BylinePlaces, Byline>[] = [
  { name: 'top-labelled', apply: ({ top }) => firstLine(top, (text) => labelledCredit(withoutBrackets(text))) },
  { name: 'top-reporter', apply: ({ top }) => firstLine(top, (text) => reporterCredit(withoutBrackets(text))) },
  { name: 'top-office-and-name', apply: ({ top }) => firstLine(top, officeAndName) },
  // Only directly above the text: the same words further down are a person in the story.
  { name: 'top-names', apply: ({ top }) => firstLine(top, namesOnly) },
  { name: 'dateline-reporter', apply: ({ opening }) => firstLine(opening, datelineCredit, false) },
  {
    name: 'closing-labelled',
    apply: ({ closing }) => firstLine(closing, (text) => labelledCredit(withoutBrackets(text))),
  },
  {
    name: 'closing-reporter',
    apply: ({ closing }) => firstLine(closing, (text) => reporterCredit(withoutWire(withoutBrackets(text)))),
  },
  { name: 'closing-bracket', apply: ({ closing }) => firstLine(closing.slice(0, 2), closingBracket, false) },
  { name: 'closing-names', apply: ({ closing }) => firstLine(closing.slice(0, 1), bracketedNames) },
];

/** The printed credit of the author(s); undefined when none is printed. Gives its block the role of a byline. */
export function extractByline(blocks: readonly Block[]): Ruling<string> | undefined {
  const ruling = firstRuling(bylineRules, bylinePlaces(blocks));
  if (!ruling) return undefined;
  const { text, block } = ruling.value;
  if (block) {
    block.role = 'byline';
    block.rule = ruling.rule;
  }
  return { rule: ruling.rule, value: text };
}

function bylinePlaces(blocks: readonly Block[]): BylinePlaces {
  const top: Block[] = [];
  const wireTitles: Block[] = [];
  const opening: Block[] = [];
  const closing: Block[] = [];
  for (const block of blocks) {
    const isWireTitle = block.rule === 'wire-title';
    if ((block.role !== 'paragraph' && !isWireTitle) || block.isTableRow) continue;
    if (isWireTitle) wireTitles.push(block);
    else if (opening.length === 0 && top.length < maxTopLines && block.text.length <= maxCreditChars && !isBody(block))
      top.push(block);
    else if (opening.push(block) >= maxOpeningParagraphs) break;
  }
  for (let index = blocks.length - 1; index >= 0 && closing.length < maxClosingBlocks; index -= 1) {
    const block = blocks[index] as Block;
    if (block.role === 'paragraph' || block.role === 'dateline') closing.push(block);
  }
  return { top, opening: [...wireTitles, ...opening], closing };
}

/** A paragraph of the text, not a line above it. */
function isBody(block: Block): boolean {
  return block.text.length > 50
    ? /[。！？；]/u.test(block.text)
    : endsLikeSentence(block.text) && !/[：:]$/u.test(block.text);
}

function firstLine(
  blocks: readonly Block[],
  read: (text: string) => string | undefined,
  isWholeLine = true,
): Byline | undefined {
  for (const block of blocks) {
    if (isWholeLine && block.text.length > maxCreditChars) continue;
    const text = read(block.text);
    if (text !== undefined) return { text, block: isWholeLine ? block : undefined };
  }
  return undefined;
}

const bullet = /^[□■●○◆◇◎▲△★☆*·•]+[\s\u3000]*/u;
const authorLabel =
  /(?:^|[\s\u3000])(?:(?:文[/／]图|图[/／]文|文[&·]图|文图|图文|文[/／]摄影)[\s:：|｜丨/／]+|(?:本文)?(?:(?:特约|原创|文章)?作者|撰文|撰稿人?|采写|执笔|执笔人|文字|主笔|口述|采访|采访人员|文|[\u4e00-\u9fff]{0,6}?记者)[\s\u3000]*[:：|｜丨/／][\s\u3000]*|作者[\s\u3000]+(?=[\u4e00-\u9fff]))/u;
const nextLabel =
  /[\s\u3000,，;；/／|｜]*(?:责任编辑|责编|编辑|校对|审核|图片|摄影|摄像|插图|图|视频|来源|出品|设计|监制|制作|排版|剪辑|单位|统筹|策划|翻译|编译|制图|美编|实习编辑)[\s\u3000]*[:：|｜丨/／].*$/u;

const authorWithPost =
  /^作者[\s\u3000]*(?<name>\p{Script=Han}{2,4}?)[\s\u3000]*[，,]?[\s\u3000]*(?:系|为|是|现任|现为|就职于)/u;

/** 作者：张三, 文｜本报记者 李四 编辑｜王五, 作者张三系某大学教授. */
function labelledCredit(line: string): string | undefined {
  const text = line.replace(bullet, '');
  if (/[。？！?!]/u.test(text)) return undefined;
  const named = authorWithPost.exec(text)?.groups?.name;
  if (named !== undefined && isPersonName(named)) return named;
  const label = authorLabel.exec(text);
  if (!label || label.index > 24) return undefined;
  const value = text
    .slice(label.index + label[0].length)
    .replace(nextLabel, '')
    .replace(/(?:^|[\s\u3000])(?:整理|报道)$/u, '')
    .trim();
  if (value === '' || value.length > 50 || /[：:“”]/u.test(value)) return undefined;
  // 记者：… is a question in an interview, 文：… anything, unless names follow; after 作者 stands what the paper prints.
  return /作者|撰|执笔|采写|主笔/u.test(label[0]) || signsWithNames(value) ? value : undefined;
}

/** 张三, 本报记者 张三, 示例财经 张三. */
function signsWithNames(value: string): boolean {
  if (parseNames(value) !== undefined || reporterCredit(value) !== undefined) return true;
  const [affiliation = '', ...names] = value.split(/[\s\u3000]+/u);
  return affiliationWord.test(affiliation) && names.length > 0 && parseNames(names.join(' ')) !== undefined;
}

const reporterRoles =
  /(?:特约评论员|特约撰稿人?|特派记者|特约记者|首席记者|见习记者|实习记者|驻地记者|全媒体记者|融媒体?记者|记者|特约通讯员|职工通讯员|通讯员|评论员|撰稿人|实习生|作者|编辑部|评论部)/gu;
const affiliationWord =
  /本报|本刊|本网|本台|本站|驻|特派|特约|见习|实习|全媒体|融媒|首席|报|社|网|台|刊|新闻|财经|中心|在线|客户端|频道/u;
const notAuthor =
  /摄$|摄影$|摄影报道$|供图|获悉|了解到|采访(?:了|时)|编辑(?!部)|校对|照片|图片|对此文|亦有贡献|对本文/u;

/** 本报记者 张三 李四 通讯员 王五, and 新华社记者 alone. */
function reporterCredit(line: string): string | undefined {
  const text = line
    .replace(bullet, '')
    .replace(/[\s\u3000]+[^\s\u3000]{0,6}编辑[\s\u3000:：].*$/u, '')
    .replace(/[\s\u3000]*(?:\/文|文|[\s\u3000][\u4e00-\u9fff]{2,4}报道|报道|整理|综合报道|综合整理)$/u, '')
    .trim();
  if (text.length > maxCreditChars || /[。？！?!；;：:…]/u.test(text) || notAuthor.test(text)) return undefined;
  const parts = text.split(reporterRoles);
  if (parts.length < 2) return undefined;
  const [affiliation = '', ...credits] = parts;
  if (affiliation.length > 20 || (affiliation !== '' && /[，,了说对从向]|在(?!线)/u.test(affiliation)))
    return undefined;
  const last = credits.length - 1;
  for (const [index, credit] of credits.entries()) {
    const names = index === last ? credit : withoutNextAffiliation(credit);
    if (names.trim() === '') {
      // 新华社记者, 本报评论员: an institution signs as a whole.
      if (index === last && last === 0 && /^(?:本报|本刊|新华社|人民日报|央视|[^\s]{2,8}[报社网])/u.test(affiliation))
        return text;
      if (index === last) return undefined;
      continue;
    }
    // 记者 and a space, or a bracket behind the dateline, leave no doubt that a name follows.
    if (parseNames(names, /^[\s\u3000]/u.test(names)) === undefined) return undefined;
  }
  return text;
}

/** The names before the next reporter's paper: 乔 禾 韩 梅 of 乔 禾 韩 梅 本报驻邻国. */
function withoutNextAffiliation(credit: string): string {
  const at = /[\s\u3000、，,;；]+[^\s\u3000]*$/u.exec(credit);
  if (!at || !affiliationWord.test(at[0])) return credit;
  return credit.slice(0, at.index);
}

const office =
  '(?:党组书记|党委书记|总书记|书记|厅长|局长|部长|主任|院长|校长|市长|省长|县长|区长|镇长|乡长|州长|旗长|盟长|主席|会长|理事长|董事长|总经理|总裁|经理|总监|总工程师|总会计师|总经济师|教授|研究员|副研究员|助理研究员|司长|处长|科长|行长|秘书长|委员|代表|大使|总领事|参赞|署长|检察长|主编|社长|台长|所长|馆长|站长|队长|院士|律师|医师|会计师|分析师|工程师|经济学家|首席经济学家|评论员|专家|学者|作家|博士|讲师|巡视员|督导员|主管|合伙人|创始人|顾问)';
const officeLine = new RegExp(
  `^(?<post>[\\p{Script=Han}A-Za-z0-9·、（）()《》“”—\\s\\u3000]{2,60}${office})[\\s\\u3000]*(?<name>\\p{Script=Han}[\\s\\u3000]?\\p{Script=Han}{1,3}|\\p{Script=Han}{2}[\\s\\u3000]\\p{Script=Han}{1,2})$`,
  'u',
);

/** 某省人社厅党组书记、厅长张三 as a line of its own. */
function officeAndName(line: string): string | undefined {
  const text = line.replace(bullet, '');
  if (text.length > 60) return undefined;
  const name = officeLine.exec(text)?.groups?.name;
  return name !== undefined && isPersonName(name) ? text : undefined;
}

/** 张三 or 张三 李四 alone on a line, in brackets or not. */
function namesOnly(line: string): string | undefined {
  const text = withoutBrackets(line.replace(bullet, '')).replace(/[\s\u3000]*[/／]?文$/u, '');
  if (text.length > 24) return undefined;
  const names = parseNames(text);
  return names?.every(isPersonName) ? text : undefined;
}

function datelineCredit(paragraph: string): string | undefined {
  if (!/记者|通讯员|评论员|特约|作者|实习生|文[/／]/u.test(paragraph.slice(0, 160))) return undefined;
  const credit = readDateline(paragraph)?.credit;
  if (credit === undefined || notAuthor.test(credit)) return undefined;
  return labelledCredit(credit) ?? reporterCredit(credit);
}

/** A credit in the brackets that close the last paragraph: …欢迎登记。（张三）, …（央视记者 李四）. */
function closingBracket(paragraph: string): string | undefined {
  const match = /(?<=[。！？!?”…])[\s\u3000]*[（(](?<inside>[^（()）]{2,60})[）)](?:[\s\u3000]*[（(]完[）)])?$/u.exec(
    paragraph.slice(-80),
  );
  const inside = match?.groups?.inside;
  if (inside === undefined) return undefined;
  const credit = withoutWire(inside.trim());
  return labelledCredit(credit) ?? reporterCredit(credit) ?? namesOnly(credit);
}

/** （张三） alone on the last line. */
function bracketedNames(line: string): string | undefined {
  return /^[（(][^（()）]{2,24}[）)]$/u.test(line) ? namesOnly(line) : undefined;
}

function withoutBrackets(text: string): string {
  return /^[（(【[][^（()）]*[）)】\]]$/u.test(text) ? text.slice(1, -1).trim() : text;
}

/** （新华社某市3月1日电　记者张三） signs with what stands behind 电. */
function withoutWire(text: string): string {
  return text.replace(/^[^，。]{2,20}(?:电|讯)[\s\u3000]+/u, '');
}
