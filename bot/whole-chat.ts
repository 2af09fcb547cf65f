import type { Conversation } from './conversation.js';
import { type Html, html } from './html.js';

/** Subscriptions are a topic's own, these settings the whole group's: said wherever topics could make one wonder. */
export function ofWholeChat({ t, chatType }: Conversation, told: Html): Html {
  const isGroup = chatType === 'group' || chatType === 'supergroup';
  return isGroup ? html`${told}\n${t.wholeGroup}` : told;
}
