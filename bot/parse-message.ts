import { commands } from './commands/index.js';

export type ParsedMessage =
  | { readonly kind: 'command'; readonly name: string; readonly argument: string }
  | { readonly kind: 'link'; readonly url: string }
  /** A greeting or a long text: worth a line of help, not a search. */
  | { readonly kind: 'hint' }
  /** Not meant for the bot. */
  | { readonly kind: 'ignored' };

export interface Listener {
  readonly username: string;
  readonly isPrivate: boolean;
}

const maxSearchChars = 40;
const slashCommand = /^[/／](?<name>[\p{L}\p{N}_]+)(?:@(?<bot>\w+))?(?:\s+(?<argument>[\s\S]*))?$/u;
const greeting =
  /^(?:你好|您好|哈喽|嗨|在吗|早上好|谢谢|你是谁|你是什么|怎么用|怎么使用|能做什么|hi|hello|hey|thanks?)[\s!！。.~～?？]*$/iu;
/** 订阅中国劳动保障报 without a space; words that only begin like that (搜索引擎) are searched for. */
const gluedCommand = /^(?<word>订阅|退订|取消订阅|搜索)(?!引擎|结果|热|量|号|费|制|数|框|广告)(?<argument>\S{2,})$/u;

/**
 * What a message asks for. Slash commands work everywhere, in any case, with `@bot` and in Chinese (`/订阅`); in a private
 * chat also plain words (`订阅 …`, `latest`), a link, and any other text of up to 40 characters on one line, which is a search.
 */
export function parseMessage(text: string, listener: Listener): ParsedMessage {
  const trimmed = text.trim();
  const slash = slashCommand.exec(trimmed)?.groups;
  if (slash) return parseSlash(slash.name ?? '', slash.bot, slash.argument ?? '', listener);
  if (!listener.isPrivate) return { kind: 'ignored' };
  const plain = parseWordAlone(trimmed) ?? parsePlainCommand(trimmed);
  if (plain) return plain;
  // A link is often forwarded with words around it.
  const url = /https?:\/\/[^\s，。；）】」”]+/iu.exec(trimmed)?.[0];
  if (url) return { kind: 'link', url };
  const searchable =
    /[\p{L}\p{N}]/u.test(trimmed) && !trimmed.includes('\n') && Array.from(trimmed).length <= maxSearchChars;
  if (!searchable || greeting.test(trimmed)) return { kind: 'hint' };
  return { kind: 'command', name: 'search', argument: trimmed };
}

function parseSlash(
  word: string,
  bot: string | undefined,
  argument: string,
  { username, isPrivate }: Listener,
): ParsedMessage {
  if (bot && bot.toLowerCase() !== username.toLowerCase()) return { kind: 'ignored' };
  const name = commandNamed(word.toLowerCase()) ?? commands.find(({ wordsAlone }) => wordsAlone?.includes(word))?.name;
  // In a group a command without our name may be another bot's: unknown ones are not ours to answer.
  if (!name && !isPrivate && !bot) return { kind: 'ignored' };
  return { kind: 'command', name: name ?? word, argument: argument.trim() };
}

/** `订阅 中国劳动保障报`, `最新`: the word alone, or followed by white space or a colon. */
function parsePlainCommand(text: string): ParsedMessage | undefined {
  const spaced = /^(?<word>\p{L}+)(?:(?:\s+|[:：])(?<argument>[\s\S]*))?$/u.exec(text)?.groups ?? {};
  const isCommand = commandNamed((spaced.word ?? '').toLowerCase()) !== undefined;
  const { word, argument } = isCommand ? spaced : (gluedCommand.exec(text)?.groups ?? {});
  const command = commands.find(({ name }) => name === commandNamed((word ?? '').toLowerCase()));
  return command && { kind: 'command', name: command.name, argument: (argument ?? '').trim() };
}

/** `暂停`, `为什么？`: words that are a command only when there is nothing else. */
function parseWordAlone(text: string): ParsedMessage | undefined {
  const word = text.replace(/[\s。！!？?]+$/u, '');
  const command = commands.find(({ wordsAlone }) => wordsAlone?.includes(word));
  return command && { kind: 'command', name: command.name, argument: '' };
}

function commandNamed(word: string): string | undefined {
  return commands.find(({ name, words }) => name === word || words.includes(word))?.name;
}
