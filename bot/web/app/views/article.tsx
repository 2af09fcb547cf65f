import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ArticleView as Article, ArticleEntry, TextBlock } from '../../../mini-app/protocol.js';
import { ApiError } from '../api.js';
import { useLoaded, useVisitHere } from '../loaded.js';
import { ArticleItem } from '../parts/article-list.js';
import { FollowButton } from '../parts/follow-button.js';
import { icons } from '../parts/icons.js';
import { OutsideLink } from '../parts/outside-link.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { BackLink, ViewTitle } from '../parts/view.js';
import { hrefOf } from '../route.js';
import { useCalendar, useSession, useTexts } from '../session.js';
import { shareArticle } from '../share.js';
import { useStore } from '../store.js';

/** The reader. */
export function ArticleReader() {
  const session = useSession();
  const texts = useTexts();
  const id = useVisitHere().route.id ?? 0;
  const loaded = useLoaded(`article:${id}:${useStore(session.textVersion)}`, (signal) =>
    session.api.article(id, signal),
  );
  if (loaded.state === 'loading') return <Waiting lines={10} />;
  if (loaded.state === 'failed') {
    if (!(loaded.error instanceof ApiError && loaded.error.fault === 'gone'))
      return <Failed error={loaded.error} retry={loaded.retry} />;
    return (
      <>
        <BackLink />
        <ViewTitle text={texts.article.gone} />
        <Empty text={texts.article.goneText}>
          <a class="button" href={hrefOf('home')}>
            {texts.toArticles}
          </a>
        </Empty>
      </>
    );
  }
  const article = loaded.value;
  return (
    <>
      <BackLink />
      <Reading
        article={article}
        onSave={(isOn) => session.save(article.id, isOn, (isSaved) => loaded.put({ ...article, isSaved }))}
      />
    </>
  );
}

function Reading({ article, onSave }: { article: Article; onSave(isOn: boolean): void }) {
  const texts = useTexts();
  const calendar = useCalendar();
  const body = useRef<HTMLDivElement>(null);
  const { text, outline } = article;
  const hasText = text.length > 0;
  const reachable = useMemo(() => new Set(text.flatMap(({ index }) => (index === undefined ? [] : [index]))), [text]);
  const current = useCurrentSection(body, text);
  return (
    <article class={outline.length > 0 ? 'reader with-outline' : 'reader'}>
      <header class="reader-head">
        <ViewTitle text={article.title} />
        {article.byline && <p class="byline">{article.byline}</p>}
        <p class="item-meta">
          {article.medium && <span>{article.medium}</span>}
          <time dateTime={new Date(article.at).toISOString()}>{calendar.full(article.at)}</time>
        </p>
        <Actions article={article} onSave={onSave} />
      </header>
      {outline.length > 0 && <Outline outline={outline} reachable={reachable} current={current} />}
      <div class="reader-body" ref={body} lang="zh">
        {outline.length === 0 && article.keySentences.length > 0 && hasText && (
          <aside class="key-sentences" aria-label={texts.article.keySentences}>
            <KeySentences sentences={article.keySentences} />
          </aside>
        )}
        {hasText ? <Text blocks={text} /> : <Summary article={article} />}
      </div>
      <footer class="reader-foot">
        <Categories categories={article.categories} />
        {article.story.length > 0 && (
          <Entries title={texts.article.story(article.story.length)} items={article.story} />
        )}
        {article.related.length > 0 && <Entries title={texts.article.related} items={article.related} />}
      </footer>
    </article>
  );
}

function Actions({ article, onSave }: { article: Article; onSave(isOn: boolean): void }) {
  const { me } = useSession();
  const texts = useTexts();
  return (
    <div class="actions">
      {article.url ? (
        <OutsideLink href={article.url} class="button">
          {icons.out}
          {texts.article.original}
        </OutsideLink>
      ) : (
        <span class="hint">{texts.article.noOriginal}</span>
      )}
      <button
        type="button"
        class={article.isSaved ? 'button chosen' : 'button'}
        aria-pressed={article.isSaved}
        onClick={() => onSave(!article.isSaved)}
      >
        {icons.saved}
        {article.isSaved ? texts.article.saved : texts.article.save}
      </button>
      <button type="button" class="button" onClick={() => shareArticle(article, me.get())}>
        {icons.share}
        {texts.article.share}
      </button>
    </div>
  );
}

