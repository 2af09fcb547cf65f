import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageChat, PageMessage } from '../../local-chat/page/protocol.js';
import { Icon } from '../shared/icons.js';
import { keep, kept } from '../shared/kept.js';
import { chooseTheme, currentTheme } from '../shared/theme.js';
import { type Actions, ActionsContext } from './actions.js';
import { api } from './api.js';
import { Avatar, ChatView } from './chat-view.js';
import { useChats } from './chats.js';
import { Dialog } from './dialog.js';
import { readLink } from './links.js';
import { MiniApp } from './mini-app.js';
import { PublishDialog, publishFile } from './publish-dialog.js';
import { chooseLanguage, chosenLanguage, pageTexts, Texts } from './texts.js';

type Open =
  | { readonly kind: 'telegram' | 'publish' }
  | { readonly kind: 'app'; readonly chat: PageChat; readonly url: string }
  | { readonly kind: 'share'; readonly from: PageChat; readonly query: string };

interface Draft {
  readonly chatId: number;
  readonly text: string;
}

const sideBySideKey = 'zhaibao.chat.sideBySide';
const toastMs = 5_000;

export function App() {
  const [shownId, setShownId] = useState<number | 'list'>(1);
  const [isSideBySide, setSideBySide] = useState(kept(sideBySideKey) === 'true');
  const [unread, setUnread] = useState<ReadonlyMap<number, number>>(new Map());
  const [open, setOpen] = useState<Open>();
  const [toast, setToast] = useState('');
  const [draft, setDraft] = useState<Draft>();
  const [language, setLanguage] = useState<'zh' | 'en'>();
  const [theme, setTheme] = useState(currentTheme());
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
    const say: Actions['say'] = async (chat, text, fromId = chat.members[0]?.id ?? 0) => {
      try {
        await api.send({ chatId: chat.id, fromId, text });
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
          void say(group, `/start@${botUsername} ${link.payload}`.trim());
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
  const publishNext = async () => {
    try {
      const { fileName } = await api.publishNext();
      setToast(fileName === undefined ? t.samplesOut : t.nextSampleDone);
    } catch {
      setToast(t.failed);
    }
  };

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
  const you = chats.find(({ kind }) => kind === 'you');
  return (
    <Texts.Provider value={t}>
      <ActionsContext.Provider value={actions}>
        <div class={`page${isSideBySide ? ' side-by-side' : ''}${shown ? ' in-chat' : ''}`}>
          <aside class="sidebar">
            <header class="sidebar-head">
              <h1>{state.botName}</h1>
              <button
                type="button"
                class="icon only-wide"
                aria-label={isSideBySide ? t.oneChat : t.sideBySide}
                title={isSideBySide ? t.oneChat : t.sideBySide}
                aria-pressed={isSideBySide}
                onClick={() => {
                  keep(sideBySideKey, String(!isSideBySide));
                  setSideBySide(!isSideBySide);
                  setUnread(new Map());
                }}
              >
                <Icon name="columns" />
              </button>
              <button
                type="button"
                class="icon"
                aria-label={theme === 'dark' ? t.toLight : t.toDark}
                title={theme === 'dark' ? t.toLight : t.toDark}
                onClick={() => {
                  const next = theme === 'dark' ? 'light' : 'dark';
                  chooseTheme(next);
                  setTheme(next);
                }}
              >
                <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
              </button>
              <button
                type="button"
                class="pill"
                lang={t.language === 'zh' ? 'en' : 'zh-CN'}
                onClick={() => {
                  const next = t.language === 'zh' ? 'en' : 'zh';
                  chooseLanguage(next);
                  setLanguage(next);
                }}
              >
                {t.otherLanguage}
              </button>
            </header>
            <nav aria-label={t.chats}>
              <ul class="chat-list">
                {chats.map((chat) => (
                  <li key={chat.id}>
                    <button
                      type="button"
                      class="chat-row"
                      aria-current={!isSideBySide && shownId === chat.id ? 'page' : undefined}
                      onClick={() => see(chat.id)}
                    >
                      <Avatar kind={chat.kind} />
                      <span class="chat-row-text">
                        <b>{t.chatNames[chat.kind]}</b>
                        <span>{chat.messages.at(-1)?.text.split('\n')[0] || t.chatAbout[chat.kind]}</span>
                      </span>
                      {(unread.get(chat.id) ?? 0) > 0 && (
                        <span class="badge">
                          {unread.get(chat.id)}
                          <span class="unseen">{t.newMessages(unread.get(chat.id) ?? 0)}</span>
                        </span>
                      )}
                    </button>
                  </li>
                ))}
              </ul>
            </nav>
            {state.source === 'samples' && (
              <section class="card">
                <p>{state.waitingSamples > 0 ? t.samplesWaiting(state.waitingSamples) : t.samplesOut}</p>
                {state.waitingSamples > 0 && (
                  <button type="button" class="primary" onClick={() => void publishNext()}>
                    {t.nextSample}
                  </button>
                )}
                <button type="button" class="secondary" onClick={() => setOpen({ kind: 'publish' })}>
                  {t.publish}
                </button>
              </section>
            )}
            <section class="card banner">
              <p>{state.source === 'samples' ? t.banner : t.bannerConfigured}</p>
              <button type="button" class="secondary" onClick={() => setOpen({ kind: 'telegram' })}>
                {t.toTelegram}
              </button>
              {you && (
                <button
                  type="button"
                  class="secondary"
                  onClick={() => setOpen({ kind: 'app', chat: you, url: 'app/' })}
                >
                  {t.app}
                </button>
              )}
            </section>
          </aside>
          <main class="columns">
            {isSideBySide
              ? chats.map((chat) => view(chat, () => setShownId('list')))
              : shown && view(shown, () => setShownId('list'))}
          </main>
        </div>
        {open?.kind === 'telegram' && (
          <Dialog title={t.telegramTitle} onClose={() => setOpen(undefined)}>
            <ol class="steps">
              {t.telegramSteps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
            <p class="hint dialog-note">{t.telegramNote}</p>
          </Dialog>
        )}
        {open?.kind === 'publish' && <PublishDialog onClose={() => setOpen(undefined)} onDone={setToast} />}
        {open?.kind === 'app' && <MiniApp chat={open.chat} url={open.url} onClose={() => setOpen(undefined)} />}
        {open?.kind === 'share' && (
          <Dialog title={t.chooseChat} onClose={() => setOpen(undefined)}>
            <ul class="chat-list">
              {chats
                .filter((chat) => chat.kind === 'group' || chat.id === open.from.id || chat.kind === 'you')
                .map((chat) => (
                  <li key={chat.id}>
                    <button type="button" class="chat-row" onClick={() => void shareTo(chat, open.query)}>
                      <Avatar kind={chat.kind} />
                      <span class="chat-row-text">
                        <b>{t.chatNames[chat.kind]}</b>
                        <span>{t.chatAbout[chat.kind]}</span>
                      </span>
                    </button>
                  </li>
                ))}
            </ul>
          </Dialog>
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

/** A file that is dropped anywhere on the page. */
function useDrop(isOn: boolean, onFile: (file: File) => void): boolean {
  const [isDropping, setDropping] = useState(false);
  const take = useRef(onFile);
  take.current = onFile;
  useEffect(() => {
    if (!isOn) return;
    const hasFile = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setDropping(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDropping(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFile(event)) return;
      event.preventDefault();
      setDropping(false);
      for (const file of event.dataTransfer?.files ?? []) take.current(file);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [isOn]);
  return isDropping;
}
