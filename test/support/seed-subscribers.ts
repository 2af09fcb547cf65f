import { openStores } from '../../db/open-stores.js';
import type { ChatType } from '../../src/domain/delivery.js';

/** Makes chats that follow a category, as if each had written `/subscribe` to the bot. */
export async function seedSubscribers(
  databaseUrl: string,
  chats: readonly { readonly id: number; readonly type: ChatType }[],
  category: string,
): Promise<void> {
  const stores = await openStores(databaseUrl);
  const now = new Date();
  const { id: categoryId } = await stores.categories.findOrCreate(category);
  for (const { id, type } of chats) {
    await stores.chats.save(id, type, now);
    await stores.subscriptions.subscribe({ chatId: id, topicId: 0 }, categoryId, now);
  }
  await stores.close();
}
