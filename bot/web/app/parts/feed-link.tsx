import { useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';
import { OutsideLink } from './outside-link.js';

/** To the Atom feed at an address below the feeds' own, where there are any. */
export function FeedLink({ path }: { readonly path: string }) {
  const session = useSession();
  const texts = useTexts();
  const { feedRoot } = useStore(session.me);
  if (feedRoot === undefined) return null;
  return (
    <OutsideLink href={`${feedRoot}/${path}`} class="quiet">
      {texts.feed}
    </OutsideLink>
  );
}
