/** What a post's file name says: `2022-06-08-NW202206082405077360.md`. */
export interface PostName {
  /** The part behind the date, or the whole base name when it has no date; without the extension. */
  readonly id: string;
  /** `YYYY-MM-DD` as written; undefined when the name does not start with a date. */
  readonly date: string | undefined;
}

const datedName = /^(\d{4}-\d{2}-\d{2})-(.+)$/su;

/** Reads date and id off a file name without folder. A name of another shape is an id as a whole. */
export function parsePostName(fileName: string): PostName {
  const baseName = fileName.replace(/\.(?:md|markdown)$/iu, '');
  const [, date, id] = datedName.exec(baseName) ?? [];
  return { id: id ?? baseName, date };
}
