import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** A commit by its whole content: path -> content, or what else git knows. Paths as bytes may be anything. */
export type TreeContent = ReadonlyMap<string | Buffer, string | Buffer | { readonly link: string }>;

/** A bare repository whose commits are written as trees, without a work tree: any name goes. */
export class GitRepository {
  private tip: string | undefined;

  constructor(readonly folder: string) {
    fs.mkdirSync(folder, { recursive: true });
    this.git(['init', '--quiet', '--bare', '--initial-branch=main', '--template=']);
    for (const setting of ['uploadpack.allowFilter', 'uploadpack.allowAnySHA1InWant'])
      this.git(['config', setting, 'true']);
  }

  get address(): string {
    return `git+file://${this.folder}`;
  }

  /** Commits these files, and nothing else, on a branch. Returns the commit. */
  commit(files: TreeContent | Readonly<Record<string, string>>, branch = 'main'): string {
    const entries = files instanceof Map ? files : new Map(Object.entries(files as Readonly<Record<string, string>>));
    const head = `commit refs/heads/${branch}\ncommitter a <a@b> ${Date.now()} +0000\ndata 1\nx\n`;
    const from = this.tip === undefined || branch !== 'main' ? '' : `from ${this.tip}\n`;
    const chunks: Buffer[] = [Buffer.from(`${head}${from}deleteall\n`)];
    for (const [name, content] of entries) {
      const isLink = typeof content === 'object' && 'link' in content;
      const bytes = Buffer.from(isLink ? content.link : content);
      chunks.push(Buffer.from(`M ${isLink ? '120000' : '100644'} inline `), quoted(Buffer.from(name)));
      chunks.push(Buffer.from(`\ndata ${bytes.length}\n`), bytes, Buffer.from('\n'));
    }
    this.git(['fast-import', '--quiet', '--force'], Buffer.concat(chunks));
    const tip = this.git(['rev-parse', `refs/heads/${branch}`]).trim();
    if (branch === 'main') this.tip = tip;
    return tip;
  }

  /** The next commit has no parent: what is pushed then is a rewritten branch. */
  startOver(): void {
    this.tip = undefined;
  }

  git(args: readonly string[], input?: Buffer): string {
    const env = { PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', GIT_DIR: this.folder };
    return execFileSync('git', args, { env, encoding: 'utf8', maxBuffer: 1 << 28, ...(input ? { input } : {}) });
  }
}

/** As fast-import reads names: bytes beyond the printable in octal. */
function quoted(name: Buffer): Buffer {
  const chars = [...name].map((byte) => {
    if (byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c) return `\\${byte.toString(8).padStart(3, '0')}`;
    return String.fromCharCode(byte);
  });
  return Buffer.from(`"${chars.join('')}"`);
}

export function removeFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

export const packsOf = (cache: string): readonly string[] =>
  fs.readdirSync(path.join(cache, 'objects', 'pack')).filter((name) => name.endsWith('.pack'));
