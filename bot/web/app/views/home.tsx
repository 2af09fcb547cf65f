import { useEffect, useState } from 'preact/hooks';
import type { MiniAppLocale } from '../../../locale/mini-app-shape.js';
import type { ArticleEntry, ArticlePage, CategoryEntry } from '../../../mini-app/protocol.js';
import { usePages, useVisitHere } from '../loaded.js';
import { DayList, More } from '../parts/article-list.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { ViewTitle } from '../parts/view.js';
import { hrefOf } from '../route.js';
import { useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';
import { goTo } from '../visits.js';

/** The newest of what is followed, or of one of them. */
export function HomeView() {
  const { api, me, textVersion } = useSession();
  const texts = useTexts();
  const { params } = useVisitHere().route;
  const source = Number(params.source) || undefined;
  const followed = useStore(me).subscriptions;
  // Another choice of sources is another list.
  const key = `latest:${source ?? [...followed].sort((a, b) => a - b).join()}:${useStore(textVersion)}`;
  const pages = usePages<ArticlePage, ArticleEntry>(
    key,
    (cursor, signal) => api.latest(source, cursor, signal),
    (page) => page,
  );
  return (
    <>
      <ViewTitle text={texts.views.home} />
      <div class="scope">
        <p>{describeScope(texts.home, followed.length, source !== undefined)}</p>
        {followed.length > 1 && <SourceFilter chosen={source} isReady={pages.state === 'ready'} />}
        {followed.length === 0 && (
          <a class="button primary" href={hrefOf('sources')}>
            {texts.home.chooseSources}
          </a>
        )}
      </div>
      {pages.state === 'loading' && <Waiting />}
      {pages.state === 'failed' && <Failed error={pages.error} retry={pages.retry} />}
      {pages.state === 'ready' && pages.items.length === 0 && (
        <Empty text={followed.length > 0 ? texts.home.nothingNew : texts.home.noArticles}>
          <a class="button" href={hrefOf('sources')}>
            {texts.home.chooseSources}
          </a>
        </Empty>
      )}
      <DayList items={pages.items} hidesMedium={source !== undefined} />
      <More pages={pages} />
    </>
  );
}

function describeScope(home: MiniAppLocale['home'], followed: number, isOne: boolean): string {
  if (isOne) return home.oneSource;
  return followed > 0 ? home.followed(followed) : home.everything;
}

/** The names come with the whole catalogue, so the list of articles goes first. */
function SourceFilter({ chosen, isReady }: { chosen: number | undefined; isReady: boolean }) {
  const session = useSession();
  const texts = useTexts();
  const followed = useStore(session.me).subscriptions;
  const [sources, setSources] = useState<readonly CategoryEntry[]>([]);
  const version = useStore(session.textVersion);
  useEffect(() => {
    // Without names there is nothing to choose from, and the list is there all the same.
    if (isReady) session.sources().then(setSources, () => {});
  }, [isReady, version]);
  const named = sources.filter(({ id }) => followed.includes(id));
  return (
    <label class="inline-field">
      <span>{texts.home.source}</span>
      <select
        value={chosen === undefined ? '' : String(chosen)}
        disabled={named.length === 0}
        onChange={({ currentTarget }) => goTo(hrefOf('home', undefined, { source: currentTarget.value }))}
      >
        <option value="">{texts.home.allFollowed}</option>
        {named.map(({ id, name }) => (
          <option key={id} value={String(id)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
