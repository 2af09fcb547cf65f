import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { PageChat, PageMessage } from '../../local-chat/page/protocol.js';
import { useActions } from './actions.js';
import { Avatar } from './avatar.js';
import { Bubble } from './bubble.js';
import { Composer } from './composer.js';
import { Icon } from './icons.js';
import { useTexts } from './texts.js';

export interface ChatViewProps {
  readonly chat: PageChat;
  readonly isTyping: boolean;
  readonly botName: string;
  readonly botUsername: string;
  readonly description: string;
  readonly draft: string;
  /** What this is, and what leads to Telegram: in a chat that is still empty. */
  readonly banner: string;
  readonly onTelegram: () => void;
  /** Undefined where all chats stand side by side. */
  readonly onBack: (() => void) | undefined;
}

/** Messages of one sender within this time stand together. */
const togetherMs = 5 * 60_000;
const nearEndPx = 80;

export function ChatView(props: ChatViewProps) {
  const { chat, isTyping, botName, botUsername, description, draft, banner, onTelegram, onBack } = props;
  const t = useTexts();
  const { say, openApp } = useActions();
  const [fromId, setFromId] = useState(chat.members[0]?.id ?? 0);
  const member = chat.members.find(({ id }) => id === fromId) ?? chat.members[0];
  const { list, isAtEnd, unread, toEnd, onScroll } = useEnd(chat);
  const isEmpty = chat.messages.length === 0;
  const isKnown = chat.kind !== 'group' && chat.isStarted;
  const [answered, setAnswered] = useState<PageMessage>();
  const sayHere = (text: string) => void say(chat, text, fromId);
  if (!member) return null;
  const fieldId = `field-${chat.id}`;
  const start = { you: t.start, friend: t.startFriend, group: t.startGroup }[chat.kind];
  return (
    <section class="chat" aria-label={t.chatNames[chat.kind]}>
      <a class="skip" href={`#${fieldId}`}>
        {t.toField}
      </a>
      <header class="chat-head">
        {onBack && (
          <button type="button" class="icon only-narrow" aria-label={t.back} onClick={onBack}>
            <Icon name="back" />
          </button>
        )}
        <Avatar kind={chat.kind} />
        <div class="chat-title">
          <h2>{t.chatNames[chat.kind]}</h2>
          <p aria-live="polite">{isTyping ? t.typing : t.chatAbout[chat.kind]}</p>
        </div>
        {chat.menu && (
          <button type="button" class="pill" onClick={() => chat.menu && openApp(chat, chat.menu.url)}>
            {chat.menu.text}
          </button>
        )}
      </header>
      <div
        class="messages"
        ref={list}
        onScroll={onScroll}
        role="log"
        aria-label={t.messagesOf(t.chatNames[chat.kind])}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and without a mouse it has to be reached
        tabIndex={0}
      >
        <div class="messages-inside">
          {isEmpty && (
            <div class="about-bot">
              <p>{isKnown ? t.welcomeBack : description}</p>
              <button
                type="button"
                class="primary"
                onClick={() => sayHere(groupCommand(chat, botUsername, isKnown ? '/subscriptions' : '/start'))}
              >
                {isKnown ? t.showSubscriptions : start}
              </button>
              <p class="hint">
                {banner}{' '}
                <button type="button" class="link" onClick={onTelegram}>
                  {t.toTelegram}
                </button>
              </p>
            </div>
          )}
          {chat.messages.map((message, at) => {
            const before = chat.messages[at - 1];
            const day = dayOf(message.at);
            const isNewDay = !before || dayOf(before.at) !== day;
            return [
              isNewDay && (
                <p class="day" key={`day ${day}`}>
                  {nameDay(message.at, t)}
                </p>
              ),
              <Bubble
                key={message.id}
                chat={chat}
                message={message}
                fromId={fromId}
                isContinued={!isNewDay && isContinued(before, message)}
                botName={botName}
                botUsername={botUsername}
                onReply={() => setAnswered(message)}
              />,
            ];
          })}
          {isTyping && (
            <div class="typing" aria-hidden="true">
              <span />
              <span />
              <span />
            </div>
          )}
        </div>
      </div>
      {!isAtEnd && unread > 0 && (
        <button type="button" class="to-end" onClick={toEnd}>
          {t.newMessages(unread)} ↓
        </button>
      )}
      <div class="foot">
        {chat.members.length > 1 && (
          <fieldset class="speakers">
            <legend class="unseen">{t.speakAs}</legend>
            {chat.members.map(({ id, kind }) => (
              <label key={id} class={id === fromId ? 'chip chosen' : 'chip'}>
                <input
                  type="radio"
                  name={`speaker-${chat.id}`}
                  checked={id === fromId}
                  onChange={() => setFromId(id)}
                />
                {t.memberNames[kind]}
              </label>
            ))}
          </fieldset>
        )}
        {/* biome-ignore lint/a11y/useSemanticElements: a row of buttons is no fieldset */}
        <div class="quick" role="group" aria-label={t.commandsTitle}>
          {t.quick.map(({ label, text }) => (
            <button
              key={text}
              type="button"
              class="chip"
              onClick={() => sayHere(groupCommand(chat, botUsername, text))}
            >
              {label}
            </button>
          ))}
        </div>
        <Composer
          fieldId={fieldId}
          chat={chat}
          member={member}
          botUsername={botUsername}
          draft={draft}
          answered={answered}
          onAnswered={() => setAnswered(undefined)}
        />
      </div>
    </section>
  );
}

