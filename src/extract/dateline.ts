/** The opening of a wire report: 新华社北京6月8日电（记者张三）. */
export interface Dateline {
  /** Characters it takes at the start of the paragraph, brackets and marks behind it included. */
  readonly length: number;
  /** What stands in its brackets, when that names somebody: 记者张三. */
  readonly credit: string | undefined;
}

const reporterRole = /记者|通讯员|评论员|特约撰稿|实习生|作者|文[/／]/u;
const maxDatelineChars = 120;

// 新华社北京6月8日电, 中新网12月27日电, IT之家9月30日消息; not 据新华社6月8日电, which opens a sentence.
const datedWire =
  /^(?!据|根据|综合|日前|近日)[^。！？，,：:；（(【“"\d]{1,20}?(?:[\s\u3000]*\d{4}年)?\d{1,2}月\d{1,2}日(?:[\s\u3000]*(?:专|综合|快|早间|午间|晚间|上午|下午))?(?:电|讯|消息|报道)/u;
// 本报讯, 新京报快讯, 中国证券网讯, 央视网消息
const undatedWire =
  /^(?!据|根据|综合|该|一条|这条|这则)[^。！？，,：:；（(【“"]{1,16}?(?:快讯|专讯|简讯|专电|专稿|讯|消息)(?=[\s\u3000（(，,：:丨|])/u;
// 法制晚报·看法新闻(记者 …), 每日商报（通讯员 …）
const bareMedium = /^[^。！？，,：:；（(【“"\d]{2,18}(?=[\s\u3000]*[（(][^）)]{0,16}(?:记者|通讯员))/u;
const bracket = /^[\s\u3000]*[（(](?<inside>[^（()）]{1,80})[）)]/u;
// 本报讯 记者张三报道：
const reportedBy =
  /^[\s\u3000]*(?<credit>(?:本报|本网)?[\p{Script=Han}]{0,4}?记者[\s\u3000]*[\p{Script=Han}\s\u3000、]{2,20}?)报道[：:，,]/u;
const headBracket =
  /^[【[［](?<inside>[^】\]］]{0,40}(?:记者|通讯员|特约|文[/／])[^】\]］]{1,30}|[^】\]］]{2,12}(?:报道|讯|消息))[】\]］]/u;
const mediumWord =
  /(?:社|报|网|台|刊|讯|之家|在线|客户端|新闻|财经|证券|科技|体育|娱乐|汽车|外汇|日报|晚报|周刊|快报|晨报|商报|时报|电视|电台|观察|频道|号|融媒|传媒|本站|本刊|APP|AI|中心|公司)/iu;

// 【菜园开放登记】示例社3月1日电: a flash prints its title before the dateline.
const flashTitle = /^【[^】]{4,60}】[\s\u3000]*/u;

/** The dateline a paragraph opens with; undefined when it opens with the text itself. */
export function readDateline(paragraph: string): Dateline | undefined {
  const title = flashTitle.exec(paragraph)?.[0] ?? '';
  const behindTitle = title === '' ? undefined : readPlainDateline(paragraph.slice(title.length));
  if (behindTitle) return { length: title.length + behindTitle.length, credit: behindTitle.credit };
  return readPlainDateline(paragraph);
}

function readPlainDateline(paragraph: string): Dateline | undefined {
  const text = paragraph.slice(0, maxDatelineChars);
  if (!/[电讯【[［（(]|消息|报道/u.test(text.slice(0, 40))) return undefined;
  const inBrackets = headBracket.exec(text);
  if (inBrackets) return { length: inBrackets[0].length, credit: creditIn(inBrackets.groups?.inside) };
  const head = datedWire.exec(text) ?? undatedWire.exec(text) ?? bareMedium.exec(text);
  if (!head) return openingBracket(text);
  if (!mediumWord.test(head[0]) && !/\d日(?:电|讯)$/u.test(head[0])) return undefined;
  let length = head[0].length;
  let credit: string | undefined;
  const after = bracket.exec(text.slice(length));
  if (after) {
    credit = creditIn(after.groups?.inside);
    const isDatelineNote =
      /记者|通讯员|编辑|总台|央视/u.test(after[0]) || /^[：:]/u.test(text.slice(length + after[0].length));
    if (credit !== undefined || isDatelineNote) length += after[0].length;
  }
  const inText = after ? null : reportedBy.exec(text.slice(length));
  if (inText) {
    credit = inText.groups?.credit?.trim();
    length += inText[0].length;
  }
  length += /^[\s\u3000]*[，,：:丨|]?[\s\u3000]*/u.exec(text.slice(length))?.[0].length ?? 0;
  return { length, credit };
}

/** 讯（记者 …） that stands alone before the text: （本报记者 张三） or （职工通讯员 …）. */
function openingBracket(text: string): Dateline | undefined {
  const match = bracket.exec(text);
  const credit = creditIn(match?.groups?.inside);
  if (!match || credit === undefined || text.length === match[0].length) return undefined;
  return { length: match[0].length, credit };
}

function creditIn(inside: string | undefined): string | undefined {
  if (inside === undefined || !reporterRole.test(inside)) return undefined;
  // 【示例网报道 记者 张三】 signs with what stands behind 报道.
  return inside.replace(/^[^\s\u3000]{2,12}报道[\s\u3000]+/u, '').trim();
}
