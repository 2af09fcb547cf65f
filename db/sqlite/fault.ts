import { StorageFault } from '../../src/storage-fault.js';

/** Something is wrong with the disk or the file, and not with what was asked of it. */
export interface Fault {
  readonly kind: StorageFault['kind'];
  /** What the library calls it, and what to do. */
  readonly text: string;
}

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

/** A store whose methods reject with a StorageFault, which names the file and the remedy, where the disk or the file is at fault. */
export function withStorageFaults<T extends object>(store: T, file: string): T {
  const methods = Object.entries(store).map(([name, method]) => [
    name,
    typeof method === 'function' ? tellingFaults(method as (...args: unknown[]) => unknown, file) : method,
  ]);
  return Object.fromEntries(methods) as T;
}

function tellingFaults(method: (...args: unknown[]) => unknown, file: string) {
  const told = (error: unknown) => {
    const fault = describeFault(error);
    return fault ? new StorageFault(fault.kind, `database ${file}: ${fault.text}`, error) : error;
  };
  return (...args: unknown[]) => {
    try {
      const result = method(...args);
      if (!(result instanceof Promise)) return result;
      return result.catch((error) => {
        throw told(error);
      });
    } catch (error) {
      throw told(error);
    }
  };
}
