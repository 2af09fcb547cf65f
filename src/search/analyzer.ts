/**
 * What article text and query text are compared as: NFKC (full width to half width and the like), lower case, runs of
 * white space as one space. Index and query both go through here; what is shown stays as written.
 */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}
