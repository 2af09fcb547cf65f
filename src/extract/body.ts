import { load } from 'cheerio/slim';
import type { AnyNode, Document, Element } from 'domhandler';
import type { Block } from './block.js';
import { type MarkdownLine, plainInline, readMarkdownLine } from './markdown.js';
import { normalizeText } from './text.js';

/** Stands between the cells of a row until the text is clean: a private-use character. */
const cellBreak = '\ue000';

// What elements hand down to the text in them, one bit each; the number of a heading in three.
const bold = 1;
const link = 2;
const centered = 4;
const listItem = 8;
const row = 16;
const caption = 32;
const media = 64;
const inBlock = 128;
const resetsCentered = 1 << 11;
const attributeBits = bold | centered | caption | media;
/** Not a set of bits: the element is not to be seen. */
const hides = -1;
const headingShift = 8;
const headingMask = 7 << headingShift;

const skippedElements = new Set([
  ...[
    'script',
    'style',
    'noscript',
    'template',
    'head',
    'title',
    'iframe',
    'frame',
    'object',
    'embed',
    'applet',
    'svg',
    'math',
  ],
  ...[
    'video',
    'audio',
    'canvas',
    'map',
    'select',
    'button',
    'textarea',
    'input',
    'nav',
    'dialog',
    'datalist',
    'meter',
    'progress',
  ],
]);
const blockElements = new Set([
  ...[
    'p',
    'div',
    'section',
    'article',
    'main',
    'header',
    'footer',
    'aside',
    'blockquote',
    'center',
    'form',
    'fieldset',
    'legend',
  ],
  ...[
    'ul',
    'ol',
    'li',
    'dl',
    'dt',
    'dd',
    'table',
    'thead',
    'tbody',
    'tfoot',
    'tr',
    'td',
    'th',
    'caption',
    'figure',
    'figcaption',
  ],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'pre', 'address', 'details', 'summary', 'hr', 'body', 'html'],
]);

const widgetClass =
  /(?:^|[\s_-])(?:related?|recommend|share|sharing|comments?|advert|ads?|copyright|qrcode|hidden|gg\d+x\d+)(?:$|[\s_-])/iu;
const mediaClass = /(?:^|\s)em_media(?:\s|$)/u;
const captionClass = /caption|(?:im(?:g|age)|pic|photo)[_-]?(?:desc|info|note|intro|title|text)/iu;
const hiddenStyle = /display\s*:\s*none|visibility\s*:\s*hidden/iu;
const boldStyle = /font-weight\s*:\s*(?:bold|[6-9]00)/iu;
const centerStyle = /text-align\s*:\s*center/iu;
/** eastmoney's spans that a script fills with a quote. */
const quoteWidgetId = /^quote_/u;

/** Tags a post may open before it is read as plain text: real ones stay far below, and htmlparser2's stack costs their square. */
const maxTags = 20_000;
const maxBlocks = 20_000;

/** The blocks of a body, in order. Reads Markdown where text stands outside any HTML block. */
export function readBlocks(markup: string): Block[] {
  const document = load(boundTags(unwrapAutolinks(markup))).root()[0];
  const reader = new BlockReader();
  if (document) walk(document, reader);
  return reader.finish();
}

/** `<https://…>` inside Markdown is a link, not a tag that swallows what follows. */
function unwrapAutolinks(markup: string): string {
  return markup.includes('<http') ? markup.replace(/<(https?:\/\/[^\s<>]*)>/giu, '$1') : markup;
}

function boundTags(markup: string): string {
  let tags = 0;
  for (let at = markup.indexOf('<'); at !== -1; at = markup.indexOf('<', at + 1)) {
    const next = markup.charCodeAt(at + 1) | 32;
    if (next === 47 || (next >= 97 && next <= 122)) tags += 1;
    if (tags > maxTags) return markup.replace(/<[^<>]*>/gu, '\n\n').replaceAll('<', ' ');
  }
  return markup;
}

/** Depth first along the links between the nodes: no recursion, so depth costs no stack. */
function walk(root: Document, reader: BlockReader): void {
  let node: AnyNode | null = root.firstChild;
  while (node) {
    if (node.type === 'text') reader.text(node.data);
    else if (node.type === 'tag' && reader.enter(node as Element)) {
      if ((node as Element).firstChild) {
        node = (node as Element).firstChild;
        continue;
      }
      reader.leave(node as Element);
    }
    while (node && !node.next) {
      node = node.parent as AnyNode | null;
      if (!node || node === (root as AnyNode)) return;
      reader.leave(node as Element);
    }
    node = node?.next ?? null;
  }
}

