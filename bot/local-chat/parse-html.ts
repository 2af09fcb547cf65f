import { checkLink, linkedUserId } from './link.js';

/** A style as markup gives it: a mention by link names a user only by id. */
export interface ParsedEntity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string;
  readonly language?: string;
  readonly userId?: number;
  readonly custom_emoji_id?: string;
  readonly unix_time?: number;
  readonly date_time_format?: string;
}

export type ParsedHtml =
  | { readonly ok: true; readonly text: string; readonly entities: readonly ParsedEntity[] }
  | { readonly ok: false; readonly error: string };

const simpleTags: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
};

const supportedTags: ReadonlySet<string> = new Set([
  ...Object.keys(simpleTags),
  'a',
  'code',
  'pre',
  'blockquote',
  'tg-emoji',
  'tg-time',
]);

const namedReferences: Readonly<Record<string, number>> = { lt: 0x3c, gt: 0x3e, amp: 0x26, quot: 0x22 };

const end = 0;
const lessThan = 0x3c;
const greaterThan = 0x3e;
const slash = 0x2f;
const equals = 0x3d;
const ampersand = 0x26;
const quotes: ReadonlySet<number> = new Set([0x22, 0x27]);

/** The reader counts a missing byte as white space, which is what ends every scan at the end of the text. */
const whiteSpace: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0x0a, 0x0b, end]);

interface OpenTag {
  readonly name: string;
  /** What the tag's attributes said: a link, a language, a class, an emoji id, a date format, `1` for expandable. */
  readonly argument: string;
  readonly unixTime: number;
  readonly offset: number;
  readonly bytesBefore: number;
}

/** Said only inside this file; `parseHtml` turns it into a value. */
class HtmlError extends Error {}

/**
 * Reads Telegram's HTML style as tdlib does (MessageEntity.cpp, parse_html), byte by byte and with its error texts.
 * Byte offsets in errors are UTF-8, entity offsets UTF-16. The text is not trimmed, nested styles are not resolved:
 * that is done for every message, with markup or not (formatted-text.ts).
 */
export function parseHtml(html: string): ParsedHtml {
  try {
    return new HtmlReader(Buffer.from(html, 'utf8')).read();
  } catch (error) {
    if (error instanceof HtmlError) return { ok: false, error: error.message };
    throw error;
  }
}

class HtmlReader {
  private position = 0;
  private utf16Length = 0;
  /** What is read is never longer than its source. */
  private readonly output: Buffer;
  private outputLength = 0;
  private readonly openTags: OpenTag[] = [];
  private readonly entities: ParsedEntity[] = [];
  private sawSurrogate = false;

  constructor(private readonly bytes: Buffer) {
    this.output = Buffer.alloc(bytes.length);
  }

  read(): ParsedHtml {
    while (this.position < this.bytes.length) {
      const byte = this.at(this.position);
      if (byte === ampersand && this.readReference()) continue;
      if (byte === lessThan) {
        if (this.at(this.position + 1) === slash) this.readEndTag();
        else this.readStartTag();
        continue;
      }
      // A byte that continues a character is none; four bytes make a surrogate pair.
      if ((byte & 0xc0) !== 0x80) this.utf16Length += byte >= 0xf0 ? 2 : 1;
      this.output[this.outputLength] = byte;
      this.outputLength += 1;
      this.position += 1;
    }
    const unclosed = this.openTags.at(-1);
    if (unclosed) throw new HtmlError(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
    if (this.sawSurrogate) {
      throw new HtmlError(
        'Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units',
      );
    }
    return {
      ok: true,
      text: this.output.toString('utf8', 0, this.outputLength),
      entities: this.entities.map(withoutCodeLanguage),
    };
  }

  private at(position: number): number {
    return this.bytes[position] ?? end;
  }

  private slice(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to);
  }

  private readReference(): boolean {
    const reference = decodeReference(this.bytes, this.position);
    if (!reference) return false;
    if (reference.code >= 0xd800 && reference.code <= 0xdfff) this.sawSurrogate = true;
    this.utf16Length += reference.code > 0xffff ? 2 : 1;
    this.outputLength += this.output.write(String.fromCodePoint(reference.code), this.outputLength, 'utf8');
    this.position = reference.next;
    return true;
  }

  private skipWhile(matches: (byte: number) => boolean): void {
    while (this.position < this.bytes.length && matches(this.at(this.position))) this.position += 1;
  }

