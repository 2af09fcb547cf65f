import type { Context } from 'hono';
import type { PublicArchive, PublicSearch, PublicSearchPage } from '../../service/public-archive.js';
import type { Gate } from '../../gate.js';

/** There was no turn for the search. */
export interface NoTurn {
  readonly kind: 'no-turn';
}

/** Searches for whoever asks over HTTP, and gives up when they leave. */
export type SearchInTurn = (context: Context, text: string, page: PublicSearchPage) => Promise<PublicSearch | NoTurn>;

export function createSearchInTurn(archive: PublicArchive, gate: Gate): SearchInTurn {
  let lastAsker = 0;
  return async (context, text, page) => {
    const { signal } = context.req.raw;
    const leave = await gate.enter(signal);
    if (!leave) return { kind: 'no-turn' };
    lastAsker += 1;
    const asker = `api#${lastAsker}`;
    const giveUp = () => archive.cancelSearch(asker);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      return await archive.search(text, page, asker);
    } finally {
      signal.removeEventListener('abort', giveUp);
      leave();
    }
  };
}
