import type { Button } from './keyboard.js';
import type { Locale } from './locale/index.js';

/** Keeps an article, or gives it up. The data says which: a label that is behind does what it says. */
export function saveButton(
  { buttons }: Locale,
  articleId: number,
  isSaved: boolean,
): Extract<Button, { data: string }> {
  return isSaved
    ? { text: buttons.unsave, data: `unsave:${articleId}` }
    : { text: buttons.save, data: `save:${articleId}` };
}
