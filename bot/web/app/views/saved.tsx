import { useEffect, useState } from 'preact/hooks';
import type { SavedPage } from '../../../mini-app/protocol.js';
import { usePages, useVisitHere } from '../loaded.js';
import { ArticleItem, More } from '../parts/article-list.js';
import { icons } from '../parts/icons.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { ViewTitle } from '../parts/view.js';
import { hrefOf } from '../route.js';
import { useCalendar, useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';
import { replaceRoute } from '../visits.js';

/** A pause in typing, before the server is asked. */
const typingMs = 250;

type SavedItem = SavedPage['items'][number];

/** What the reader keeps. */
export function SavedView() {
  const session = useSession();
  const texts = useTexts();
  const calendar = useCalendar();
  const { params } = useVisitHere().route;
  const [typed, setTyped] = useState(params.words ?? '');
  const [words, setWords] = useState(typed.trim());
  const [removed, setRemoved] = useState<readonly number[]>([]);
  // Read again on coming here, not while things are taken out of it.
  const [version] = useState(session.savedVersion.get());
  useEffect(() => {
    const timer = setTimeout(() => {
      setWords(typed.trim());
      replaceRoute(hrefOf('saved', undefined, { words: typed.trim() }));
    }, typingMs);
    return () => clearTimeout(timer);
  }, [typed]);
  const pages = usePages<SavedPage, SavedItem>(
    `saved:${words}:${version}:${useStore(session.textVersion)}`,
    (cursor, signal) => session.api.saved(words, cursor, signal),
    (page) => page,
  );
  const shown = pages.items.filter(({ id }) => !removed.includes(id));
  const total = Math.max(0, (pages.first?.total ?? 0) - (pages.items.length - shown.length));
  // Where there is nothing, there is nothing to look through.
  const hasFinder = typed !== '' || pages.state !== 'ready' || pages.items.length > 0;
  const show = (id: number) => (isSaved: boolean) =>
    setRemoved((before) => (isSaved ? before.filter((each) => each !== id) : [...before, id]));
  const remove = ({ id }: SavedItem) => {
    session.save(id, false, show(id));
    session.notice.set({
      text: texts.saved.removed,
      action: { label: texts.undo, run: () => session.save(id, true, show(id)) },
    });
  };
  return (
    <>
      <ViewTitle text={texts.views.saved} />
      {hasFinder && (
        <div class="finder">
          <div class="find-field">
            <label class="unseen" for="find-saved">
              {texts.saved.find}
            </label>
            {icons.search}
            <input
              id="find-saved"
              type="search"
              value={typed}
              placeholder={texts.saved.find}
              autocomplete="off"
              enterkeyhint="search"
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </div>
          <p class="count" role="status">
            {pages.state === 'ready' ? texts.saved.count(total) : ''}
          </p>
        </div>
      )}
      {pages.state === 'loading' && <Waiting />}
      {pages.state === 'failed' && <Failed error={pages.error} retry={pages.retry} />}
      {pages.state === 'ready' && shown.length === 0 && !pages.more && (
        <Empty text={words ? texts.saved.noMatch(words) : texts.saved.nothing}>
          {!words && <p class="hint">{texts.saved.nothingHint}</p>}
          {!words && (
            <a class="button" href={hrefOf('home')}>
              {texts.toArticles}
            </a>
          )}
        </Empty>
      )}
      <ul class="items">
        {shown.map((item) => (
          <ArticleItem
            key={item.id}
            article={item}
            heading="h2"
            aside={<span>{texts.saved.savedOn(calendar.shortDay(item.savedAt))}</span>}
            action={
              <button
                type="button"
                class="quiet chosen"
                aria-label={texts.saved.remove(item.title)}
                title={texts.saved.removeShort}
                onClick={() => remove(item)}
              >
                {icons.saved}
              </button>
            }
          />
        ))}
      </ul>
      <More pages={pages} />
    </>
  );
}
