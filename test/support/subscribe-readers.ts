import type { LocalBotApi } from '../../bot/local-chat/server.js';
import { NewsFolder } from './news-folder.js';

/** So many people who subscribe to the category of the news folder, one after the other; their chats. */
export async function subscribeReaders(api: LocalBotApi, readers: number): Promise<readonly number[]> {
  const chatIds: number[] = [];
  for (let n = 0; n < readers; n += 1) {
    const reader = api.addUser();
    api.sendText({ chat: reader, text: `/subscribe ${NewsFolder.category}` });
    await api.waitForMessage(({ chatId, text }) => chatId === reader.id && text.includes('已订阅'));
    chatIds.push(reader.id);
  }
  return chatIds;
}
