import { access, constants, readFile, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { environmentFile } from '../../config.js';
import { about, type Finding } from './finding.js';

const megabyte = 1024 * 1024;
/** Below it a day of ingest, a write-ahead log or a backup may fill the disk. */
const leastFreeBytes = 500 * megabyte;
const anybody = 0o007;
const anybodyWrites = 0o002;

/** Who may read the file that holds the token; none: there is no such file. */
export async function checkEnvironmentFile(): Promise<readonly Finding[]> {
  const file = environmentFile();
  if (file === undefined) return [];
  const env = about('.env');
  try {
    const hasToken = Boolean(parseEnv(await readFile(file, 'utf8')).BOT_TOKEN);
    const isOpen = ((await stat(file)).mode & anybody) !== 0;
    // On Windows the bits say nothing.
    if (hasToken && isOpen && process.platform !== 'win32')
      return [env.note(`${file} holds the token and every user of this machine may read it: chmod 600 ${file}`)];
    return [env.ok(`${file} is read`)];
  } catch (error) {
    return [env.bad(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}): correct its permissions`)];
  }
}

/** Whether the database can be made and written where it is to be, and who else could. `file`: undefined is in memory. */
export async function checkDatabaseFolder(file: string | undefined): Promise<readonly Finding[]> {
  if (file === undefined) return [];
  const folder = path.dirname(path.resolve(file));
  const finding = about('folder');
  try {
    const existing = await nearestExisting(folder);
    const { mode, uid, isDirectory } = await look(existing);
    if (!isDirectory) return [finding.bad(`${existing} is no folder: set DATABASE_URL`)];
    await access(existing, constants.W_OK | constants.X_OK);
    // As in /tmp, with the sticky bit nobody replaces a file of another.
    if ((mode & anybodyWrites) !== 0 && (mode & 0o1000) === 0)
      return [finding.bad(`every user of this machine may write in ${existing}: chmod o-w ${existing}`)];
    if (process.getuid?.() === 0 && uid !== 0)
      return [finding.note(`${existing} belongs to user ${uid}, and this is root: run commands as the bot's user`)];
    return [finding.ok(existing === folder ? `${folder} can be written` : `${folder} will be made`)];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return [finding.bad(`${folder} cannot be written (${code}): give it to the bot's user, or set DATABASE_URL`)];
  }
}

/** Free space beside the database. */
export async function checkDisk(file: string | undefined): Promise<readonly Finding[]> {
  if (file === undefined) return [];
  try {
    const { bavail, bsize } = await statfs(await nearestExisting(path.dirname(path.resolve(file))));
    const sizes = await Promise.all([file, `${file}-wal`].map(sizeOf));
    return [judgeDisk({ freeBytes: bavail * bsize, databaseBytes: sizes.reduce((total, bytes) => total + bytes, 0) })];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return [about('disk').note(`free space cannot be told (${code}): look with df`)];
  }
}

/** A backup and a migration each need as much as the database has. */
export function judgeDisk({ freeBytes, databaseBytes }: { freeBytes: number; databaseBytes: number }): Finding {
  const disk = about('disk');
  const free = `${inMegabytes(freeBytes)} free`;
  const database = `the database has ${inMegabytes(databaseBytes)}`;
  const remedy = 'free some space, or move the database (DATABASE_URL)';
  if (freeBytes < leastFreeBytes) return disk.bad(`${free}, under ${inMegabytes(leastFreeBytes)}: ${remedy}`);
  if (freeBytes < 2 * databaseBytes)
    return disk.bad(`${free}, and ${database}: a backup or a migration needs twice that; ${remedy}`);
  return disk.ok(`${free}, ${database}`);
}

async function look(file: string) {
  const found = await stat(file);
  return { mode: found.mode, uid: found.uid, isDirectory: found.isDirectory() };
}

async function nearestExisting(folder: string): Promise<string> {
  try {
    await stat(folder);
    return folder;
  } catch (error) {
    const parent = path.dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === folder) throw error;
    return nearestExisting(parent);
  }
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return 0;
  }
}

const inMegabytes = (bytes: number) => `${Math.round(bytes / megabyte).toLocaleString('en')} MB`;
