import { useEffect, useRef, useState } from 'preact/hooks';
import type { TrendAnswer, Week } from '../../../mini-app/protocol.js';
import { currentTheme } from '../../shared/theme.js';
import { useKept, useLoaded, useVisitHere } from '../loaded.js';
import type { Chart } from '../parts/chart.js';
import { icons } from '../parts/icons.js';
import { NoAnswerNote } from '../parts/no-answer.js';
import { Segments } from '../parts/segments.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { ViewTitle } from '../parts/view.js';
import { readQuery, writeQuery } from '../query-form.js';
import { hrefOf } from '../route.js';
import { seriesColours } from '../series-colours.js';
import { useAnnouncement, useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';
import { goTo } from '../visits.js';

type Found = Extract<TrendAnswer, { kind: 'found' }>;
type Span = Found['span'];

/** How often a query occurs, and what is on the rise this week. */
export function TrendView() {
  const texts = useTexts();
  const { q = '', span } = useVisitHere().route.params;
  return (
    <>
      <ViewTitle text={q ? texts.trend.title(q) : texts.views.trend}>{texts.views.trend}</ViewTitle>
      <TrendForm query={q} span={span} />
      {q.trim() ? (
        <Trend query={q} span={span === 'weeks' ? 'weeks' : 'days'} />
      ) : (
        <p class="lead-in">{texts.trend.intro}</p>
      )}
      <ThisWeek />
    </>
  );
}

function TrendForm({ query, span }: { query: string; span: string | undefined }) {
  const texts = useTexts();
  const [typed, setTyped] = useKept('typed', query);
  return (
    <form
      class="search-form"
      onSubmit={(event) => {
        event.preventDefault();
        goTo(hrefOf('trend', undefined, { q: typed.trim(), span }));
      }}
    >
      <div class="search-line">
        <div class="find-field">
          <label class="unseen" for="trend-words">
            {texts.trend.words}
          </label>
          {icons.trend}
          <input
            id="trend-words"
            type="search"
            value={typed}
            placeholder={texts.trend.words}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="search"
            maxLength={200}
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
        </div>
        <button type="submit" class="button primary">
          {texts.trend.submit}
        </button>
      </div>
    </form>
  );
}

function Trend({ query, span }: { query: string; span: Span }) {
  const session = useSession();
  const loaded = useLoaded(`trend:${span}:${query}:${useStore(session.textVersion)}`, (signal) =>
    session.api.trend(query, span, signal),
  );
  if (loaded.state === 'loading') return <div class="chart-wait" />;
  if (loaded.state === 'failed') return <Failed error={loaded.error} retry={loaded.retry} />;
  const answer = loaded.value;
  if (answer.kind !== 'found') {
    const again = (typed: string, name: string) => {
      const form = readQuery(query);
      const sources = [...form.sources.filter((each) => each !== typed), name];
      goTo(hrefOf('trend', undefined, { q: writeQuery({ ...form, sources }), span }));
    };
    return <NoAnswerNote answer={answer} retry={loaded.retry} onSource={again} />;
  }
  return <Counts query={query} span={span} answer={answer} />;
}

function Counts({ query, span, answer }: { query: string; span: Span; answer: Found }) {
  const texts = useTexts();
  useAnnouncement(texts.trend.inSpan(answer.total, answer.span));
  return (
    <section class="trend">
      <div class="results-head">
        <p class="count">{texts.trend.inSpan(answer.total, answer.span)}</p>
        <Segments
          label={texts.trend.span}
          value={span}
          choices={[
            { value: 'days', text: texts.trend.days },
            { value: 'weeks', text: texts.trend.weeks },
          ]}
          onChoose={(chosen) => goTo(hrefOf('trend', undefined, { q: query, span: chosen }))}
        />
        <div class="results-actions">
          <a class="button small" href={hrefOf('search', undefined, { q: query, order: 'newest' })}>
            {icons.search}
            {texts.trend.toSearch}
          </a>
        </div>
      </div>
      {answer.timedOut && <p class="note">{texts.trend.timedOut}</p>}
      {answer.fillingPercent !== undefined && <p class="note">{texts.search.filling(answer.fillingPercent)}</p>}
      {answer.total === 0 ? (
        <Empty text={texts.trend.nothing(query)} />
      ) : (
        <>
          <TrendChart query={query} answer={answer} />
          <Numbers answer={answer} />
        </>
      )}
    </section>
  );
}

/** The picture, and below it what its colours mean. */
function TrendChart({ query, answer }: { query: string; answer: Found }) {
  const texts = useTexts();
  const { me } = useSession();
  const { language } = useStore(me);
  const place = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  const colours = seriesColours(theme, answer.series);
  useEffect(() => {
    let chart: Chart | undefined;
    let isGone = false;
    const observer = new ResizeObserver(() => chart?.fit());
    // Without the picture the numbers below it are still there.
    import('../parts/chart.js').then(
      ({ drawTrend }) => {
        if (isGone || !place.current) return;
        chart = drawTrend(place.current, answer, { colours, language, texts: texts.trend });
        observer.observe(place.current);
      },
      () => {},
    );
    return () => {
      isGone = true;
      observer.disconnect();
      chart?.destroy();
    };
  }, [answer, theme, language]);
  const [from = '', to = ''] = [answer.buckets[0], answer.buckets.at(-1)];
  return (
    <figure class="chart">
      <div class="chart-place" ref={place} role="img" aria-label={texts.trend.chart(query, answer.total, from, to)} />
      <figcaption>
        <ul class="legend">
          {answer.series.map(({ categoryId, name, total }, at) => (
            <li key={categoryId ?? 'others'}>
              <Swatch colour={colours[at] ?? ''} />
              <span>{name ?? texts.trend.others}</span>
              <span class="hint">{total}</span>
            </li>
          ))}
        </ul>
      </figcaption>
    </figure>
  );
}

function Swatch({ colour }: { colour: string }) {
  return <span class="swatch" style={{ backgroundColor: colour }} aria-hidden="true" />;
}

function Numbers({ answer }: { answer: Found }) {
  const texts = useTexts();
  const label = answer.span === 'days' ? texts.trend.day : texts.trend.week;
  const rows = answer.buckets
    .map((bucket, at) => ({ bucket, counts: answer.series.map(({ counts }) => counts[at] ?? 0) }))
    .reverse();
  return (
    <details class="numbers">
      <summary>{texts.trend.table}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways has to be reached by the keyboard */}
      <section class="table-place" aria-label={texts.trend.table} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{label}</th>
              <th scope="col">{texts.trend.total}</th>
              {answer.series.map(({ categoryId, name }) => (
                <th scope="col" key={categoryId ?? 'others'}>
                  {name ?? texts.trend.others}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ bucket, counts }) => (
              <tr key={bucket}>
                <th scope="row">{bucket}</th>
                <td>{counts.reduce((sum, count) => sum + count, 0)}</td>
                {counts.map((count, at) => (
                  <td key={answer.series[at]?.categoryId ?? 'others'}>{count}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

function ThisWeek() {
  const session = useSession();
  const texts = useTexts();
  const loaded = useLoaded<Week>(`week:${useStore(session.textVersion)}`, (signal) => session.api.week(signal));
  if (loaded.state === 'loading') return <Waiting lines={4} />;
  if (loaded.state === 'failed') return <Failed error={loaded.error} retry={loaded.retry} />;
  const { sources, words } = loaded.value;
  const most = Math.max(1, ...sources.map(({ count }) => count));
  if (sources.length === 0 && words.length === 0) return <Empty text={texts.trend.noWeek} />;
  return (
    <div class="this-week">
      {words.length > 0 && (
        <section>
          <h2 class="section-title">{texts.trend.rising}</h2>
          <p class="hint">{texts.trend.risingHint}</p>
          <ul class="chips">
            {words.map(({ word, thisWeek, before }) => (
              <li key={word}>
                <a
                  class="chip-button"
                  href={hrefOf('trend', undefined, { q: word })}
                  title={texts.trend.times(thisWeek, Math.round(before))}
                >
                  {word}
                  <span class="hint" aria-hidden="true">
                    {Math.round(before)} → {thisWeek}
                  </span>
                  <span class="unseen">{texts.trend.times(thisWeek, Math.round(before))}</span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {sources.length > 0 && (
        <section>
          <h2 class="section-title">{texts.trend.topSources}</h2>
          <ol class="ranking">
            {sources.map(({ id, name, count }) => (
              <li key={id}>
                <a href={hrefOf('source', id)}>{name}</a>
                <span class="bar" aria-hidden="true">
                  <span style={{ inlineSize: `${(count / most) * 100}%` }} />
                </span>
                <span class="hint">{texts.articles(count)}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}

/** Of the page as it is shown. */
function useTheme() {
  const shown = () => (document.documentElement.dataset.theme === 'dark' ? 'dark' : currentShown());
  const [theme, setTheme] = useState(shown);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(shown()));
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return theme;
}

function currentShown() {
  return document.documentElement.dataset.theme === 'light' ? 'light' : currentTheme();
}
