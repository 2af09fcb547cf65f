import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageChat, PageMessage } from '../../local-chat/page/protocol.js';
import { keep, kept } from '../shared/kept.js';
import { type Actions, ActionsContext } from './actions.js';
import { api } from './api.js';
import { ChatView } from './chat-view.js';
import { useChats } from './chats.js';
import { readLink } from './links.js';
import { MiniApp } from './mini-app.js';
import type { Open } from './open.js';
import { PublishDialog, publishFile } from './publish-dialog.js';
import { ShareDialog } from './share-dialog.js';
import { Sidebar } from './sidebar.js';
import { TelegramDialog } from './telegram-dialog.js';
import { chooseLanguage, chosenLanguage, pageTexts, Texts } from './texts.js';
import { useDrop } from './use-drop.js';
import { useMedia } from './use-media.js';

interface Draft {
  readonly chatId: number;
  readonly text: string;
}

const sideBySideKey = 'zhaibao.chat.sideBySide';
/** Where the button for it is shown (chat.css). */
const roomForThree = '(min-width: 1151px)';
const toastMs = 5_000;

export function App() {
  const [shownId, setShownId] = useState<number | 'list'>(1);
  const [wantsSideBySide, setSideBySide] = useState(kept(sideBySideKey) === 'true');
  const isSideBySide = useMedia(roomForThree) && wantsSideBySide;
  const [unread, setUnread] = useState<ReadonlyMap<number, number>>(new Map());
  const [open, setOpen] = useState<Open>();
  const [toast, setToast] = useState('');
  const [draft, setDraft] = useState<Draft>();
  const [language, setLanguage] = useState<'zh' | 'en'>();
  const isVisible = useRef<(chatId: number) => boolean>(() => true);
  isVisible.current = (chatId) => !document.hidden && (isSideBySide || shownId === chatId);

  const onMessage = useCallback(({ chatId, isFromBot }: PageMessage) => {
    if (isFromBot && !isVisible.current(chatId))
      setUnread((counts) => new Map(counts).set(chatId, (counts.get(chatId) ?? 0) + 1));
  }, []);
  const { state, isConnected, typing } = useChats(onMessage);
  const t = pageTexts[language ?? chosenLanguage(state?.language ?? 'zh')];

  useEffect(() => {
    document.documentElement.lang = t.language === 'zh' ? 'zh-CN' : 'en';
    const total = [...unread.values()].reduce((sum, count) => sum + count, 0);
    document.title = total > 0 ? `(${total}) ${t.title}` : t.title;
  }, [t, unread]);
  useEffect(() => {
    if (!toast) return;
    const timer = setTimeout(() => setToast(''), toastMs);
    return () => clearTimeout(timer);
  }, [toast]);
  const see = (chatId: number) => {
    setShownId(chatId);
    setUnread((counts) => new Map([...counts].filter(([id]) => id !== chatId)));
  };
  useEffect(() => {
    const look = () => {
      if (!document.hidden) setUnread((counts) => new Map([...counts].filter(([id]) => !isVisible.current(id))));
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);

  const chats = state?.chats ?? [];
  const botUsername = state?.botUsername ?? '';
  const actions = useMemo<Actions>(() => {
    const say: Actions['say'] = async (chat, text, fromId = chat.members[0]?.id ?? 0, replyTo) => {
      try {
        await api.send({ chatId: chat.id, fromId, text, replyTo });
        return true;
      } catch {
        setToast(t.failed);
        return false;
      }
    };
    return {
      say,
      tell: setToast,
      openApp: (chat, url) => setOpen({ kind: 'app', chat, url }),
      share: (from, query) => setOpen({ kind: 'share', from, query }),
      openLink(chat, url) {
        const link = readLink(url, botUsername);
        // From the group a link leads into the private chat of whoever is at the page.
        const own = chat.kind === 'group' ? chats.find(({ kind }) => kind === 'you') : chat;
        const group = chats.find(({ kind }) => kind === 'group');
        if (link.kind === 'outside') window.open(link.url, '_blank', 'noopener,noreferrer');
        if (link.kind === 'bot' && own) see(own.id);
        if (link.kind === 'start' && own) {
          see(own.id);
          void say(own, `/start ${link.payload}`.trim());
        }
        if (link.kind === 'start-group' && group) {
          see(group.id);
          void api.addToGroup({ payload: link.payload }).catch(() => setToast(t.failed));
        }
      },
    };
  }, [t, botUsername, chats]);

  /** One result is sent at once; of several the person chooses, in the text field. */
  const shareTo = async (chat: PageChat, query: string) => {
    setOpen(undefined);
    see(chat.id);
    const fromId = chat.members[0]?.id ?? 0;
    try {
      const { results } = await api.askInline({ fromId, query, offset: '' });
      const [only] = results;
      if (only && results.length === 1)
        await api.chooseInline({ chatId: chat.id, fromId, query, offset: '', resultId: only.id });
      else setDraft({ chatId: chat.id, text: `@${botUsername} ${query}` });
    } catch {
      setToast(t.failed);
    }
  };
  const isDropping = useDrop(state?.source === 'samples', async (file) => setToast(await publishFile(file, t)));

  if (!state) return <p class="connecting">{isConnected ? '' : t.connecting}</p>;
  const view = (chat: PageChat, onBack?: () => void) => (
    <ChatView
      key={chat.id}
      chat={chat}
      isTyping={typing.has(chat.id)}
      botName={state.botName}
      botUsername={botUsername}
      description={state.description[t.language]}
      draft={draft?.chatId === chat.id ? draft.text : ''}
      onBack={onBack}
      banner={state.source === 'samples' ? t.banner : t.bannerConfigured}
      onTelegram={() => setOpen({ kind: 'telegram' })}
    />
  );
  const shown = chats.find(({ id }) => id === shownId);
  return (
    <Texts.Provider value={t}>
      <ActionsContext.Provider value={actions}>
        <div class={`page${isSideBySide ? ' side-by-side' : ''}${shown ? ' in-chat' : ''}`}>
          <Sidebar
            state={state}
            shownId={isSideBySide ? undefined : shownId}
            unread={unread}
            isSideBySide={isSideBySide}
            onSideBySide={() => {
              keep(sideBySideKey, String(!wantsSideBySide));
              setSideBySide(!wantsSideBySide);
              setUnread(new Map());
            }}
            onChat={see}
            onLanguage={(next) => {
              chooseLanguage(next);
              setLanguage(next);
            }}
            onOpen={setOpen}
          />
          <main class="columns">
            {isSideBySide
              ? chats.map((chat) => view(chat, () => setShownId('list')))
              : shown && view(shown, () => setShownId('list'))}
          </main>
        </div>
        {open?.kind === 'telegram' && <TelegramDialog onClose={() => setOpen(undefined)} />}
        {open?.kind === 'publish' && <PublishDialog onClose={() => setOpen(undefined)} onDone={setToast} />}
        {open?.kind === 'app' && <MiniApp chat={open.chat} url={open.url} onClose={() => setOpen(undefined)} />}
        {open?.kind === 'share' && (
          <ShareDialog
            chats={chats.filter(({ id, kind }) => kind !== 'friend' || id === open.from.id)}
            onClose={() => setOpen(undefined)}
            onChat={(chat) => void shareTo(chat, open.query)}
          />
        )}
        {isDropping && <div class="drop">{t.dropHere}</div>}
        <div class="toast" role="status">
          {toast && <p>{toast}</p>}
        </div>
        {!isConnected && (
          <p class="lost" role="alert">
            {t.connectionLost}
          </p>
        )}
      </ActionsContext.Provider>
    </Texts.Provider>
  );
}
