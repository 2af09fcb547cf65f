import type { ChatType } from '../src/domain/delivery.js';
import type { Button, Keyboard } from './keyboard.js';

/** Kinds of `/start` payload that open an article, and the button each stands for. */
const articleLinks = { art: 'art', txt: 'text', sto: 'story', rel: 'rel' } as const;

/** The button that a payload's kind stands for, by the first word of its data; undefined: none. */
export function actionOfLink(kind: string): string | undefined {
  return Object.entries(articleLinks).find(([each]) => each === kind)?.[1];
}

/**
 * Where a press on an article's button leads when it must not do anything in the chat: into the private chat with the
 * bot. Undefined: the button is no article's.
 */
export function linkInsteadOf(data: string, username: string): string | undefined {
  const payload = payloadOf(data);
  return payload && privateLink(username, payload);
}

/** The button opens an article, or what belongs to it. */
export function isArticleButton(data: string): boolean {
  return payloadOf(data) !== undefined;
}

function payloadOf(data: string): string | undefined {
  const [word = '', id = ''] = data.split(':');
  // Back to the summary: of a text that stands in a group from before.
  const action = word === 'sum' ? 'art' : word;
  const kind = Object.entries(articleLinks).find(([, each]) => each === action)?.[0];
  return kind && /^\d{1,15}$/u.test(id) ? `${kind}_${id}` : undefined;
}

/** Opens the private chat with the bot and says `/start payload` there. */
export function privateLink(username: string, payload: string): string {
  return `https://t.me/${username}?start=${payload}`;
}

/** Lets a reader choose a group, adds the bot to it and says `/start payload` there. */
export function groupLink(username: string, payload: string): string {
  return `https://t.me/${username}?startgroup=${payload}`;
}

/**
 * The same buttons under a message that others read as well: articles open in the private chat of whoever presses. `username`
 * is the bot's.
 */
export function forReaders(keyboard: Keyboard, chatType: ChatType, username: string): Keyboard {
  if (chatType === 'private') return keyboard;
  return keyboard.map((row) => row.map((button) => openedInPrivate(button, username)));
}

/**
 * Links alone: what a channel pushes is for everybody, and nobody's press may change it. The pages of a digest are turned in
 * the private chat.
 */
export function linksOnly(keyboard: Keyboard, username: string): Keyboard {
  const toLink = (button: Button): readonly Button[] => {
    if ('url' in button) return [button];
    if (!('data' in button)) return [];
    const page = /^dig:(?<id>[0-9a-z]+):(?<page>\d+)$/u.exec(button.data)?.groups;
    return page ? [{ text: button.text, url: privateLink(username, `dig_${page.id}_${page.page}`) }] : [];
  };
  return keyboard.map((row) => row.flatMap(toLink));
}

function openedInPrivate(button: Button, username: string): Button {
  const url = 'data' in button ? linkInsteadOf(button.data, username) : undefined;
  return url ? { text: button.text, url } : button;
}
