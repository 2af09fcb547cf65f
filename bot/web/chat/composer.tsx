import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { InlineOffer, PageChat, PageMember, PageMessage } from '../../local-chat/page/protocol.js';
import { useActions } from './actions.js';
import { api } from './api.js';
import { Icon } from './icons.js';
import { useTexts } from './texts.js';

export interface ComposerProps {
  /** Of the text field, for links to it. */
  readonly fieldId: string;
  readonly chat: PageChat;
  readonly member: PageMember;
  readonly botUsername: string;
  /** What stands in it to begin with; `key` makes it anew. */
  readonly draft: string;
  /** What is said next answers this message. */
  readonly answered: PageMessage | undefined;
  readonly onAnswered: () => void;
}

/** One line of what is offered while somebody types. */
interface Suggestion {
  readonly key: string;
  readonly title: string;
  readonly about: string | undefined;
  choose(): void;
}

const mostLines = 8;
const inlineDelayMs = 250;

export function Composer({ fieldId, chat, member, botUsername, draft, answered, onAnswered }: ComposerProps) {
  const t = useTexts();
  const { say, tell } = useActions();
  const [text, setText] = useState(draft);
  const [active, setActive] = useState(0);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const listId = useId();
  const inlineQuery = readInlineQuery(text, botUsername);
  const offer = useInlineOffer(member.id, inlineQuery);

  useEffect(() => {
    setText(draft);
    if (draft) field.current?.focus();
  }, [draft]);
  useEffect(() => fitHeight(field.current), [text]);
  useEffect(() => {
    if (answered || hasKeyboard()) field.current?.focus({ preventScroll: true });
  }, [answered]);

  const send = async (words: string) => {
    if (!words.trim()) return;
    setText('');
    setMenuOpen(false);
    if (!(await say(chat, words.trim(), member.id, answered?.id))) return setText(words);
    onAnswered();
  };
  const chooseInline = async (resultId: string) => {
    setText('');
    try {
      const asked = { fromId: member.id, query: inlineQuery ?? '', offset: '' };
      await api.chooseInline({ ...asked, chatId: chat.id, resultId });
    } catch {
      tell(t.failed);
    }
  };
  const sendFile = async (chosen: File) => {
    try {
      await api.sendFile({ chatId: chat.id, fromId: member.id, caption: text.trim(), file: chosen });
      setText('');
    } catch {
      tell(t.failed);
    }
  };

  const typedCommand = /^\/(?<name>[a-z_]*)$/iu.exec(text)?.groups?.name;
  const commands = member.commands[t.language].filter(({ command }) => command.startsWith(typedCommand ?? ''));
  const showsCommands = isMenuOpen || (typedCommand !== undefined && commands.length > 0);
  const suggestions: readonly Suggestion[] = showsCommands
    ? commands.map(({ command, description }) => ({
        key: command,
        title: `/${command}`,
        about: description,
        choose: () => void send(chat.kind === 'group' ? `/${command}@${botUsername}` : `/${command}`),
      }))
    : (offer?.results ?? []).map(({ id, title, description }) => ({
        key: id,
        title,
        about: description,
        choose: () => void chooseInline(id),
      }));
  const isOpen = suggestions.length > 0 || (offer !== undefined && inlineQuery !== undefined);
  const chosen = Math.min(active, suggestions.length - 1);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (isOpen && step !== undefined && suggestions.length > 0) {
      event.preventDefault();
      setActive((chosen + step + suggestions.length) % suggestions.length);
    } else if (isOpen && event.key === 'Escape') {
      event.preventDefault();
      setMenuOpen(false);
      if (typedCommand !== undefined || inlineQuery !== undefined) setText('');
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      // A command that is written out is meant, not a longer one.
      const isWritten = commands.some(({ command }) => command === typedCommand);
      const suggestion = isOpen && !(isWritten && active === 0) ? suggestions[chosen] : undefined;
      if (suggestion) suggestion.choose();
      else void send(text);
    }
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send(text);
      }}
    >
      {answered && (
        <p class="answering">
          <span>
            {t.replyingTo}
            {answered.text.split('\n')[0]}
          </span>
          <button type="button" class="icon" aria-label={t.cancelReply} onClick={onAnswered}>
            <Icon name="close" size={16} />
          </button>
        </p>
      )}
      {isOpen && (
        <div
          class="suggestions"
          role="listbox"
          id={listId}
          aria-label={showsCommands ? t.commandsTitle : t.inlineResults}
        >
          {suggestions.map((suggestion, at) => (
            // The text field keeps the focus, and its arrow keys choose: this is a list of options, not of buttons.
            // biome-ignore lint/a11y/useKeyWithClickEvents: see above
            <div
              key={suggestion.key}
              id={`${listId}-${at}`}
              role="option"
              tabIndex={-1}
              aria-selected={at === chosen}
              class="suggestion"
              onClick={suggestion.choose}
            >
              <b>{suggestion.title}</b>
              {suggestion.about && <span>{suggestion.about}</span>}
            </div>
          ))}
          {suggestions.length === 0 && <p class="suggestion-none">{offer?.button?.text ?? t.inlineNothing}</p>}
        </div>
      )}
      <button
        type="button"
        class="icon"
        aria-label={t.commands}
        title={t.commands}
        aria-expanded={isMenuOpen}
        onClick={() => {
          setMenuOpen(!isMenuOpen);
          setActive(0);
          field.current?.focus();
        }}
      >
        <Icon name="menu" />
      </button>
      <textarea
        ref={field}
        id={fieldId}
        rows={1}
        value={text}
        placeholder={t.messagePlaceholder}
        aria-label={t.messageLabel}
        aria-autocomplete="list"
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen && suggestions.length > 0 ? `${listId}-${chosen}` : undefined}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setActive(0);
          setMenuOpen(false);
        }}
        onKeyDown={onKeyDown}
      />
      <input
        ref={file}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-label={t.attach}
        onChange={(event) => {
          const [picked] = event.currentTarget.files ?? [];
          if (picked) void sendFile(picked);
          event.currentTarget.value = '';
        }}
      />
      <button type="button" class="icon" aria-label={t.attach} title={t.attach} onClick={() => file.current?.click()}>
        <Icon name="attach" />
      </button>
      <button type="submit" class="icon send" aria-label={t.send} title={t.send} disabled={!text.trim()}>
        <Icon name="send" />
      </button>
    </form>
  );
}

