import type { ArticleEntry, ArticlePage } from '../../../mini-app/protocol.js';
import { useLoaded, usePages, useVisitHere } from '../loaded.js';
import { DayList, More } from '../parts/article-list.js';
import { FeedLink } from '../parts/feed-link.js';
import { FollowButton } from '../parts/follow-button.js';
import { Empty, Failed, Waiting } from '../parts/states.js';
import { BackLink, ViewTitle } from '../parts/view.js';
import { hrefOf } from '../route.js';
import { useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';

/** One source and its newest articles. */
export function SourceView() {
  const session = useSession();
  const texts = useTexts();
  const id = useVisitHere().route.id ?? 0;
  const version = useStore(session.textVersion);
  const named = useLoaded(`source:${id}:${version}`, async () => ({
    source: (await session.sources()).find((each) => each.id === id),
  }));
  const pages = usePages<ArticlePage, ArticleEntry>(
    `latest:${id}:${version}`,
    (cursor, signal) => session.api.latest(id, cursor, signal),
    (page) => page,
  );
  if (named.state === 'failed') return <Failed error={named.error} retry={named.retry} />;
  if (named.state === 'loading') return <Waiting />;
  const { source } = named.value;
  if (!source) {
    return (
      <>
        <BackLink />
        <ViewTitle text={texts.source.unknown} />
        <a class="button" href={hrefOf('sources')}>
          {texts.home.chooseSources}
        </a>
      </>
    );
  }
  return (
    <>
      <BackLink />
      <ViewTitle text={source.name} />
      <div class="scope">
        <p>{texts.articles(source.count)}</p>
        <FeedLink path={`category/${source.id}.xml`} />
        <FollowButton source={source} />
      </div>
      {pages.state === 'loading' && <Waiting />}
      {pages.state === 'failed' && <Failed error={pages.error} retry={pages.retry} />}
      {pages.state === 'ready' && pages.items.length === 0 && <Empty text={texts.source.nothing} />}
      <DayList items={pages.items} hidesMedium />
      <More pages={pages} />
    </>
  );
}
