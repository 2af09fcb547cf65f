import type { PageChat } from '../../local-chat/page/protocol.js';

/** What stands above the page. */
export type Open =
  | { readonly kind: 'telegram' | 'publish' }
  | { readonly kind: 'app'; readonly chat: PageChat; readonly url: string }
  | { readonly kind: 'share'; readonly from: PageChat; readonly query: string };
