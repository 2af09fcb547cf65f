import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file so that a round never sees half of it, in the place of what is there, be it a link to somewhere else. Throws
 * what the file system says; then nothing is left of it.
 */
export function writeWhole(file: string, content: string): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, content);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}