/** Where several bots may be, a command names the one that it is for. */
function groupCommand(chat: PageChat, botUsername: string, command: string): string {
  return chat.kind === 'group' ? `${command}@${botUsername}` : command;
}

/** The end of a chat is followed while it is in sight; what comes while the reader is further up is counted. */
function useEnd({ messages }: PageChat) {
  const list = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);
  const [seen, setSeen] = useState(messages.length);
  const toEnd = () => {
    const element = list.current;
    if (element) element.scrollTop = element.scrollHeight;
  };
  const lastOwn = messages.findLast(({ isFromBot }) => !isFromBot)?.id;
  useLayoutEffect(() => {
    if (isAtEnd) toEnd();
  }, [messages]);
  // Whoever says something wants to see it, and what comes of it.
  useLayoutEffect(() => {
    toEnd();
    setAtEnd(true);
  }, [lastOwn]);
  useEffect(() => {
    if (isAtEnd) setSeen(messages.length);
  }, [messages, isAtEnd]);
  useEffect(() => {
    // Keyboards and quotes change the height after they are drawn.
    const inside = list.current?.firstElementChild;
    if (!inside || !list.current) return;
    const observer = new ResizeObserver(() => {
      if (list.current?.dataset.end === 'true') toEnd();
    });
    observer.observe(inside);
    observer.observe(list.current);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (list.current) list.current.dataset.end = String(isAtEnd);
  }, [isAtEnd]);
  const lastTop = useRef(0);
  const onScroll = () => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = list.current ?? {};
    const isNear = scrollHeight - scrollTop - clientHeight < nearEndPx;
    // A list that grows is further from its end without anybody having left it.
    if (isNear || scrollTop < lastTop.current) setAtEnd(isNear);
    lastTop.current = scrollTop;
  };
  return { list, isAtEnd, unread: Math.max(0, messages.length - seen), toEnd, onScroll };
}

function isContinued(before: PageMessage | undefined, message: PageMessage): boolean {
  if (!before || before.keyboard.length > 0) return false;
  return before.fromId === message.fromId && message.at - before.at < togetherMs;
}

const dayOf = (at: number) => new Date(at).toDateString();

function nameDay(at: number, t: ReturnType<typeof useTexts>): string {
  if (dayOf(at) === dayOf(Date.now())) return t.today;
  if (dayOf(at) === dayOf(Date.now() - 86_400_000)) return t.yesterday;
  return new Date(at).toLocaleDateString(t.language === 'zh' ? 'zh-CN' : 'en-GB', { month: 'long', day: 'numeric' });
}
