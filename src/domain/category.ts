/** What a post is filed under, as the post names it. */
export interface CategoryName {
  /** Display name: the tag without its trailing 新闻. */
  readonly name: string;
  /** The category string of the front matter; undefined for a category that only a medium's name or a tag made. */
  readonly slug: string | undefined;
}

/** A category as the store knows it. */
export interface Category {
  readonly id: number;
  readonly name: string;
  readonly slug: string | undefined;
  readonly articleCount: number;
}

/** What two spellings of one name share: NFKC, lower case, no white space, no title brackets. */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s《》〈〉「」“”"']+/gu, '');
}
