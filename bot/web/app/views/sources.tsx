import { useMemo } from 'preact/hooks';
import type { CategoryEntry } from '../../../mini-app/protocol.js';
import { useKept, useLoaded } from '../loaded.js';
import { type FoldedSource, letterOf, orderSources, type SourceOrder } from '../match-sources.js';
import { icons } from '../parts/icons.js';
import { Segments } from '../parts/segments.js';
import { useSlices } from '../parts/slices.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { useSourceSearch } from '../parts/use-source-search.js';
import { ViewTitle } from '../parts/view.js';
import { hrefOf } from '../route.js';
import { useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';

/** The whole catalogue, to look through and to tick. */
export function SourcesView() {
  const session = useSession();
  const texts = useTexts();
  const loaded = useLoaded(`sources:${useStore(session.textVersion)}`, () => session.sources());
  return (
    <>
      <ViewTitle text={texts.views.sources} />
      {loaded.state === 'loading' && <Waiting />}
      {loaded.state === 'failed' && <Failed error={loaded.error} retry={loaded.retry} />}
      {loaded.state === 'ready' &&
        (loaded.value.length > 0 ? <Catalogue entries={loaded.value} /> : <Empty text={texts.sources.none} />)}
    </>
  );
}

function Catalogue({ entries }: { entries: readonly CategoryEntry[] }) {
  const { me } = useSession();
  const texts = useTexts();
  const { subscriptions } = useStore(me);
  const [typed, setTyped] = useKept('typed', '');
  const [isOnlyFollowed, setOnlyFollowed] = useKept('only', false);
  const [order, setOrder] = useKept<SourceOrder>('order', 'size');
  const [letter, setLetter] = useKept('letter', '');
  const search = useSourceSearch(entries);
  const matched = search(typed);
  const ordered = useMemo(() => (typed.trim() ? matched : orderSources(matched, order)), [matched, order, typed]);
  const letters = useMemo(() => [...new Set(orderSources(matched, 'letter').map(letterOf))], [matched]);
  const followed = new Set(subscriptions);
  const hasLetters = order === 'letter' && !typed.trim();
  const shown = ordered.filter(
    (source) =>
      (!isOnlyFollowed || followed.has(source.entry.id)) && (!hasLetters || !letter || letterOf(source) === letter),
  );
  const { count, end } = useSlices(`${typed}|${isOnlyFollowed}|${order}|${hasLetters && letter}`, shown.length);
  return (
    <>
      <div class="finder">
        <div class="find-field">
          <label class="unseen" for="find-source">
            {texts.sources.find}
          </label>
          {icons.search}
          <input
            id="find-source"
            type="search"
            value={typed}
            placeholder={texts.sources.findHint}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            enterkeyhint="search"
            onInput={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          {typed && (
            <button type="button" class="quiet" aria-label={texts.sources.clear} onClick={() => setTyped('')}>
              {icons.close}
            </button>
          )}
        </div>
        <div class="finder-options">
          <label class="tick">
            <input
              type="checkbox"
              checked={isOnlyFollowed}
              onChange={({ currentTarget }) => setOnlyFollowed(currentTarget.checked)}
            />
            {texts.sources.onlyFollowed}
          </label>
          <Segments
            label={texts.sources.order}
            value={order}
            choices={[
              { value: 'size', text: texts.sources.bySize },
              { value: 'letter', text: texts.sources.byLetter },
            ]}
            onChoose={setOrder}
          />
        </div>
        {hasLetters && (
          <fieldset class="letters">
            <legend class="unseen">{texts.sources.letters}</legend>
            {['', ...letters].map((each) => (
              <button type="button" key={each} aria-pressed={letter === each} onClick={() => setLetter(each)}>
                {each || texts.sources.allLetters}
              </button>
            ))}
          </fieldset>
        )}
        <p class="count" role="status">
          {texts.sources.count(shown.length, entries.length)}
        </p>
      </div>
      {shown.length > 0 ? (
        <ul class="rows">
          {shown.slice(0, count).map((source) => (
            <SourceRow key={source.entry.id} source={source} isFollowed={followed.has(source.entry.id)} />
          ))}
        </ul>
      ) : typed.trim() ? (
        <Empty text={texts.sources.noMatch(typed.trim())}>
          <button type="button" class="button" onClick={() => setTyped('')}>
            {texts.sources.showAll}
          </button>
        </Empty>
      ) : (
        <Empty text={texts.sources.noneFollowed}>
          <button
            type="button"
            class="button"
            onClick={() => {
              setOnlyFollowed(false);
              setLetter('');
            }}
          >
            {texts.sources.showAll}
          </button>
        </Empty>
      )}
      {end}
    </>
  );
}

function SourceRow({ source: { entry }, isFollowed }: { source: FoldedSource; isFollowed: boolean }) {
  const session = useSession();
  const texts = useTexts();
  return (
    <li class="row">
      <label class="row-tick">
        <input
          type="checkbox"
          checked={isFollowed}
          aria-label={texts.sources.follow(entry.name)}
          onChange={({ currentTarget }) => session.follow(entry, currentTarget.checked)}
        />
      </label>
      <a class="row-name" href={hrefOf('source', entry.id)}>
        <span>{entry.name}</span>
        <span class="row-count">{texts.articles(entry.count)}</span>
      </a>
    </li>
  );
}
