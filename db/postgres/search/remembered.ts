/** What comes from a source, for going through it several times, one after the other; the source is asked once for each. */
export type Remembered<T> = () => AsyncGenerator<T>;

export function remember<T>(source: AsyncIterator<T>): Remembered<T> {
  const asked: Promise<IteratorResult<T>>[] = [];
  return async function* again() {
    for (let at = 0; ; at += 1) {
      // Kept as promises: what failed fails again, and is not taken for the end.
      asked[at] ??= source.next();
      const result = await asked[at];
      if (!result || result.done) return;
      yield result.value;
    }
  };
}
