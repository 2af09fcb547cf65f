import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ArticleEntry } from '../../../mini-app/protocol.js';
import type { Pages } from '../loaded.js';
import { hrefOf } from '../route.js';
import { faultText, useCalendar, useTexts } from '../session.js';

interface ArticleItemProps {
  readonly article: ArticleEntry;
  /** In place of the title. */
  readonly title?: ComponentChildren;
  /** `time`: its day stands above it. */
  readonly when?: 'time' | 'day';
  readonly hidesMedium?: boolean;
  readonly heading?: 'h2' | 'h3';
  /** Below the title, and behind the medium and the time. */
  readonly children?: ComponentChildren;
  readonly aside?: ComponentChildren;
  /** Beside it all. */
  readonly action?: ComponentChildren;
}

export function ArticleItem(props: ArticleItemProps) {
  const { article, when = 'day', heading: Heading = 'h3' } = props;
  const calendar = useCalendar();
  return (
    <li class={props.action ? 'item with-action' : 'item'}>
      <Heading class="item-title">
        <a href={hrefOf('article', article.id)}>{props.title ?? article.title}</a>
      </Heading>
      {props.children}
      <p class="item-meta">
        {!props.hidesMedium && article.medium && <span>{article.medium}</span>}
        <time dateTime={new Date(article.at).toISOString()} title={calendar.full(article.at)}>
          {when === 'time' ? calendar.timeOf(article.at) : calendar.shortDay(article.at)}
        </time>
        {props.aside}
      </p>
      {props.action}
    </li>
  );
}

/** Under the day on which they came. */
export function DayList({ items, hidesMedium = false }: { items: readonly ArticleEntry[]; hidesMedium?: boolean }) {
  const texts = useTexts();
  const calendar = useCalendar();
  const nameOf = (day: string, at: number) => {
    if (day === calendar.today) return `${texts.today} · ${calendar.longDay(at)}`;
    return day === calendar.yesterday ? `${texts.yesterday} · ${calendar.longDay(at)}` : calendar.longDay(at);
  };
  const days: { readonly day: string; readonly name: string; readonly items: ArticleEntry[] }[] = [];
  for (const item of items) {
    const day = calendar.dayOf(item.at);
    if (days.at(-1)?.day !== day) days.push({ day, name: nameOf(day, item.at), items: [] });
    days.at(-1)?.items.push(item);
  }
  return (
    <>
      {days.map((each) => (
        <section class="day" key={each.day}>
          <h2 class="day-name">{each.name}</h2>
          <ul class="items">
            {each.items.map((item) => (
              <ArticleItem key={item.id} article={item} when="time" hidesMedium={hidesMedium} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** Reads on when the end of the list comes near, and has a button for those who do not scroll. */
export function More({ pages }: { pages: Pick<Pages<unknown, unknown>, 'more' | 'moreState' | 'moreError'> }) {
  const texts = useTexts();
  const end = useRef<HTMLDivElement>(null);
  const { more, moreState } = pages;
  useEffect(() => {
    if (!end.current || !more || moreState !== 'idle') return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && more(), { rootMargin: '400px' });
    observer.observe(end.current);
    return () => observer.disconnect();
  });
  if (!more) return null;
  return (
    <div class="more" ref={end}>
      {moreState === 'failed' && <p role="alert">{faultText(pages.moreError, texts)}</p>}
      <button type="button" class="button" disabled={moreState === 'loading'} onClick={more}>
        {moreState === 'loading' ? texts.loading : moreState === 'failed' ? texts.retry : texts.more}
      </button>
    </div>
  );
}
