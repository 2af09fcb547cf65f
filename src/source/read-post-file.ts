import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
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

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads a post of at most 2 MB as UTF-8. Never hangs on a pipe or a device and never reads more than the file had when it
 * was opened. Does not throw for what a path can be.
 */
export async function readPostFile(path: string): Promise<PostFileResult> {
  let file: FileHandle;
  try {
    // Without O_NONBLOCK opening a named pipe waits for a writer.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    return refused(error);
  }
  try {
    return await readOpenFile(file);
  } catch (error) {
    return refused(error);
  } finally {
    await file.close();
  }
}

async function readOpenFile(file: FileHandle): Promise<PostFileResult> {
  const before = await file.stat({ bigint: true });
  if (!before.isFile()) return { kind: 'rejected', reason: 'not-a-file', detail: 'not a regular file' };
  if (before.size > BigInt(maxPostBytes)) {
    return { kind: 'rejected', reason: 'too-large', detail: `${before.size} bytes, at most ${maxPostBytes} are read` };
  }
  const bytes = Buffer.allocUnsafe(Number(before.size));
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  const after = await file.stat({ bigint: true });
  if (length < bytes.length || after.size !== before.size || after.mtimeNs !== before.mtimeNs)
    return { kind: 'changed' };
  try {
    return { kind: 'read', content: utf8.decode(bytes) };
  } catch {
    // Fatal decoding has one reason to fail.
    return { kind: 'rejected', reason: 'not-utf8', detail: 'not UTF-8 text' };
  }
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
