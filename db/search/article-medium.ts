import { foldName } from '../../src/domain/category.js';

/**
 * Which of its categories stands for an article's medium: the one that bears its name, when it is filed under it, else the
 * first that it was filed under, if any. `foldedNameOf` is asked only when there is something to choose.
 */
export function categoryOfMedium(
  filed: readonly number[],
  medium: string | undefined,
  foldedNameOf: (categoryId: number) => string | undefined,
): number | undefined {
  const name = medium === undefined ? undefined : foldName(medium);
  return filed.find((id) => foldedNameOf(id) === name) ?? filed[0];
}
