import type { PageChat } from '../../local-chat/page/protocol.js';
import { Avatar } from './avatar.js';
import { useTexts } from './texts.js';

export interface ChatRowProps {
  readonly chat: PageChat;
  readonly about: string;
  readonly unread?: number;
  readonly isShown?: boolean;
  readonly onClick: () => void;
}

/** A chat in a list of chats. */
export function ChatRow({ chat, about, unread = 0, isShown = false, onClick }: ChatRowProps) {
  const t = useTexts();
  return (
    <button type="button" class="chat-row" aria-current={isShown ? 'page' : undefined} onClick={onClick}>
      <Avatar kind={chat.kind} />
      <span class="chat-row-text">
        <b>{t.chatNames[chat.kind]}</b>
        <span>{about}</span>
      </span>
      {unread > 0 && (
        <span class="badge">
          {unread}
          <span class="unseen">{t.newMessages(unread)}</span>
        </span>
      )}
    </button>
  );
}
