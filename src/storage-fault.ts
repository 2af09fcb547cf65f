/** The disk, the file or the server of the database does not do its work: nothing is wrong with what was asked for, and it can be asked again. */
export class StorageFault extends Error {
  constructor(
    readonly kind: 'full' | 'read-only' | 'damaged' | 'input-output' | 'unreachable',
    /** What it is, and what to do. */
    text: string,
    cause: unknown,
  ) {
    super(text, { cause });
    this.name = 'StorageFault';
  }
}

/** Whether an error is the database's and may be over by itself, or when somebody has seen to it: the same may succeed later. */
export function mayPass(error: unknown): boolean {
  return error instanceof StorageFault && error.kind !== 'damaged';
}
