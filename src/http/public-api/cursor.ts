import { createHmac, timingSafeEqual } from 'node:crypto';

/** Places in lists, as clients carry them from page to page. */
export interface Cursors {
  /** `list` names the list, with everything that decides what is in it and in which order. */
  seal(list: string, place: unknown): string;
  /** The place; undefined: not a cursor of ours, or one of another list. */
  open(list: string, cursor: string): unknown;
}

const sealBytes = 9;

/**
 * Cursors that only this bot can make: a place that was thought up would have to be checked for everything that a store may take
 * amiss. The key has to be the same after a restart, or whoever reads page by page begins again.
 */
export function createCursors(key: Uint8Array): Cursors {
  const sealOf = (list: string, place: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([list, place]))
      .digest()
      .subarray(0, sealBytes);
  return {
    seal(list, place) {
      const text = JSON.stringify(place);
      return Buffer.concat([sealOf(list, text), Buffer.from(text)]).toString('base64url');
    },
    open(list, cursor) {
      const bytes = Buffer.from(cursor, 'base64url');
      const text = bytes.subarray(sealBytes).toString();
      // Node reads base64 forgivingly: another writing of the same bytes is not ours either.
      if (bytes.length <= sealBytes || bytes.toString('base64url') !== cursor) return undefined;
      return timingSafeEqual(bytes.subarray(0, sealBytes), sealOf(list, text)) ? JSON.parse(text) : undefined;
    },
  };
}
