import type { MessageEntity } from './bot-api.js';

/** Styles that may be cut into pieces; the order is the one in which tdlib writes pieces that end together. */
const styleTypes: readonly string[] = ['bold', 'italic', 'underline', 'strikethrough', 'spoiler'];
const quoteTypes: readonly string[] = ['blockquote', 'expandable_blockquote'];
/** Nothing can be styled inside these. */
const opaqueTypes: readonly string[] = ['pre', 'code', 'date_time'];

const priorities: Readonly<Record<string, number>> = {
  blockquote: 0,
  expandable_blockquote: 0,
  pre: 10,
  code: 20,
  date_time: 30,
  text_link: 49,
  text_mention: 49,
  bold: 90,
  italic: 91,
  underline: 92,
  strikethrough: 93,
  spoiler: 94,
  custom_emoji: 99,
};
const foundPriority = 50;

const isStyle = ({ type }: MessageEntity) => styleTypes.includes(type);
const isQuote = ({ type }: MessageEntity) => quoteTypes.includes(type);
const endOf = ({ offset, length }: MessageEntity) => offset + length;

/** Order of offset, the longer first, quotes outside links outside styles. */
export function sortEntities(entities: readonly MessageEntity[]): readonly MessageEntity[] {
  return [...entities].sort(
    (a, b) =>
      a.offset - b.offset ||
      b.length - a.length ||
      (priorities[a.type] ?? foundPriority) - (priorities[b.type] ?? foundPriority),
  );
}

/**
 * Makes entities fit each other as tdlib does before a message is sent (MessageEntity.cpp, fix_entities): of two links
 * or two quotes that overlap the first stays (so quotes do not nest), a link that crosses the edge of a quote goes,
 * a style around a link or a quote is cut into pieces at its edges, and code carries no style. `found` are the
 * entities recognized in plain text; they yield to those that markup made.
 */
export function arrangeEntities(
  entities: readonly MessageEntity[],
  found: readonly MessageEntity[] = [],
): readonly MessageEntity[] {
  const sorted = sortEntities(entities);
  const styles = sorted.filter(isStyle);
  const quotes = withoutOverlaps(sorted.filter(isQuote));
  const solid = withoutOverlaps(sorted.filter((entity) => !isStyle(entity) && !isQuote(entity)));
  const kept = withoutCrossing(solid, quotes);
  const added = withoutCrossing(found, quotes).filter((entity) => !kept.some((other) => overlap(entity, other)));
  const containers = sortEntities([...kept, ...added, ...quotes]);
  return sortEntities([...containers, ...cutStyles(styles, containers)]);
}

function overlap(a: MessageEntity, b: MessageEntity): boolean {
  return a.offset < endOf(b) && b.offset < endOf(a);
}

function withoutOverlaps(sorted: readonly MessageEntity[]): readonly MessageEntity[] {
  let covered = 0;
  return sorted.filter((entity) => {
    if (entity.offset < covered) return false;
    covered = endOf(entity);
    return true;
  });
}

/** Drops what overlaps a quote without lying inside it. */
function withoutCrossing(
  entities: readonly MessageEntity[],
  quotes: readonly MessageEntity[],
): readonly MessageEntity[] {
  return entities.filter((entity) =>
    quotes.every(
      (quote) => !overlap(entity, quote) || (quote.offset <= entity.offset && endOf(entity) <= endOf(quote)),
    ),
  );
}

/** Cuts styles at the edges of containers, and at the start of another style; joins a style that meets itself. */
function cutStyles(styles: readonly MessageEntity[], containers: readonly MessageEntity[]): readonly MessageEntity[] {
  const pieces: MessageEntity[] = [];
  const open = new Map<string, { begin: number; end: number }>();
  const around: MessageEntity[] = [];
  let next = 0;

  const closeUpTo = (offset: number) => {
    for (const type of styleTypes) {
      const style = open.get(type);
      if (!style || style.begin >= offset) continue;
      const end = Math.min(style.end, offset);
      pieces.push({ type, offset: style.begin, length: end - style.begin });
      if (style.end <= offset) open.delete(type);
      else style.begin = offset;
    }
  };
  const readUpTo = (offset: number) => {
    for (let style = styles[next]; style && style.offset < offset; style = styles[next]) {
      next += 1;
      const running = open.get(style.type);
      if (running && style.offset <= running.end) {
        running.end = Math.max(running.end, endOf(style));
      } else {
        closeUpTo(style.offset);
        open.set(style.type, { begin: style.offset, end: endOf(style) });
      }
    }
    closeUpTo(offset);
  };
  const moveTo = (offset: number) => {
    for (let inner = around.at(-1); inner && offset >= endOf(inner); inner = around.at(-1)) {
      const before = pieces.length;
      readUpTo(endOf(inner));
      if (opaqueTypes.includes(inner.type)) pieces.length = before;
      around.pop();
    }
    readUpTo(offset);
  };

  for (const container of containers) {
    moveTo(container.offset);
    around.push(container);
  }
  moveTo(Number.POSITIVE_INFINITY);
  return pieces;
}
