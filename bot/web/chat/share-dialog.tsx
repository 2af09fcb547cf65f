import type { PageChat } from '../../local-chat/page/protocol.js';
import { ChatRow } from './chat-row.js';
import { Dialog } from './dialog.js';
import { useTexts } from './texts.js';

export interface ShareDialogProps {
  readonly chats: readonly PageChat[];
  readonly onChat: (chat: PageChat) => void;
  readonly onClose: () => void;
}

/** To which chat an article goes. */
export function ShareDialog({ chats, onChat, onClose }: ShareDialogProps) {
  const t = useTexts();
  return (
    <Dialog title={t.chooseChat} onClose={onClose}>
      <ul class="chat-list">
        {chats.map((chat) => (
          <li key={chat.id}>
            <ChatRow chat={chat} about={t.chatAbout[chat.kind]} onClick={() => onChat(chat)} />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