/** Collects text into blocks while the tree is walked; holds what is inherited as bits on a stack. */
class BlockReader {
  private readonly blocks: Block[] = [];
  private readonly stack: number[] = [];
  private flags = 0;
  private parts: string[] = [];
  private chars = 0;
  private boldChars = 0;
  private linkChars = 0;
  private strongLead = 0;
  private startFlags = 0;
  private isQuote = false;
  private markdownHeading = 0;
  private imageBefore = false;
  private imageInBlock = false;
  private sharesImage = false;
  private isMarkdownItem = false;

  /** Opens an element; false when it and all in it are no text. */
  enter(element: Element): boolean {
    const { name, attribs } = element;
    if (skippedElements.has(name)) return false;
    if (name === 'br') {
      this.breakLine();
      return false;
    }
    if (name === 'img') {
      this.sawImage();
      return false;
    }
    let flags = this.flags;
    if (blockElements.has(name)) {
      if ((flags & row) === 0 || name === 'tr' || name === 'table') this.flush();
      else if (name === 'td' || name === 'th') this.parts.push(this.chars > 0 ? cellBreak : '');
      else this.parts.push(' ');
      flags = blockFlags(element, flags | inBlock);
      if (name === 'p' || name === 'div') this.imageInBlock = false;
    } else if (name === 'b' || name === 'strong') flags |= bold;
    else if (name === 'a') flags |= link;
    for (const attribute in attribs) {
      const change = readAttribute(attribute, attribs[attribute] as string);
      if (change === hides) return false;
      if (change & resetsCentered) flags &= ~centered;
      flags |= change & attributeBits;
    }
    this.stack.push(this.flags);
    this.flags = flags;
    return true;
  }

  leave(element: Element): void {
    if (blockElements.has(element.name) && ((this.flags & row) === 0 || element.name === 'tr')) this.flush();
    this.flags = this.stack.pop() ?? 0;
  }

  text(data: string): void {
    if ((this.flags & inBlock) === 0) {
      this.markdown(data);
      return;
    }
    if (!data.includes('\n')) {
      this.append(data);
      return;
    }
    // A new line with the indent of a paragraph, or behind the end of a sentence, is a paragraph in plain-text bodies.
    for (const [index, part] of data.split(/\r?\n[ \t]*(?=\u3000)|(?<=[。！？”])\r?\n[ \t]*/u).entries()) {
      if (index > 0 && (this.flags & row) === 0) this.flush();
      this.append(part);
    }
  }

  finish(): Block[] {
    this.flush();
    return this.blocks;
  }

  private append(data: string, added = 0): void {
    const flags = this.flags | added;
    if (flags & link && /(?:>>|»|＞＞)\s*$|^\s*(?:点击|返回|更多|详情)/u.test(data)) return;
    const visible = data.trim().length;
    if (visible > 0) {
      if (this.chars === 0) {
        this.startFlags = flags;
        this.sharesImage = this.imageInBlock;
      }
      if (flags & bold && this.strongLead === this.chars) this.strongLead += visible;
      this.chars += visible;
      if (flags & bold) this.boldChars += visible;
      if (flags & link) this.linkChars += visible;
    }
    this.parts.push(data);
  }

  private breakLine(): void {
    if (this.flags & row) this.parts.push(' ');
    else this.flush();
  }

  private sawImage(): void {
    if (this.chars === 0) {
      this.imageBefore = true;
      this.imageInBlock = true;
    }
  }

  /** Text outside any HTML block: Markdown, line by line. */
  private markdown(data: string): void {
    const lines = data.split('\n');
    for (const [index, line] of lines.entries()) {
      // What stands behind an inline element goes on with its line.
      if (index === 0 && this.chars > 0) this.append(plainInline(line));
      else this.markdownLine(readMarkdownLine(line), line, index > 0 && index < lines.length - 1);
    }
  }

  private markdownLine(line: MarkdownLine, raw: string, isWholeLine: boolean): void {
    if (line.kind === 'blank') {
      if (isWholeLine) this.flush();
      else this.append(raw === '' ? '' : ' ');
      return;
    }
    if (line.kind === 'quote') {
      if (!this.isQuote) this.flush();
      this.isQuote = true;
      this.append(line.text);
      return;
    }
    const startsBlock = line.kind !== 'text' || /^(?:\u3000|\t| {4})/u.test(raw) || this.afterSentence();
    if (startsBlock) this.flush();
    if (line.kind === 'rule') return;
    if (line.kind === 'text') {
      if (line.opensWithImage) this.sawImage();
      this.append(startsBlock ? line.text : `\n${line.text}`, line.isStrong ? bold : 0);
      return;
    }
    this.isMarkdownItem = line.kind === 'item';
    this.markdownHeading = line.kind === 'heading' ? line.level : 0;
    this.append(line.kind === 'row' ? line.cells.join(cellBreak) : line.text);
    if (line.kind !== 'item') this.flush();
  }

