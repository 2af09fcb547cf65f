import type { PageChatKind } from '../../local-chat/page/protocol.js';

/** Decoration: the name stands beside it. */
export function Avatar({ kind }: { readonly kind: PageChatKind }) {
  return (
    <span class={`avatar avatar-${kind}`} aria-hidden="true">
      {kind === 'group' ? '群' : '摘'}
    </span>
  );
}
