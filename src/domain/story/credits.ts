export const maxTitleUnits = 200;
const openingChars = 160;
const closingChars = 80;
/** Lines at either end in which datelines and credits stand. */
const edgeLines = 3;

/** What may open a text without being part of it; each is tried again behind another. */
const openings: readonly RegExp[] = [
  // 示例社柳川3月1日电
  /^[^，,。！？：:；“”（）()]{2,24}?\d{1,2}日(?:专|快|综合)?(?:电|讯|消息|报道)/u,
  // 本报讯, 柳川日报讯, 示例网消息
  /^[^，,。！？：:；“”（）()]{1,16}?(?:[报网社台刊端]|快|专)(?:电|讯|消息)(?=[\s，,：:（(丨|])/u,
  // 据柳川日报报道，
  /^据[^，,。：:]{2,24}(?:报道|消息|讯)[，,：:]/u,
  // （记者 李雷）
  /^[（(【[［][^（()）【】]{0,40}(?:记者|通讯员|编辑|作者|实习生)[^（()）【】]{0,40}[）)】\]］]/u,
];
const closing =
  /[（(](?:[^（()）]{0,40}(?:记者|通讯员|编辑|责编|校对|来源|作者|供图|摄)[^（()）]{0,40}|[\p{Script=Han}\s]{1,8})[）)]\s*$/u;
const creditLine =
  /^[（(【[\s]*(?:(?:(?:文章|本文|信息|资料|图片|稿件)?来源|责任编辑|责编|编辑|校对|审核|监制|作者|撰文|采写|摄影|文|图)[\s:：/／|｜]|(?:本报|本网)?(?:记者|通讯员)\s*[^，。]{0,24}$|原标题|本文来自|版权声明|免责声明|[（(][^（()）]{1,20}[）)]$)/u;
const maxCreditChars = 60;
const flashTitle = /^【[^】]{2,60}】/u;

/** The text without datelines at its opening and without lines and brackets that only say whose it is. */
export function withoutCredits(text: string): string {
  const lines = text.split('\n').filter((line) => line.length > maxCreditChars || !creditLine.test(line.trim()));
  for (let at = 0; at < Math.min(edgeLines, lines.length); at += 1) lines[at] = withoutOpening(lines[at] ?? '');
  for (let at = Math.max(0, lines.length - edgeLines); at < lines.length; at += 1)
    lines[at] = withoutClosing(lines[at] ?? '');
  return lines.join('\n');
}

function withoutOpening(line: string): string {
  const own = flashTitle.exec(line)?.[0] ?? '';
  let rest = line.slice(own.length).trimStart();
  for (let more = 0; more < openings.length; more += 1) {
    const head = rest.slice(0, openingChars);
    const found = openings.map((opening) => opening.exec(head)?.[0].length ?? 0).find((length) => length > 0);
    if (found === undefined) break;
    rest = rest.slice(found).replace(/^[\s，,：:丨|]{0,8}/u, '');
  }
  // A title in brackets that is repeated behind a dateline stays with the text.
  return own + rest;
}

function withoutClosing(line: string): string {
  const from = Math.max(0, line.length - closingChars);
  return line.slice(0, from) + line.slice(from).replace(closing, '');
}
