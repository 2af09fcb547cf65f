import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { environmentOf, lastOf, type Stage } from './dockerfile.js';

/**
 * Carries out the lines of a Dockerfile in folders, where no container engine runs: each stage is a folder with this
 * machine's /usr bound into it, in a mount namespace of its own. Needs root on a Debian of the same age as the base image.
 */
export class ImageFolder {
  private readonly stages = new Map<string, string>();
  /** Lines that were left out, because they would change this machine's own /usr. */
  readonly skipped: string[] = [];

  /** `tools`: a folder with bin/node and bin/npm, of the version that the base image has. */
  constructor(
    private readonly folder: string,
    private readonly context: string,
    private readonly tools: string,
  ) {}

  /** Builds a stage. Throws when one of its lines fails. */
  build(stage: Stage): string {
    const root = path.join(this.folder, stage.name.replaceAll(' ', '-'));
    for (const name of ['tmp', 'usr', 'etc', 'root', 'proc', 'dev', 'tools'])
      fs.mkdirSync(path.join(root, name), { recursive: true });
    for (const name of ['bin', 'lib', 'lib64', 'sbin']) fs.symlinkSync(`usr/${name}`, path.join(root, name));
    this.stages.set(stage.name, root);
    let workFolder = '/';
    for (const { name, text } of stage.instructions) {
      if (name === 'WORKDIR') workFolder = text;
      if (name === 'WORKDIR') fs.mkdirSync(path.join(root, text), { recursive: true });
      if (name === 'COPY') this.copy(text, root, workFolder);
      if (name === 'RUN') this.runLine(text, root, workFolder);
    }
    for (const name of ['tmp', 'root', 'etc']) fs.rmSync(path.join(root, name), { recursive: true });
    fs.mkdirSync(path.join(root, 'tmp'));
    return root;
  }

  /** Starts a program in a built stage as a careful operator does: nothing but the volumes and /tmp is writable, no rights at all. */
  start(stage: Stage, words: readonly string[], env: NodeJS.ProcessEnv, volumes: readonly Volume[]): ChildProcess {
    const root = this.rootOf(stage.name);
    const [user = '', group = user] = lastUser(stage).split(':');
    for (const { at } of volumes) fs.mkdirSync(path.join(root, at), { recursive: true });
    const mounts = [
      ...this.systemMounts(root, ['/usr', '/proc', '/dev']),
      ...volumes.flatMap(({ from, at, readOnly }) => bind(from, path.join(root, at), readOnly)),
      `mount -t tmpfs -o mode=1777,noexec,nosuid,nodev tmpfs ${path.join(root, 'tmp')}`,
    ];
    const drop = `--reuid ${user} --regid ${group} --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all`;
    const script = [
      // The folder itself first: what is mounted on it afterwards keeps its own rights.
      ...bind(root, root, true),
      ...mounts,
      `exec chroot ${root} /usr/bin/setpriv ${drop} sh -c 'cd ${lastWorkFolder(stage)} && exec "$@"' sh "$@"`,
    ];
    return spawn('unshare', ['--mount', 'sh', '-ec', script.join('\n'), 'sh', ...words], {
      env: { PATH: insidePath, ...environmentOf(stage), ...env },
      stdio: 'pipe',
    });
  }

  private copy(text: string, root: string, workFolder: string): void {
    const words = text.split(/ +/u);
    const stage = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
    const to = path.join(root, path.resolve(workFolder, words.at(-1) ?? ''));
    for (const word of words.slice(0, -1)) {
      const from = path.join(stage === undefined ? this.context : this.rootOf(stage), word);
      const isIntoFolder = words.at(-1)?.endsWith('/') && !fs.statSync(from).isDirectory();
      fs.cpSync(from, isIntoFolder ? path.join(to, path.basename(from)) : to, { recursive: true });
    }
  }

  private runLine(line: string, root: string, workFolder: string): void {
    if (line.includes('apt-get')) {
      this.skipped.push(line);
      return;
    }
    const script = [
      ...this.systemMounts(root, ['/usr', '/etc', '/root', '/proc', '/dev']),
      `exec chroot ${root} sh -ec 'cd ${workFolder}; eval "$1"' sh "$1"`,
    ];
    // The registry is reached as this machine does.
    const env = { ...process.env, PATH: insidePath, npm_config_cache: '/tmp/npm' };
    const run = spawnSync('unshare', ['--mount', 'sh', '-ec', script.join('\n'), 'sh', line], {
      env,
      stdio: ['ignore', 2, 2],
    });
    if (run.status !== 0) throw new Error(`failed (${run.status}): RUN ${line}`);
  }

  private systemMounts(root: string, folders: readonly string[]): readonly string[] {
    return [
      ...folders.flatMap((folder) => bind(folder, path.join(root, folder), folder !== '/dev')),
      ...bind(this.tools, path.join(root, 'tools'), true),
    ];
  }

  private rootOf(stage: string): string {
    const root = this.stages.get(stage);
    if (root === undefined) throw new Error(`no stage ${stage}`);
    return root;
  }
}

const insidePath = '/tools/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export interface Volume {
  readonly from: string;
  readonly at: string;
  readonly readOnly: boolean;
}

function bind(from: string, to: string, readOnly: boolean): readonly string[] {
  return [`mount --rbind ${from} ${to}`, ...(readOnly ? [`mount -o remount,bind,ro ${to}`] : [])];
}

const lastUser = (stage: Stage) => lastOf(stage, 'USER') ?? '0';
const lastWorkFolder = (stage: Stage) => lastOf(stage, 'WORKDIR') ?? '/';
