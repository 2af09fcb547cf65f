import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CategoryEntry } from '../../../mini-app/protocol.js';
import { type FoldedSource, foldSources, matchSources } from '../match-sources.js';

let simplify: ((text: string) => string) | undefined;

/** Search-as-you-type in the catalogue. Traditional characters are understood when nothing has them as they are typed. */
export function useSourceSearch(entries: readonly CategoryEntry[]): (typed: string) => readonly FoldedSource[] {
  const folded = useMemo(() => foldSources(entries), [entries]);
  const [converter, setConverter] = useState(() => simplify);
  const converted = useMemo(() => (converter ? foldSources(entries, converter) : undefined), [entries, converter]);
  const [isWanted, setWanted] = useState(false);
  useEffect(() => {
    if (!isWanted || converter) return;
    // When it cannot be loaded, simplified characters still find everything.
    import('../simplify.js')
      .then(({ loadSimplifier }) => loadSimplifier())
      .then(
        (loaded) => {
          simplify = loaded;
          setConverter(() => loaded);
        },
        () => {},
      );
  }, [isWanted, converter]);
  return (typed) => {
    const found = matchSources(folded, typed);
    if (found.length > 0 || !/\p{Script=Han}/u.test(typed)) return found;
    if (converted) return matchSources(converted, typed, converter);
    if (!isWanted) queueMicrotask(() => setWanted(true));
    return found;
  };
}