  private readStartTag(): void {
    const begin = this.position;
    this.position += 1;
    this.skipWhile((byte) => !whiteSpace.has(byte) && byte !== greaterThan);
    if (this.at(this.position) === end) throw new HtmlError(`Unclosed start tag at byte offset ${begin}`);
    const name = lowerAscii(this.slice(begin + 1, this.position));
    if (!supportedTags.has(name)) throw new HtmlError(`Unsupported start tag "${name}" at byte offset ${begin}`);

    let argument = '';
    let unixTime = 0;
    for (let attribute = this.readAttribute(name, begin); attribute; attribute = this.readAttribute(name, begin)) {
      argument = argumentOf(name, attribute) ?? argument;
      if (name === 'tg-time' && attribute.name === 'unix') unixTime = Number.parseInt(attribute.value ?? '', 10) || 0;
    }
    this.position += 1;
    if (name === 'span' && argument !== 'spoiler') {
      throw new HtmlError(`Tag "span" must have class "tg-spoiler" at byte offset ${begin}`);
    }
    this.openTags.push({ name, argument, unixTime, offset: this.utf16Length, bytesBefore: this.outputLength });
  }

  /** The next attribute of the tag that began at `begin`; undefined at its closing bracket. */
  private readAttribute(tag: string, begin: number): Attribute | undefined {
    this.skipWhile((byte) => byte !== end && whiteSpace.has(byte));
    if (this.at(this.position) === greaterThan) return undefined;
    const nameBegin = this.position;
    this.skipWhile(
      (byte) => !whiteSpace.has(byte) && byte !== equals && byte !== greaterThan && byte !== slash && !quotes.has(byte),
    );
    const name = this.slice(nameBegin, this.position);
    if (name === '') throw new HtmlError(`Empty attribute name in the tag "${tag}" at byte offset ${begin}`);
    this.skipSpaceBeforeValue(tag, begin);
    if (this.at(this.position) !== equals) return { name };
    this.position += 1;
    this.skipSpaceBeforeValue(tag, begin);
    const value = quotes.has(this.at(this.position)) ? this.readQuotedValue() : this.readNameToken();
    if (this.at(this.position) === end) throw new HtmlError(`Unclosed start tag at byte offset ${begin}`);
    return { name, value };
  }

  private skipSpaceBeforeValue(tag: string, begin: number): void {
    this.skipWhile((byte) => byte !== end && whiteSpace.has(byte));
    if (this.at(this.position) === end) throw new HtmlError(`Unclosed start tag "${tag}" at byte offset ${begin}`);
  }

  private readNameToken(): string {
    const begin = this.position;
    this.skipWhile((byte) => /[A-Za-z0-9.-]/.test(String.fromCharCode(byte)));
    const after = this.at(this.position);
    if (!whiteSpace.has(after) && after !== greaterThan) {
      throw new HtmlError(`Unexpected end of name token at byte offset ${begin}`);
    }
    return lowerAscii(this.slice(begin, this.position));
  }

  private readQuotedValue(): string {
    const quote = this.at(this.position);
    this.position += 1;
    const value: number[] = [];
    while (this.at(this.position) !== quote && this.at(this.position) !== end) {
      const reference = decodeReference(this.bytes, this.position);
      if (reference) {
        value.push(...encodeCodePoint(reference.code));
        this.position = reference.next;
      } else {
        value.push(this.at(this.position));
        this.position += 1;
      }
    }
    if (this.at(this.position) === quote) this.position += 1;
    return Buffer.from(value).toString('utf8');
  }

  private readEndTag(): void {
    const begin = this.position;
    const open = this.openTags.at(-1);
    if (!open) throw new HtmlError(`Unexpected end tag at byte offset ${begin}`);
    this.position += 2;
    this.skipWhile((byte) => !whiteSpace.has(byte) && byte !== greaterThan);
    const name = lowerAscii(this.slice(begin + 2, this.position));
    this.skipWhile((byte) => byte !== end && whiteSpace.has(byte));
    if (this.at(this.position) !== greaterThan) throw new HtmlError(`Unclosed end tag at byte offset ${begin}`);
    // `</>` closes whatever is open.
    if (name !== '' && name !== open.name) {
      throw new HtmlError(`Unmatched end tag at byte offset ${begin}, expected "</${open.name}>", found "</${name}>"`);
    }
    this.position += 1;
    this.openTags.pop();
    if (this.utf16Length > open.offset) this.close(open);
  }

