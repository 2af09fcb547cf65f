import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { PageChat } from '../../local-chat/page/protocol.js';

/** What a message or a button in a chat can set going beyond that chat. */
export interface Actions {
  /** Says something in a chat. Resolves to false when that failed, which the person is told. */
  say(chat: PageChat, text: string, fromId?: number, replyTo?: number): Promise<boolean>;
  /** A link to the bot is followed here, another opens in a tab of its own. */
  openLink(chat: PageChat, url: string): void;
  /** Opens the Mini App for the person whose chat it is. */
  openApp(chat: PageChat, url: string): void;
  /** Lets the person choose a chat, and asks the bot inline there. */
  share(chat: PageChat, query: string): void;
  /** A line that goes by itself. */
  tell(text: string): void;
}

export const ActionsContext = createContext<Actions | undefined>(undefined);

export function useActions(): Actions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error('the page has no actions');
  return actions;
}
