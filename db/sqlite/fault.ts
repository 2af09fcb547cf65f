import type { Fault } from '../storage-faults.js';

/** SQLite's result codes (https://sqlite.org/rescode.html) that no program can do anything about. */
const faults: readonly (Fault & { readonly codes: RegExp })[] = [
  {
    kind: 'full',
    codes: /^(?:SQLITE_FULL|ENOSPC|EDQUOT)/u,
    text: 'make room; nothing is lost, and a running bot goes on by itself',
  },
  {
    kind: 'read-only',
    codes: /^(?:SQLITE_READONLY|SQLITE_CANTOPEN|SQLITE_PERM|EROFS|EACCES)/u,
    text: 'correct the permissions, owner or mount of the file and its folder',
  },
  {
    kind: 'damaged',
    codes: /^(?:SQLITE_CORRUPT|SQLITE_NOTADB)/u,
    text: 'stop the bot and `restore` the newest good backup',
  },
  {
    kind: 'input-output',
    codes: /^(?:SQLITE_IOERR|EIO)/u,
    text: 'the disk fails to read or write; look into the log of the system',
  },
];

/** Undefined: the error is of another kind. */
export function describeFault(error: unknown): Fault | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const fault = typeof code === 'string' && faults.find(({ codes }) => codes.test(code));
    if (fault) return { kind: fault.kind, text: `${message}: ${fault.text}` };
  }
  return undefined;
}
