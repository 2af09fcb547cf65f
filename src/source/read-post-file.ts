import { isUtf8 } from 'node:buffer';
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { RejectReason } from '../domain/post.js';

/** Most bytes a post may have (DESIGN.md, "Bad input"). */
export const maxPostBytes = 2 * 1024 * 1024;

export type PostFileResult =
  | { readonly kind: 'read'; readonly content: string }
  /** It grew, shrank or was written while it was read: the next round reads it again. */
  | { readonly kind: 'changed' }
  /** It is gone; a vanished file is no error. */
  | { readonly kind: 'missing' }
  | {
      readonly kind: 'rejected';
      readonly reason: Extract<RejectReason, 'too-large' | 'not-a-file' | 'unreadable' | 'not-utf8'>;
      readonly detail: string;
    };

/**
 * Reads a post of at most 2 MB as UTF-8. Never hangs on a pipe or a device and never reads more than the file had when it
 * was opened. Does not throw for what a path can be. Synchronous: five calls through the thread pool cost a small file
 * four times what reading it does; whoever reads many lets others have their turn in between.
 */
export function readPostFile(path: string): PostFileResult {
  let file: number;
  try {
    // Without O_NONBLOCK opening a named pipe waits for a writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    return refused(error);
  }
  try {
    return readOpenFile(file);
  } catch (error) {
    return refused(error);
  } finally {
    closeSync(file);
  }
}

function readOpenFile(file: number): PostFileResult {
  const before = fstatSync(file, { bigint: true });
  if (!before.isFile()) return { kind: 'rejected', reason: 'not-a-file', detail: 'not a regular file' };
  if (before.size > BigInt(maxPostBytes)) {
    return { kind: 'rejected', reason: 'too-large', detail: `${before.size} bytes, at most ${maxPostBytes} are read` };
  }
  const bytes = Buffer.allocUnsafe(Number(before.size));
  let length = 0;
  while (length < bytes.length) {
    const bytesRead = readSync(file, bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  if (length < bytes.length || hasMoved(before, fstatSync(file, { bigint: true }))) return { kind: 'changed' };
  if (!isUtf8(bytes)) return { kind: 'rejected', reason: 'not-utf8', detail: 'not UTF-8 text' };
  return { kind: 'read', content: bytes.toString('utf8') };
}

function hasMoved(before: BigIntStats, after: BigIntStats): boolean {
  return after.size !== before.size || after.mtimeNs !== before.mtimeNs;
}

function refused(error: unknown): PostFileResult {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') return { kind: 'missing' };
  // A socket, or a pipe or device that nothing answers.
  if (code === 'ENXIO' || code === 'ENODEV' || code === 'EISDIR') {
    return { kind: 'rejected', reason: 'not-a-file', detail: 'not a regular file' };
  }
  return { kind: 'rejected', reason: 'unreadable', detail: code || String(error) };
}
