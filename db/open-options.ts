import type { Log } from '../src/ports.js';

export interface OpenOptions {
  /** Where what happens on other threads, or to connections that nobody uses, is reported. */
  readonly log?: Log;
  readonly now?: () => Date;
  /** Refuse to make a new database: for commands that only read. */
  readonly mustExist?: boolean;
}
