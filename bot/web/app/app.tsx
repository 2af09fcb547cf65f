import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { VisitContext } from './loaded.js';
import { icons } from './parts/icons.js';
import { Announcer, NoticeLine } from './parts/notice.js';
import { hrefOf, type View } from './route.js';
import { type Session, SessionContext, useTexts } from './session.js';
import { useStore } from './store.js';
import { telegram } from './telegram.js';
import { ArticleReader } from './views/article.js';
import { HomeView } from './views/home.js';
import { SavedView } from './views/saved.js';
import { SearchView } from './views/search.js';
import { SettingsView } from './views/settings.js';
import { SourceView } from './views/source.js';
import { SourcesView } from './views/sources.js';
import { TrendView } from './views/trend.js';
import { goBack, useVisit } from './visits.js';

const shown: Readonly<Record<View, () => JSX.Element | null>> = {
  home: HomeView,
  sources: SourcesView,
  source: SourceView,
  article: ArticleReader,
  search: SearchView,
  trend: TrendView,
  saved: SavedView,
  settings: SettingsView,
};

const tabs = ['home', 'sources', 'search', 'trend', 'saved'] as const;
type Tab = (typeof tabs)[number] | 'settings';

/** What stands around the views. */
export function App({ session }: { session: Session }) {
  const visit = useVisit();
  const { language } = useStore(session.me);
  const { view } = visit.route;
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en';
  }, [language]);
  // Tabs are side by side; these were come to from somewhere.
  const isBelow = view === 'article' || view === 'source' || view === 'settings';
  useEffect(() => {
    telegram.showBackButton(isBelow);
    return telegram.on('back_button_pressed', goBack);
  }, [isBelow]);
  const ShownView = shown[view];
  return (
    <SessionContext.Provider value={session}>
      <Frame view={view}>
        <VisitContext.Provider value={visit}>
          <ShownView key={`${view}-${visit.place}`} />
        </VisitContext.Provider>
      </Frame>
      <NoticeLine />
      <Announcer />
    </SessionContext.Provider>
  );
}

function Frame({ view, children }: { view: View; children: JSX.Element }) {
  const texts = useTexts();
  const tab = (name: Tab) => (
    <a class="tab" href={hrefOf(name)} aria-current={isAt(name, view) ? 'page' : undefined} key={name}>
      {icons[name]}
      <span>{texts.views[name]}</span>
    </a>
  );
  return (
    <>
      <button type="button" class="skip" onClick={() => document.querySelector<HTMLElement>('h1')?.focus()}>
        {texts.skipToContent}
      </button>
      <header class="masthead">
        <a class="brand" href={hrefOf('home')}>
          {texts.brand}
        </a>
        <a
          class={view === 'article' || view === 'source' ? 'gear below' : 'gear'}
          href={hrefOf('settings')}
          aria-label={texts.views.settings}
          aria-current={view === 'settings' ? 'page' : undefined}
        >
          {icons.settings}
        </a>
      </header>
      <nav class="tabs" aria-label={texts.navigation}>
        {tabs.map(tab)}
        <span class="tabs-end">{tab('settings')}</span>
      </nav>
      <main id="content" class={`view-${view}`}>
        {children}
      </main>
    </>
  );
}

/** A source is one of the sources. */
function isAt(tab: Tab, view: View): boolean {
  return tab === view || (tab === 'sources' && view === 'source');
}
