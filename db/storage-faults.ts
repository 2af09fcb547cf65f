import { StorageFault } from '../src/storage-fault.js';

/** Something is wrong with the disk, the file or the server, and not with what was asked of it. */
export interface Fault {
  readonly kind: StorageFault['kind'];
  /** What the library calls it, and what to do. */
  readonly text: string;
}

/** Undefined: the error is of another kind. */
export type DescribeFault = (error: unknown) => Fault | undefined;

/**
 * A store whose methods reject with a StorageFault, which names the database and the remedy, where the disk, the file or the
 * server is at fault. `clean`: what is told of any other error.
 */
export function withStorageFaults<T extends object>(
  store: T,
  database: string,
  describe: DescribeFault,
  clean: (error: unknown) => unknown = (error) => error,
): T {
  const methods = Object.entries(store).map(([name, method]) => [
    name,
    typeof method === 'function'
      ? tellingFaults(method as (...args: unknown[]) => unknown, database, describe, clean)
      : method,
  ]);
  return Object.fromEntries(methods) as T;
}

function tellingFaults(
  method: (...args: unknown[]) => unknown,
  database: string,
  describe: DescribeFault,
  clean: (error: unknown) => unknown,
) {
  const told = (error: unknown) => {
    const fault = describe(error);
    return fault ? new StorageFault(fault.kind, `database ${database}: ${fault.text}`, error) : clean(error);
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
