/** Absolute addresses of what the API serves: from PUBLIC_URL, never from what a request calls its host. */
export interface Addresses {
  readonly root: string;
  /** The page that describes the API. */
  readonly reference: string;
  article(articleId: number): string;
  articlesOf(categoryId: number): string;
  search(query: string): string;
  categoryFeed(categoryId: number): string;
  searchFeed(query: string): string;
}

/** `publicUrl`: without a slash at the end. */
export function createAddresses(publicUrl: string): Addresses {
  const api = `${publicUrl}/api/v1`;
  const atom = `${publicUrl}/atom`;
  return {
    root: publicUrl,
    reference: `${api}/`,
    article: (articleId) => `${api}/articles/${articleId}`,
    articlesOf: (categoryId) => `${api}/articles?category=${categoryId}`,
    search: (query) => `${api}/search?order=newest&q=${encodeURIComponent(query)}`,
    categoryFeed: (categoryId) => `${atom}/category/${categoryId}.xml`,
    searchFeed: (query) => `${atom}/search.xml?q=${encodeURIComponent(query)}`,
  };
}
