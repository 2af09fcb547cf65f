import os from 'node:os';
import type { DatabaseCopy } from '../../src/ports.js';
import { copyDatabase } from './copy.js';

/** Makes one backup, in a process that createBackupStore starts: its argument is a BackupOrder, its one message a BackupResult. */
export interface BackupOrder {
  readonly from: string;
  readonly to: string;
}

export type BackupResult =
  | { readonly kind: 'copied'; readonly copy: DatabaseCopy }
  | { readonly kind: 'failed'; readonly error: string };

const afterOthers = 10;

os.setPriority(afterOthers);
// Killed or ended: nobody is left to tell.
process.on('disconnect', () => process.exit());
// Terminals and systemd send them to all processes; the bot decides when this one ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
const order = JSON.parse(process.argv[2] ?? '{}') as BackupOrder;
const result: BackupResult = await copyDatabase(order.from, order.to).then(
  (copy) => ({ kind: 'copied', copy }) as const,
  (error: Error) => ({ kind: 'failed', error: error.message }) as const,
);
process.send?.(result, () => process.disconnect?.());
