import type { Conversation } from '../conversation.js';
import type { Html } from '../html.js';

/**
 * After the first subscription of a chat, of `justFollowed` things at once: how pushes can come. Only once, and not to a chat
 * that chose already, or that followed something before there was this hint.
 */
export async function hintFor(chat: Conversation, justFollowed: number): Promise<readonly Html[]> {
  const { services, target, now, t } = chat;
  const { digestTimes, quietHours } = await services.settings.find(target.chatId);
  const followed = [await services.subscriptions.list(target), await services.watches.list(target)].flat().length;
  const isNew = await services.chats.markHinted(target.chatId, now);
  return isNew && followed <= justFollowed && !digestTimes && !quietHours ? [t.paceHint] : [];
}
