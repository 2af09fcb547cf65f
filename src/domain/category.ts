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

const mediaEnding =
  /(?:报|网|社|台|刊|志|新闻|客户端|在线|财经|证券|频道|之家|头条|发布|观察|日报|周刊|[厅局部委院会]|公众号)$/u;

/** Whether a name that is not known yet can be that of a medium or an office: three to twenty Han characters that end like one. */
export function looksLikeMedium(name: string): boolean {
  return /^\p{Script=Han}{3,20}$/u.test(name.trim()) && mediaEnding.test(name.trim());
}
