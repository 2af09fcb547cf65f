import path from 'node:path';

/** Posts handed on together: few enough to bound memory and the transaction that stores them. */
const filesPerBatch = 128;
const bytesPerBatch = 4 * 1024 * 1024;

/** Whether a file's name is that of a post, by its ending. */
export const isPostName = (name: string): boolean => /\.(?:md|markdown)$/iu.test(name);

/** Orders paths by file name, which begins with the date, so that older posts come first whatever folder they are in. */
export function compareNames(a: string, b: string): number {
  const byName = path.basename(a) < path.basename(b) ? -1 : path.basename(a) > path.basename(b) ? 1 : 0;
  return byName || (a < b ? -1 : 1);
}

/** Cuts a list of files, with their sizes in bytes, into batches of at most 128 files and, unless one is larger, 4 MB. */
export function* inBatches<File extends { readonly size: number }>(files: readonly File[]): Generator<readonly File[]> {
  let batch: File[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (batch.length === filesPerBatch || bytes + file.size > bytesPerBatch)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.size;
  }
  if (batch.length > 0) yield batch;
}
