import { useState } from 'preact/hooks';
import type { InlineKeyboardButton } from '../../local-chat/bot-api.js';
import type { PageChat, PageMessage } from '../../local-chat/page/protocol.js';
import { useActions } from './actions.js';
import { api } from './api.js';
import { Icon } from './icons.js';
import { RichText } from './rich-text.js';
import { useTexts } from './texts.js';

export interface BubbleProps {
  readonly chat: PageChat;
  readonly message: PageMessage;
  /** Who presses and answers here. */
  readonly fromId: number;
  /** Above it stands another of the same sender. */
  readonly isContinued: boolean;
  readonly botName: string;
  readonly botUsername: string;
  /** What is said next answers this message. */
  readonly onReply: () => void;
}

export function Bubble({ chat, message, fromId, isContinued, botName, botUsername, onReply }: BubbleProps) {
  const t = useTexts();
  const { openLink, say } = useActions();
  const isOwn = !message.isFromBot && message.fromId === (chat.kind === 'group' ? fromId : chat.id);
  const sender = message.isFromBot ? botName : nameOf(chat, message.fromId, t.memberNames);
  const side = isOwn ? 'own' : 'other';
  return (
    <article class={`message ${side}${isContinued ? ' continued' : ''}`} aria-label={sender}>
      <div class="bubble">
        {chat.kind === 'group' && !isOwn && !isContinued && <p class="sender">{sender}</p>}
        {message.isViaBot && <p class="via">{t.via(botUsername)}</p>}
        {message.replyTo && <p class="reply-quote">{message.replyTo.text}</p>}
        {message.document && (
          <a class="document" href={api.fileAddress(chat.id, message.id)} download={message.document.name}>
            <span class="document-icon">
              <Icon name="file" />
            </span>
            <span>
              <span class="unseen">{t.download('')}</span>
              {message.document.name}
              <small>{formatBytes(message.document.bytes)}</small>
            </span>
          </a>
        )}
        <RichText
          text={message.text}
          entities={message.entities}
          onLink={(url) => openLink(chat, url)}
          onCommand={(command) => void say(chat, command, fromId)}
        />
        <p class="stamp">
          <button type="button" class="reply" onClick={onReply}>
            {t.reply}
          </button>
          {message.isSilent && (
            <span title={t.silent}>
              <span class="unseen">{t.silent}</span>
              <Icon name="silent" size={14} />
            </span>
          )}
          {message.editedAt !== undefined && <span>{t.edited}</span>}
          <time dateTime={new Date(message.at).toISOString()}>{formatClock(message.at)}</time>
        </p>
      </div>
      {message.keyboard.length > 0 && <Keyboard chat={chat} message={message} fromId={fromId} />}
    </article>
  );
}

type KeyboardProps = Pick<BubbleProps, 'chat' | 'message' | 'fromId'>;

function Keyboard({ chat, message, fromId }: KeyboardProps) {
  return (
    <div class="keyboard">
      {message.keyboard.map((row, at) => (
        <div class="keyboard-row" key={at}>
          {row.map((button) => (
            <KeyboardButton key={button.text} button={button} chat={chat} message={message} fromId={fromId} />
          ))}
        </div>
      ))}
    </div>
  );
}

/** What kind of button it is, as Telegram marks it in a corner. */
const marks = {
  url: '↗',
  web_app: '▣',
  switch_inline_query: '➦',
  switch_inline_query_current_chat: '➦',
  copy_text: '⧉',
};

function KeyboardButton({ button, chat, message, fromId }: KeyboardProps & { readonly button: InlineKeyboardButton }) {
  const t = useTexts();
  const actions = useActions();
  const [isBusy, setBusy] = useState(false);
  const press = async (data: string) => {
    setBusy(true);
    try {
      const answer = await api.press({ chatId: chat.id, messageId: message.id, fromId, data });
      if (answer.text) actions.tell(answer.text);
      if (answer.url) actions.openLink(chat, answer.url);
    } catch {
      actions.tell(t.failed);
    } finally {
      setBusy(false);
    }
  };
  const act = () => {
    if (button.callback_data !== undefined) void press(button.callback_data);
    else if (button.url !== undefined) actions.openLink(chat, button.url);
    else if (button.web_app) actions.openApp(chat, button.web_app.url);
    else if (button.copy_text)
      void navigator.clipboard?.writeText(button.copy_text.text).then(() => actions.tell(t.copied));
    else actions.share(chat, button.switch_inline_query ?? button.switch_inline_query_current_chat ?? '');
  };
  const mark = Object.entries(marks).find(([kind]) => kind in button)?.[1];
  return (
    <button type="button" class="key" aria-busy={isBusy} disabled={isBusy} onClick={act}>
      {button.text}
      {mark && (
        <span class="key-mark" aria-hidden="true">
          {mark}
        </span>
      )}
    </button>
  );
}

function nameOf(chat: PageChat, id: number | undefined, names: Readonly<Record<'you' | 'friend', string>>): string {
  const kind = chat.members.find((member) => member.id === id)?.kind;
  return kind ? names[kind] : '';
}

function formatBytes(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${Math.round(bytes / 1_024)} KB`;
}

function formatClock(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}
