import { useSession, useTexts } from '../session.js';
import { useStore } from '../store.js';

export function FollowButton({ source }: { source: { readonly id: number; readonly name: string } }) {
  const session = useSession();
  const { sources } = useTexts();
  const isFollowed = useStore(session.me).subscriptions.includes(source.id);
  return (
    <button
      type="button"
      class={isFollowed ? 'button chosen' : 'button primary'}
      onClick={() => session.follow(source, !isFollowed)}
    >
      {isFollowed ? sources.followingShort : sources.followShort}
      <span class="unseen"> {source.name}</span>
    </button>
  );
}
