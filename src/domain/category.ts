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

/** What names of media, and of offices that publish, end with. */
export const mediaEnding =
  /(?:报|网|社|台|刊|新闻|客户端|周刊|杂志|在线|财经|证券|电视|频道|公众号|时报|日报|晚报|快报|融媒体?|传媒|APP|之家|头条|发布|号|央视|科技|中心|见闻|氪|格隆汇|同花顺|虎嗅|界面|澎湃|彭博|路透|智库|研究院|之声|快讯|广播|观察|公司|局|部|委|厅|政府)$/iu;

/** Whether a name that is not known yet can be that of a medium or an office: three to twenty Han characters that end like one. */
export function looksLikeMedium(name: string): boolean {
  return /^\p{Script=Han}{3,20}$/u.test(name.trim()) && mediaEnding.test(name.trim());
}
