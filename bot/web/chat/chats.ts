import { useEffect, useReducer } from 'preact/hooks';
import type { PageChat, PageEvent, PageMessage, PageState } from '../../local-chat/page/protocol.js';

export interface Chats {
  /** Undefined until the server has answered. */
  readonly state: PageState | undefined;
  readonly isConnected: boolean;
  /** Chats that the bot is typing in. */
  readonly typing: ReadonlySet<number>;
}

type Change =
  | PageEvent
  | { readonly kind: 'connection'; readonly isConnected: boolean }
  | { readonly kind: 'idle'; chatId: number };

const typingMs = 5_000;
const reconnectMs = 1_500;

/** What the server tells, as it comes: everything at first and after a lost connection, then what changes. */
export function useChats(onMessage: (message: PageMessage) => void): Chats {
  const [chats, dispatch] = useReducer(reduce, { state: undefined, isConnected: false, typing: new Set<number>() });
  useEffect(() => {
    let source: EventSource;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      source = new EventSource('local/events');
      source.onopen = () => dispatch({ kind: 'connection', isConnected: true });
      source.onerror = () => {
        dispatch({ kind: 'connection', isConnected: false });
        // A browser gives up for good when the server is away for a while; a bot that is started again should be found.
        if (source.readyState === EventSource.CLOSED) retry = setTimeout(connect, reconnectMs);
      };
      source.onmessage = ({ data }: MessageEvent<string>) => {
        const event = JSON.parse(data) as PageEvent;
        dispatch(event);
        if (event.kind === 'message') onMessage(event.message);
        if (event.kind === 'typing') setTimeout(() => dispatch({ kind: 'idle', chatId: event.chatId }), typingMs);
      };
    };
    connect();
    return () => {
      clearTimeout(retry);
      source.close();
    };
  }, []);
  return chats;
}

function reduce(chats: Chats, change: Change): Chats {
  switch (change.kind) {
    case 'connection':
      return { ...chats, isConnected: change.isConnected };
    case 'state':
      return { ...chats, state: change.state, isConnected: true };
    case 'typing':
      return { ...chats, typing: new Set([...chats.typing, change.chatId]) };
    case 'idle':
      return { ...chats, typing: without(chats.typing, change.chatId) };
    case 'message': {
      const { message } = change;
      const typing = message.isFromBot ? without(chats.typing, message.chatId) : chats.typing;
      return { ...inChat(chats, message.chatId, (chat) => withMessage(chat, message)), typing };
    }
    case 'edit':
      return inChat(chats, change.message.chatId, (chat) => withMessage(chat, change.message));
    case 'delete':
      return inChat(chats, change.chatId, (chat) => ({
        ...chat,
        messages: chat.messages.filter(({ id }) => id !== change.id),
      }));
  }
}

/** An event may tell of a message that the state before it had already. Whoever writes in private has started the bot. */
function withMessage(chat: PageChat, message: PageMessage): PageChat {
  const isKnown = chat.messages.some(({ id }) => id === message.id);
  const messages = isKnown
    ? chat.messages.map((each) => (each.id === message.id ? message : each))
    : [...chat.messages, message];
  return { ...chat, messages, isStarted: true };
}

function inChat(chats: Chats, chatId: number, change: (chat: PageChat) => PageChat): Chats {
  if (!chats.state) return chats;
  const changed = chats.state.chats.map((chat) => (chat.id === chatId ? change(chat) : chat));
  return { ...chats, state: { ...chats.state, chats: changed } };
}

function without(ids: ReadonlySet<number>, id: number): ReadonlySet<number> {
  return new Set([...ids].filter((each) => each !== id));
}
