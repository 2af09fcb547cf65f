import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { MessageEntity } from '../../local-chat/bot-api.js';
import { useTexts } from './texts.js';

export interface RichTextProps {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
  readonly onLink: (url: string) => void;
  readonly onCommand: (command: string) => void;
}

/** A text with its entities as Telegram shows them; entities contain each other or stand apart, offsets are in UTF-16 units. */
export function RichText(props: RichTextProps) {
  const sorted = [...props.entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return <div class="rich-text">{nodesOf(sorted, 0, props.text.length, props)}</div>;
}

function nodesOf(
  entities: readonly MessageEntity[],
  start: number,
  end: number,
  props: RichTextProps,
): readonly ComponentChildren[] {
  const nodes: ComponentChildren[] = [];
  let at = start;
  for (let next = 0; next < entities.length; ) {
    const entity = entities[next];
    if (!entity) break;
    const until = entity.offset + entity.length;
    let behind = next + 1;
    while ((entities[behind]?.offset ?? Number.POSITIVE_INFINITY) < until) behind += 1;
    if (entity.offset > at) nodes.push(props.text.slice(at, entity.offset));
    const inside = nodesOf(entities.slice(next + 1, behind), entity.offset, until, props);
    nodes.push(<Styled key={entity.offset} entity={entity} props={props} inside={inside} />);
    at = until;
    // The newline behind a block is the block's end already.
    if (isBlock(entity) && props.text[at] === '\n') at += 1;
    next = behind;
  }
  if (at < end) nodes.push(props.text.slice(at, end));
  return nodes;
}

const isBlock = ({ type }: MessageEntity) => type.endsWith('blockquote') || type === 'pre';

interface StyledProps {
  readonly entity: MessageEntity;
  readonly props: RichTextProps;
  readonly inside: readonly ComponentChildren[];
}

function Styled({ entity, props, inside }: StyledProps) {
  const { text, onLink, onCommand } = props;
  const words = text.slice(entity.offset, entity.offset + entity.length);
  switch (entity.type) {
    case 'bold':
      return <b>{inside}</b>;
    case 'italic':
      return <i>{inside}</i>;
    case 'underline':
      return <u>{inside}</u>;
    case 'strikethrough':
      return <s>{inside}</s>;
    case 'code':
      return <code>{inside}</code>;
    case 'pre':
      return <pre>{inside}</pre>;
    case 'spoiler':
      return <Spoiler>{inside}</Spoiler>;
    case 'blockquote':
      return <blockquote>{inside}</blockquote>;
    case 'expandable_blockquote':
      return <ExpandableQuote>{inside}</ExpandableQuote>;
    case 'text_link':
    case 'url':
      return <Link url={entity.url ?? words} onLink={onLink} inside={inside} />;
    case 'bot_command':
      return (
        <button type="button" class="link" onClick={() => onCommand(words)}>
          {inside}
        </button>
      );
    default:
      return <>{inside}</>;
  }
}

interface LinkProps {
  readonly url: string;
  readonly onLink: (url: string) => void;
  readonly inside: readonly ComponentChildren[];
}

function Link({ url, onLink, inside }: LinkProps) {
  // What is no http(s) address is shown and leads nowhere.
  if (!/^https?:\/\//iu.test(url)) return <>{inside}</>;
  const open = (event: Event) => {
    event.preventDefault();
    onLink(url);
  };
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" onClick={open}>
      {inside}
    </a>
  );
}

function Spoiler({ children }: { children: ComponentChildren }) {
  const [isShown, setShown] = useState(false);
  if (isShown) return <span>{children}</span>;
  return (
    <button type="button" class="spoiler" onClick={() => setShown(true)}>
      {children}
    </button>
  );
}

/** Three lines until it is opened, as in Telegram; one that fits needs no button. */
function ExpandableQuote({ children }: { children: ComponentChildren }) {
  const t = useTexts();
  const [isOpen, setOpen] = useState(false);
  const [isLong, setLong] = useState(true);
  const quote = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { scrollHeight = 0, clientHeight = 0 } = quote.current ?? {};
    if (!isOpen) setLong(scrollHeight > clientHeight + 1);
  }, [children, isOpen]);
  return (
    <blockquote class={isOpen || !isLong ? 'expandable open' : 'expandable'}>
      <div class="quoted" ref={quote}>
        {children}
      </div>
      {isLong && (
        <button type="button" class="fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? t.collapse : t.expand}
          <span aria-hidden="true">{isOpen ? ' ▴' : ' ▾'}</span>
        </button>
      )}
    </blockquote>
  );
}
