import { categoryOfMedium } from '../../search/article-medium.js';
import type { SqliteClient } from '../driver.js';

/** Which of its categories stands for an article's medium, on the thread's own connection. */
export interface ArticleMedia {
  /**
   * The category that bears the name of the article's medium, when it is filed under it, else the first that it was filed
   * under, if any. Undefined: the article is gone.
   */
  find(articleId: number): { readonly categoryId: number | undefined } | undefined;
}

export function createArticleMedia(archive: SqliteClient): ArticleMedia {
  // Rows are numbered as articles are filed.
  const categoriesOf = archive
    .prepare(`SELECT category_id FROM article_categories WHERE article_id = ? ORDER BY rowid`)
    .pluck();
  const mediumOf = archive.prepare(`SELECT medium FROM articles WHERE id = ?`).pluck();
  const nameOf = archive.prepare(`SELECT folded_name FROM categories WHERE id = ?`).pluck();
  return {
    find(articleId) {
      const filed = categoriesOf.all(articleId) as number[];
      // Nearly always: there is nothing to choose.
      if (filed.length === 1) return { categoryId: filed[0] };
      const medium = mediumOf.get(articleId) as string | null | undefined;
      if (medium === undefined) return undefined;
      return { categoryId: categoryOfMedium(filed, medium ?? undefined, (id) => nameOf.get(id) as string | undefined) };
    },
  };
}
