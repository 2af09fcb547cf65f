import { type SQL, sql } from 'drizzle-orm';
import { searchedColumns } from '../../search/wanted-terms.js';

/** That people put between ideographs, in names of two characters above all, and that count for nothing there. */
const spaceCharacters = ' \t\u00a0\u3000';

export const spaces = new RegExp(`[${spaceCharacters}]`, 'gu');

/**
 * Whether all runs of ideographs are in a document `d` as its article is stored: an expression that reads the article, and
 * null where that does not tell.
 */
export function hasStoredRuns(runs: readonly string[]): SQL {
  if (runs.length === 0) return sql`NULL::boolean`;
  const areIn = (asCompared: (column: SQL) => SQL) => {
    const places = searchedColumns.map((column) => asCompared(sql`coalesce(a.${sql.identifier(column)}, '')`));
    const isIn = (run: string) =>
      sql.join(
        places.map((place) => sql`strpos(${place}, ${run}) > 0`),
        sql` OR `,
      );
    const all = sql.join(
      runs.map((run) => sql`(${isIn(run)})`),
      sql` AND `,
    );
    return sql`(SELECT ${all} FROM articles a WHERE a.id = d.article_id)`;
  };
  return sql`CASE WHEN d.is_plain THEN ${areIn((column) => column)}
    WHEN d.is_literal THEN ${areIn((column) => sql`translate(${column}, ${spaceCharacters}, '')`)} END`;
}