  private close(tag: OpenTag): void {
    const place = { offset: tag.offset, length: this.utf16Length - tag.offset };
    const simple = simpleTags[tag.name];
    if (simple) this.entities.push({ type: simple, ...place });
    else if (tag.name === 'a') this.closeLink(tag, place);
    else if (tag.name === 'pre' || tag.name === 'code') this.closeCode(tag, place);
    else if (tag.name === 'blockquote') {
      this.entities.push({ type: tag.argument === '' ? 'blockquote' : 'expandable_blockquote', ...place });
    } else if (tag.name === 'tg-emoji') {
      if (!/^-?\d+$/.test(tag.argument) || /^-?0+$/.test(tag.argument)) {
        throw new HtmlError('Invalid custom emoji identifier specified');
      }
      this.entities.push({ type: 'custom_emoji', ...place, custom_emoji_id: tag.argument });
    } else this.closeTime(tag, place);
  }

  private closeLink(tag: OpenTag, place: Place): void {
    // Without an address the text is the address.
    const address = tag.argument || this.output.toString('utf8', tag.bytesBefore, this.outputLength);
    const userId = linkedUserId(address);
    if (userId !== undefined) {
      this.entities.push({ type: 'text_mention', ...place, userId });
      return;
    }
    const link = checkLink(address);
    // A link that is none is dropped without a word; its text stays.
    if (link.ok) this.entities.push({ type: 'text_link', ...place, url: link.url });
  }

  /** `<pre><code class="language-x">` is one block in a language, in either order of nesting. */
  private closeCode(tag: OpenTag, place: Place): void {
    const inner = this.entities.at(-1);
    const fills = inner?.offset === place.offset && inner.length === place.length;
    if (tag.name === 'pre' && fills && inner.type === 'code' && inner.language) {
      this.entities[this.entities.length - 1] = { ...inner, type: 'pre' };
    } else if (tag.name === 'code' && fills && inner.type === 'pre' && !inner.language && tag.argument !== '') {
      this.entities[this.entities.length - 1] = { ...inner, language: tag.argument };
    } else if (tag.name === 'code' && tag.argument !== '') {
      this.entities.push({ type: 'code', ...place, language: tag.argument });
    } else {
      this.entities.push({ type: tag.name, ...place });
    }
  }

  private closeTime(tag: OpenTag, place: Place): void {
    if (!/^(?:r|w?[dD]?[tT]?)$/.test(tag.argument)) throw new HtmlError('Invalid date-time format specified');
    if (tag.unixTime <= 0) return;
    this.entities.push({ type: 'date_time', ...place, unix_time: tag.unixTime, date_time_format: tag.argument });
  }
}

interface Place {
  readonly offset: number;
  readonly length: number;
}

interface Attribute {
  readonly name: string;
  readonly value?: string;
}

function argumentOf(tag: string, { name, value }: Attribute): string | undefined {
  if (tag === 'blockquote' && name === 'expandable') return '1';
  if (value === undefined) return undefined;
  if (tag === 'a' && name === 'href') return value;
  if (tag === 'code' && name === 'class' && value.startsWith('language-')) return value.slice('language-'.length);
  if (tag === 'span' && name === 'class' && value.startsWith('tg-')) return value.slice('tg-'.length);
  if (tag === 'tg-emoji' && name === 'emoji-id') return value;
  if (tag === 'tg-time' && name === 'format') return value;
  return undefined;
}

/** Inline code has no language: it only waited for a `<pre>` around it. */
function withoutCodeLanguage(entity: ParsedEntity): ParsedEntity {
  if (entity.type !== 'code') return entity;
  return { type: entity.type, offset: entity.offset, length: entity.length };
}

/** The character reference at `position`; undefined when it is none that Telegram knows and stays as text. */
function decodeReference(bytes: Buffer, position: number): { code: number; next: number } | undefined {
  if (bytes[position] !== ampersand) return undefined;
  // The longest that counts is &#x10fffe, ten bytes with its semicolon.
  const ahead = bytes.toString('latin1', position, position + 64);
  const numeric = /^&#(?:x([0-9a-fA-F]*)|([0-9]*))/.exec(ahead);
  const named = /^&([A-Za-z]*)/.exec(ahead);
  const length = (numeric ?? named)?.[0].length ?? 0;
  const code = numeric ? numericReference(numeric, length) : namedReferences[named?.[1] ?? ''];
  if (!code) return undefined;
  const next = position + length;
  return { code, next: bytes[next] === 0x3b ? next + 1 : next };
}

function numericReference(match: RegExpExecArray, length: number): number | undefined {
  const code = match[1] === undefined ? Number.parseInt(match[2] ?? '', 10) : Number.parseInt(match[1], 16);
  return code > 0 && code < 0x10ffff && length < 10 ? code : undefined;
}

/** UTF-8 bytes, also of a lone surrogate, which the caller refuses afterwards. */
function encodeCodePoint(code: number): readonly number[] {
  return [...Buffer.from(String.fromCodePoint(code), 'utf8')];
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
