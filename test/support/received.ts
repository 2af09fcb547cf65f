import type { LocalBotApi } from '../../bot/local-chat/server.js';
import type { ChatMessage } from '../../bot/local-chat/world.js';

/** A message to a chat and the posts of a NewsFolder that it names, on any page that was shown. */
interface Push {
  readonly chatId: number;
  readonly message: Pick<ChatMessage, 'chatId' | 'messageId'>;
  readonly sentAt: Date;
  readonly posts: Set<number>;
}

/** What readers got of the posts of a NewsFolder, from now on: in summaries, and on the pages of digests. */
export class Received {
  /** In the order of sending. */
  private readonly pushes = new Map<string, Push>();

  /** `chatOf` gives the chat that an id stood for at first, for groups that move. */
  constructor(
    private readonly api: LocalBotApi,
    private readonly chatOf: (chatId: number) => number = (chatId) => chatId,
  ) {
    api.on('message', (message) => this.read(message));
    api.on('edit', (message) => this.read(message));
  }

  private read(message: ChatMessage): void {
    const posts = [...message.text.matchAll(/示例(\d+)/gu)].map(([, number]) => Number(number));
    if (posts.length === 0) return;
    const key = keyOf(message);
    const chatId = this.chatOf(message.chatId);
    const push = this.pushes.get(key) ?? { chatId, message, sentAt: message.date, posts: new Set() };
    for (const number of posts) push.posts.add(number);
    this.pushes.set(key, push);
  }

  /** When each post first came to a chat. */
  byChat(chatId: number): ReadonlyMap<number, Date> {
    const first = new Map<number, Date>();
    for (const push of this.pushes.values()) {
      if (push.chatId !== chatId) continue;
      for (const number of push.posts) if (!first.has(number)) first.set(number, push.sentAt);
    }
    return first;
  }

  /** How many posts of `from` to `to` these chats have, each post of a chat counted once. */
  count(chatIds: Iterable<number>, from: number, to: number): number {
    const wanted = new Set(chatIds);
    const found = new Set<string>();
    for (const { chatId, posts } of this.pushes.values()) {
      if (!wanted.has(chatId)) continue;
      for (const number of posts) if (number >= from && number <= to) found.add(`${chatId} ${number}`);
    }
    return found.size;
  }

  get messageCount(): number {
    return this.pushes.size;
  }

  /** Messages that brought a chat something that it had already. */
  get doubled(): number {
    const had = new Map<number, Set<number>>();
    let doubled = 0;
    for (const { chatId, posts } of this.pushes.values()) {
      const before = had.get(chatId) ?? new Set();
      if ([...posts].some((number) => before.has(number))) doubled += 1;
      had.set(chatId, new Set([...before, ...posts]));
    }
    return doubled;
  }

  /** Turns every digest to its last page; the posts on the way count as received. A page that does not come is left. */
  async turnPages(): Promise<void> {
    await Promise.all([...this.pushes.values()].map((push) => this.turnPagesOf(push.message)));
  }

  private async turnPagesOf(message: Push['message']): Promise<void> {
    const seen = new Set<string>();
    for (;;) {
      const shown = this.api.findMessage(message.chatId, message.messageId);
      const buttons = shown?.replyMarkup?.inline_keyboard.flat() ?? [];
      const next = buttons.find(({ text, callback_data: data }) => data?.startsWith('dig:') && isForward(text));
      if (!next?.callback_data || seen.has(next.callback_data)) return;
      seen.add(next.callback_data);
      const turned = this.api.nextMessage((edited) => keyOf(edited) === keyOf(message), pageTimeoutMs);
      const pressed = this.api.pressButton({ message, data: next.callback_data });
      const page = await Promise.race([turned, pressed.then(() => turned)]).catch(() => undefined);
      if (!page) return;
    }
  }
}

const pageTimeoutMs = 20_000;

const isForward = (label: string) => /下一页|较早|更早|[›»▶→]/u.test(label);

const keyOf = ({ chatId, messageId }: Push['message']) => `${chatId}:${messageId}`;