  private afterSentence(): boolean {
    return /[。！？”]\s*$/u.test(this.parts.at(-1) ?? '');
  }

  private readText(): string {
    const text = normalizeText(this.parts.length === 1 ? (this.parts[0] as string) : this.parts.join(''));
    return text.includes(cellBreak) ? text.replace(/ ?\ue000 ?/gu, '  ').trim() : text;
  }

  /** Ends the block, if there is any text in it. */
  private flush(): void {
    if (this.chars === 0) {
      this.parts = [];
      return;
    }
    const text = this.readText();
    const flags = this.startFlags;
    if (text !== '' && this.blocks.length < maxBlocks) {
      this.blocks.push({
        text,
        headingTag: this.markdownHeading || (flags & headingMask) >> headingShift,
        isStrong: this.boldChars >= this.chars - 1 && this.boldChars > 0,
        strongLead: this.strongLead < this.chars - 1 ? this.strongLead : 0,
        isCentered: (flags & centered) !== 0,
        isQuote: this.isQuote,
        isListItem: this.isMarkdownItem || (flags & listItem) !== 0,
        isTableRow: (flags & row) !== 0 || text.includes('  '),
        isMediaLine: (flags & media) !== 0,
        isCaption: (flags & caption) !== 0,
        followsImage: this.imageBefore,
        sharesImage: this.sharesImage,
        linkShare: this.linkChars / this.chars,
        role: 'paragraph',
        rule: 'plain-paragraph',
      });
    }
    this.parts = [];
    this.chars = this.boldChars = this.linkChars = this.strongLead = this.markdownHeading = 0;
    this.isQuote = this.isMarkdownItem = this.imageBefore = this.imageInBlock = this.sharesImage = false;
  }
}

const known = new Map<string, number>();
const maxKnown = 1000;
const maxKnownChars = 120;

/** The bits that an attribute adds, `hides`, or `resetsCentered`. Pages repeat few values very often, so answers are kept. */
function readAttribute(name: string, value: string): number {
  if (name !== 'class' && name !== 'style' && name !== 'align' && name !== 'hidden' && name !== 'id') return 0;
  if (value.length > maxKnownChars) return judgeAttribute(name, value.slice(0, maxAttributeChars));
  const key = `${name} ${value}`;
  let answer = known.get(key);
  if (answer === undefined) {
    answer = judgeAttribute(name, value);
    if (known.size >= maxKnown) known.clear();
    known.set(key, answer);
  }
  return answer;
}

const maxAttributeChars = 2000;

function judgeAttribute(name: string, value: string): number {
  switch (name) {
    case 'class':
      if (widgetClass.test(value)) return hides;
      return (captionClass.test(value) ? caption : 0) | (mediaClass.test(value) ? media : 0);
    case 'style': {
      if (hiddenStyle.test(value)) return hides;
      const weight = boldStyle.test(value) ? bold : 0;
      return weight | (centerStyle.test(value) ? centered : value.includes('text-align') ? resetsCentered : 0);
    }
    case 'align':
      return value.toLowerCase() === 'center' ? centered : resetsCentered;
    case 'hidden':
      return hides;
    default:
      return quoteWidgetId.test(value) ? hides : 0;
  }
}

/** What a block element adds to the inherited bits. */
function blockFlags(element: Element, flags: number): number {
  const { name } = element;
  if (name === 'center') return flags | centered;
  if (name === 'li') return flags | listItem;
  if (name === 'figcaption' || name === 'caption') return flags | caption;
  if (name === 'tr') return isDataRow(element) ? flags | row : flags & ~row;
  if (name === 'table') return flags & ~row;
  if (/^h[1-6]$/u.test(name)) return (flags & ~headingMask) | (Number(name[1]) << headingShift);
  return flags;
}

/** A row of two cells or more, none of which holds a table: not the table that lays out a page. */
function isDataRow(tableRow: Element): boolean {
  let cells = 0;
  for (const child of tableRow.children) {
    if (child.type !== 'tag' || (child.name !== 'td' && child.name !== 'th')) continue;
    cells += 1;
    let paragraphs = 0;
    for (const inner of child.children) {
      if (inner.type !== 'tag') continue;
      if (inner.name === 'table') return false;
      if (inner.name === 'p' || inner.name === 'div') paragraphs += 1;
    }
    if (paragraphs > 3) return false;
  }
  return cells > 1;
}
