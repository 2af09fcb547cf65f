import { useState } from 'preact/hooks';
import type { PageChat, PageState } from '../../local-chat/page/protocol.js';
import { chooseTheme, currentTheme } from '../shared/theme.js';
import { useActions } from './actions.js';
import { api } from './api.js';
import { ChatRow } from './chat-row.js';
import { Icon } from './icons.js';
import type { Open } from './open.js';
import { useTexts } from './texts.js';

export interface SidebarProps {
  readonly state: PageState;
  /** The chat that is shown; undefined: all of them, side by side. */
  readonly shownId: number | 'list' | undefined;
  readonly unread: ReadonlyMap<number, number>;
  readonly isSideBySide: boolean;
  readonly onSideBySide: () => void;
  readonly onChat: (chatId: number) => void;
  readonly onLanguage: (language: 'zh' | 'en') => void;
  readonly onOpen: (open: Open) => void;
}

/** The chats, what comes next, and what this page is. */
export function Sidebar(props: SidebarProps) {
  const { state, shownId, unread, onChat, onOpen } = props;
  const t = useTexts();
  const you = state.chats.find(({ kind }) => kind === 'you');
  return (
    <aside class="sidebar">
      <SidebarHead {...props} />
      <nav aria-label={t.chats}>
        <ul class="chat-list">
          {state.chats.map((chat) => (
            <li key={chat.id}>
              <ChatRow
                chat={chat}
                about={lastLine(chat) ?? t.chatAbout[chat.kind]}
                unread={unread.get(chat.id) ?? 0}
                isShown={shownId === chat.id}
                onClick={() => onChat(chat.id)}
              />
            </li>
          ))}
        </ul>
      </nav>
      {state.source === 'samples' && <SamplesCard waiting={state.waitingSamples} onOpen={onOpen} />}
      <section class="card banner">
        <p>{state.source === 'samples' ? t.banner : t.bannerConfigured}</p>
        <button type="button" class="secondary" onClick={() => onOpen({ kind: 'telegram' })}>
          {t.toTelegram}
        </button>
        {you && (
          <button type="button" class="secondary" onClick={() => onOpen({ kind: 'app', chat: you, url: 'app/' })}>
            {t.app}
          </button>
        )}
      </section>
    </aside>
  );
}

/** What the page is called, and how it looks. */
function SidebarHead({ state, isSideBySide, onSideBySide, onLanguage }: SidebarProps) {
  const t = useTexts();
  const [theme, setTheme] = useState(currentTheme());
  const toOtherTheme = () => {
    const next = theme === 'dark' ? 'light' : 'dark';
    chooseTheme(next);
    setTheme(next);
  };
  const themeLabel = theme === 'dark' ? t.toLight : t.toDark;
  const columnsLabel = isSideBySide ? t.oneChat : t.sideBySide;
  return (
    <header class="sidebar-head">
      <h1>{state.botName}</h1>
      <button
        type="button"
        class="icon only-wide"
        aria-label={columnsLabel}
        title={columnsLabel}
        aria-pressed={isSideBySide}
        onClick={onSideBySide}
      >
        <Icon name="columns" />
      </button>
      <button type="button" class="icon" aria-label={themeLabel} title={themeLabel} onClick={toOtherTheme}>
        <Icon name={theme === 'dark' ? 'sun' : 'moon'} />
      </button>
      <button
        type="button"
        class="pill"
        lang={t.language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => onLanguage(t.language === 'zh' ? 'en' : 'zh')}
      >
        {t.otherLanguage}
      </button>
    </header>
  );
}

/** The samples that are still to come, and posts of one's own. */
function SamplesCard({ waiting, onOpen }: { readonly waiting: number; readonly onOpen: (open: Open) => void }) {
  const t = useTexts();
  const { tell } = useActions();
  const publishNext = async () => {
    try {
      const { fileName } = await api.publishNext();
      tell(fileName === undefined ? t.samplesOut : t.nextSampleDone);
    } catch {
      tell(t.failed);
    }
  };
  return (
    <section class="card">
      <p>{waiting > 0 ? t.samplesWaiting(waiting) : t.samplesOut}</p>
      {waiting > 0 && (
        <button type="button" class="primary" onClick={() => void publishNext()}>
          {t.nextSample}
        </button>
      )}
      <button type="button" class="secondary" onClick={() => onOpen({ kind: 'publish' })}>
        {t.publish}
      </button>
    </section>
  );
}

function lastLine({ messages }: PageChat): string | undefined {
  return messages.at(-1)?.text.split('\n')[0] || undefined;
}
