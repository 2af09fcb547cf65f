import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Absolute path of a file that ships beside the code without being compiled (migrations, sample posts, package.json).
 * Works from the sources and from a build, which lies some folders deeper. Throws when no package.json is above.
 */
export function projectFile(...segments: string[]): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('zhaibao: package.json not found above the code');
    folder = parent;
  }
  return path.join(folder, ...segments);
}

/** The folder with the built pages. Only a build has them: the launcher puts them beside the compiled code. */
export function builtPages(): string {
  return fileURLToPath(new URL('../web', import.meta.url));
}