interface OutlineProps {
  readonly outline: Article['outline'];
  /** Places of the headings that the text has. */
  readonly reachable: ReadonlySet<number>;
  readonly current: number | undefined;
}

/** Beside the text where there is room, else folded above it. */
function Outline({ outline, reachable, current }: OutlineProps) {
  const texts = useTexts();
  const isWide = useMedia('(min-width: 1100px)');
  const list = (
    <ol class="outline-list">
      {outline.map(({ level, text }, index) => (
        <li key={index} class={level === 2 ? 'sub' : undefined}>
          {reachable.has(index) ? (
            <button
              type="button"
              class="outline-link"
              aria-current={current === index ? 'location' : undefined}
              onClick={() => showSection(index)}
            >
              {text}
            </button>
          ) : (
            text
          )}
        </li>
      ))}
    </ol>
  );
  if (isWide)
    return (
      <nav class="outline" aria-label={texts.article.outline}>
        <h2 class="outline-title">{texts.article.outline}</h2>
        {list}
      </nav>
    );
  return (
    <nav class="outline" aria-label={texts.article.outline}>
      <details open={reachable.size === 0}>
        <summary>
          {texts.article.outline}
          <span class="hint">{outline.length}</span>
        </summary>
        {list}
      </details>
    </nav>
  );
}

function Text({ blocks }: { blocks: readonly TextBlock[] }) {
  return (
    <>
      {blocks.map(({ level, text, index }, at) => {
        if (level === 0) return <p key={at}>{text}</p>;
        const Heading = level === 1 ? 'h2' : 'h3';
        return (
          <Heading key={at} id={index === undefined ? undefined : sectionId(index)} data-section={index} tabIndex={-1}>
            {text}
          </Heading>
        );
      })}
    </>
  );
}

/** Where the operator shows no texts. */
function Summary({ article }: { article: Article }) {
  const texts = useTexts();
  return (
    <>
      {article.lead && <p>{article.lead}</p>}
      {article.outline.length === 0 && article.keySentences.length > 0 && (
        <KeySentences sentences={article.keySentences} />
      )}
      {article.url && <p class="hint">{texts.article.summaryOnly}</p>}
    </>
  );
}

function KeySentences({ sentences }: { sentences: readonly string[] }) {
  const texts = useTexts();
  return (
    <>
      <h2 class="outline-title">{texts.article.keySentences}</h2>
      <ul>
        {sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </>
  );
}

function Categories({ categories }: { categories: Article['categories'] }) {
  const texts = useTexts();
  if (categories.length === 0) return null;
  return (
    <section>
      <h2 class="section-title">{texts.article.categories}</h2>
      <ul class="category-rows">
        {categories.map((category) => (
          <li key={category.id}>
            <a href={hrefOf('source', category.id)}>{category.name}</a>
            <FollowButton source={category} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Entries({ title, items }: { title: string; items: readonly ArticleEntry[] }) {
  return (
    <section>
      <h2 class="section-title">{title}</h2>
      <ul class="items">
        {items.map((item) => (
          <ArticleItem key={item.id} article={item} />
        ))}
      </ul>
    </section>
  );
}

const sectionId = (index: number) => `section-${index}`;

function showSection(index: number): void {
  const heading = document.getElementById(sectionId(index));
  heading?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

/** How far from the top of the window a heading is when its section begins to be read; more than where a link to it puts it. */
const lineFromTop = 120;

/** The section that is being read: that of the last heading above the line. */
function useCurrentSection(body: { readonly current: HTMLElement | null }, text: readonly TextBlock[]) {
  const [current, setCurrent] = useState<number | undefined>(undefined);
  useEffect(() => {
    const headings = [...(body.current?.querySelectorAll<HTMLElement>('[data-section]') ?? [])];
    if (headings.length === 0) return;
    const choose = () => {
      const read = headings.filter((heading) => heading.getBoundingClientRect().top < lineFromTop).at(-1);
      setCurrent(read ? Number(read.dataset.section) : undefined);
    };
    // A heading that crosses the line is when the section changes.
    const observer = new IntersectionObserver(choose, { rootMargin: `0px 0px ${lineFromTop - innerHeight}px 0px` });
    for (const heading of headings) observer.observe(heading);
    return () => observer.disconnect();
  }, [text]);
  return current;
}

function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const follow = () => setMatches(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [query]);
  return matches;
}