/** `@bot words`: the words; undefined: something else is being typed. */
function readInlineQuery(text: string, botUsername: string): string | undefined {
  const mention = `@${botUsername} `.toLowerCase();
  return text.toLowerCase().startsWith(mention) ? text.slice(mention.length) : undefined;
}

/** What the bot offers for a query, asked at a pause in the typing. */
function useInlineOffer(fromId: number, query: string | undefined): InlineOffer | undefined {
  const [offer, setOffer] = useState<InlineOffer>();
  useEffect(() => {
    if (query === undefined) {
      setOffer(undefined);
      return;
    }
    let isCurrent = true;
    const timer = setTimeout(() => {
      api.askInline({ fromId, query, offset: '' }).then(
        (answer) => isCurrent && setOffer(answer),
        () => isCurrent && setOffer(undefined),
      );
    }, inlineDelayMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [fromId, query]);
  return offer;
}

/** Where a touch screen would open its keyboard over the messages, nothing is focused unasked. */
function hasKeyboard(): boolean {
  return matchMedia('(pointer: fine) and (min-width: 761px)').matches;
}

function fitHeight(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = 'auto';
  // What is measured otherwise is the placeholder.
  if (!field.value) return;
  const line = Number.parseFloat(getComputedStyle(field).lineHeight);
  field.style.height = `${Math.min(field.scrollHeight, line * mostLines)}px`;
}
