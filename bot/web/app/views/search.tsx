import { useState } from 'preact/hooks';
import type { MiniAppLocale } from '../../../locale/mini-app-shape.js';
import type { SearchAnswer, SnippetPiece } from '../../../mini-app/protocol.js';
import { type Pages, useKept, usePages, useVisitHere } from '../loaded.js';
import { ArticleItem, More } from '../parts/article-list.js';
import { FeedLink } from '../parts/feed-link.js';
import { FollowButton } from '../parts/follow-button.js';
import { icons } from '../parts/icons.js';
import { NoAnswerNote } from '../parts/no-answer.js';
import { Segments } from '../parts/segments.js';
import { SourcePicker } from '../parts/source-picker.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useWatch } from '../parts/use-watch.js';
import { ViewTitle } from '../parts/view.js';
import { type QueryForm, readQuery, writeQuery } from '../query-form.js';
import { hrefOf } from '../route.js';
import { useAnnouncement, useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';
import { goTo } from '../visits.js';

type Found = Extract<SearchAnswer, { kind: 'found' }>;
type Hit = Found['items'][number];

/** Full search, in the bot's language of queries. */
export function SearchView() {
  const texts = useTexts();
  const { q = '' } = useVisitHere().route.params;
  return (
    <>
      <ViewTitle text={q ? texts.search.results(q) : texts.views.search}>{texts.views.search}</ViewTitle>
      <SearchForm query={q} />
      {q.trim() ? <Results query={q} /> : <Beginning />}
    </>
  );
}

function SearchForm({ query }: { query: string }) {
  const texts = useTexts();
  const { order } = useVisitHere().route.params;
  const [form, setForm] = useKept('form', readQuery(query));
  const change = (part: Partial<QueryForm>) => setForm({ ...form, ...part });
  /** What narrows a search that is shown does so at once. */
  const narrow = (part: Partial<QueryForm>) => {
    change(part);
    if (query.trim()) goTo(hrefOf('search', undefined, { q: writeQuery({ ...form, ...part }), order }));
  };
  const filters = form.sources.length + Number(form.from !== '') + Number(form.to !== '');
  return (
    <search>
      <form
        class="search-form"
        onSubmit={(event) => {
          event.preventDefault();
          goTo(hrefOf('search', undefined, { q: writeQuery(form), order }));
        }}
      >
        <div class="search-line">
          <div class="find-field">
            <label class="unseen" for="search-words">
              {texts.search.words}
            </label>
            {icons.search}
            <input
              id="search-words"
              type="search"
              value={form.words}
              placeholder={texts.search.placeholder}
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              enterkeyhint="search"
              maxLength={200}
              onInput={({ currentTarget }) => change({ words: currentTarget.value })}
            />
          </div>
          <button type="submit" class="button primary">
            {texts.search.submit}
          </button>
        </div>
        <details class="filters">
          <summary>
            {texts.search.filters}
            {filters > 0 && <span class="filters-set">{describeFilters(form, texts.search)}</span>}
          </summary>
          <div class="filter-fields">
            <SourcePicker chosen={form.sources} onChange={(sources) => narrow({ sources })} />
            <label class="field">
              <span>{texts.search.from}</span>
              <input
                type="date"
                value={form.from}
                max={form.to || undefined}
                onChange={({ currentTarget }) => narrow({ from: currentTarget.value })}
              />
            </label>
            <label class="field">
              <span>{texts.search.to}</span>
              <input
                type="date"
                value={form.to}
                min={form.from || undefined}
                onChange={({ currentTarget }) => narrow({ to: currentTarget.value })}
              />
            </label>
            {filters > 0 && (
              <button type="button" class="quiet" onClick={() => narrow({ sources: [], from: '', to: '' })}>
                {texts.search.clearFilters}
              </button>
            )}
          </div>
        </details>
      </form>
    </search>
  );
}

/** What is set, while the fields are folded. */
function describeFilters({ sources, from, to }: QueryForm, { between }: MiniAppLocale['search']): string {
  return [...sources, between(from, to)].filter(Boolean).join(' · ');
}

/** Before anything was searched for. */
function Beginning() {
  const texts = useTexts();
  const { me } = useSession();
  const { watches } = useStore(me);
  const { unwatch } = useWatch();
  return (
    <div class="beginning">
      {watches.length > 0 && (
        <section>
          <h2 class="section-title">{texts.search.watches}</h2>
          <ul class="rows">
            {watches.map(({ id, query }) => (
              <li class="row" key={id}>
                <a class="row-name" href={hrefOf('search', undefined, { q: query, order: 'newest' })}>
                  {query}
                </a>
                <button
                  type="button"
                  class="quiet"
                  aria-label={texts.search.unwatchQuery(query)}
                  onClick={() => void unwatch(id)}
                >
                  {texts.search.unwatchShort}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h2 class="section-title">{texts.search.examples}</h2>
        <div class="chips">
          {texts.search.exampleWords.map((word) => (
            <a class="chip-button" key={word} href={hrefOf('search', undefined, { q: word })}>
              {word}
            </a>
          ))}
        </div>
      </section>
      <section>
        <h2 class="section-title">{texts.search.help}</h2>
        <dl class="syntax">
          {texts.search.syntax.map(({ write, finds }) => (
            <div key={write}>
              <dt>
                <code>{write}</code>
              </dt>
              <dd>{finds}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

function Results({ query }: { query: string }) {
  const session = useSession();
  const { order } = useVisitHere().route.params;
  const version = useStore(session.textVersion);
  const pages = usePages<SearchAnswer, Hit>(
    `search:${order ?? ''}:${query}:${version}`,
    (cursor, signal) => session.api.search(query, order, cursor, signal),
    (answer) => (answer.kind === 'found' ? answer : undefined),
  );
  if (pages.state === 'loading') return <Waiting />;
  if (pages.state === 'failed') return <Failed error={pages.error} retry={pages.retry} />;
  const answer = pages.first;
  if (!answer) return null;
  if (answer.kind !== 'found') {
    const again = (typed: string, name: string) =>
      goTo(hrefOf('search', undefined, { q: withSource(query, typed, name), order }));
    return <NoAnswerNote answer={answer} retry={pages.retry} onSource={again} />;
  }
  return <Hits query={query} answer={answer} pages={pages} />;
}

function Hits({ query, answer, pages }: { query: string; answer: Found; pages: Pages<SearchAnswer, Hit> }) {
  const texts = useTexts();
  const { order = 'ranked' } = useVisitHere().route.params;
  const { total, category } = answer;
  const form = readQuery(query);
  useAnnouncement(texts.articlesFound(total.count, total.isExact));
  const hasFilters = form.sources.length > 0 || form.from !== '' || form.to !== '';
  return (
    <>
      <div class="results-head">
        <p class="count">{texts.articlesFound(total.count, total.isExact)}</p>
        {answer.canBeRanked && total.count > 1 && (
          <Segments
            label={texts.search.order}
            value={order === 'newest' ? 'newest' : 'ranked'}
            choices={[
              { value: 'ranked', text: texts.search.ranked },
              { value: 'newest', text: texts.search.newest },
            ]}
            onChoose={(chosen) => goTo(hrefOf('search', undefined, { q: query, order: chosen }))}
          />
        )}
        <div class="results-actions">
          <WatchButton query={query} watchId={answer.watchId} />
          <a class="button small" href={hrefOf('trend', undefined, { q: query })}>
            {icons.trend}
            {texts.search.trend}
          </a>
        </div>
      </div>
      {answer.timedOut && <p class="note">{texts.search.timedOut}</p>}
      {answer.fillingPercent !== undefined && <p class="note">{texts.search.filling(answer.fillingPercent)}</p>}
      {answer.titlesOnly && <p class="note">{texts.search.titlesOnly}</p>}
      {category && (
        <p class="note source-note">
          <span>
            {texts.search.isSource(category.name)} <a href={hrefOf('source', category.id)}>{texts.source.newest}</a>
          </span>
          <FollowButton source={category} />
        </p>
      )}
      {pages.items.length === 0 && (
        <Empty text={texts.search.nothing(query)}>
          <p class="hint">{texts.search.nothingHint}</p>
          {hasFilters && form.words.trim() && (
            <a class="button" href={hrefOf('search', undefined, { q: form.words })}>
              {texts.search.withoutFilters}
            </a>
          )}
        </Empty>
      )}
      <ul class="items">
        {pages.items.map((hit) => (
          <ArticleItem key={hit.id} article={hit} heading="h2" title={<Pieces pieces={hit.titlePieces} />}>
            {hit.snippet.length > 0 && (
              <p class="snippet" lang="zh">
                <Pieces pieces={hit.snippet} />
              </p>
            )}
          </ArticleItem>
        ))}
      </ul>
      <More pages={pages} />
      <FeedLink path={`search.xml?q=${encodeURIComponent(query)}`} />
    </>
  );
}

function WatchButton({ query, watchId }: { query: string; watchId: number | undefined }) {
  const texts = useTexts();
  const { watch, unwatch } = useWatch();
  const [id, setId] = useKept('watch', watchId);
  const [isBusy, setBusy] = useState(false);
  const turn = async () => {
    setBusy(true);
    if (id === undefined) setId(await watch(query));
    else if (await unwatch(id)) setId(undefined);
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={id === undefined ? 'button small' : 'button small chosen'}
      disabled={isBusy}
      onClick={() => void turn()}
    >
      {icons.bell}
      {id === undefined ? texts.search.watch : texts.search.unwatch}
    </button>
  );
}

function Pieces({ pieces }: { pieces: readonly SnippetPiece[] }) {
  return <>{pieces.map(({ text, hit }, at) => (hit ? <mark key={at}>{text}</mark> : text))}</>;
}

/** The query with another source in place of the one that was typed. */
function withSource(query: string, typed: string, name: string): string {
  const form = readQuery(query);
  if (!form.sources.includes(typed)) return writeQuery({ ...form, sources: [...form.sources, name] });
  return writeQuery({ ...form, sources: form.sources.map((each) => (each === typed ? name : each)) });
}
