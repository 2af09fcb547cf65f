/** What `?start=` may carry: 64 letters, digits, `_` and `-` (https://core.telegram.org/bots/features#deep-linking). */
const maxPayloadChars = 64;
const searchPrefix = 'q_';
/** A reader who comes from inline mode with nothing that fits into a link. */
export const inlinePayload = 'inline';

/** The payload that searches for a text, if it fits (some 15 Chinese characters); else one that only greets. */
export function searchPayload(text: string): string {
  const payload = searchPrefix + Buffer.from(text).toString('base64url');
  return payload.length <= maxPayloadChars ? payload : inlinePayload;
}

/** Reads what `searchPayload` wrote. Undefined: it is something else, or no text. */
export function parseSearchPayload(payload: string): string | undefined {
  if (!payload.startsWith(searchPrefix)) return undefined;
  try {
    const bytes = Buffer.from(payload.slice(searchPrefix.length), 'base64url');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim() || undefined;
  } catch {
    // Anybody can write such a link.
    return undefined;
  }
}
