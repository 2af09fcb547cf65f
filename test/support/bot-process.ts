import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** The bot as an operator runs it: a process of its own, started through the launcher. */
export class BotProcess {
  readonly lines: string[] = [];
  private readonly waiting = new Set<() => void>();

  private constructor(readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line);
        for (const look of [...this.waiting]) look();
      });
    }
  }

  /** Runs one command of the command line; `env` is all the environment that it has, beside PATH. */
  static run(args: readonly string[], env: NodeJS.ProcessEnv, cwd?: string): BotProcess {
    const launcher = path.resolve('src/launch.mjs');
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [launcher, ...args], { env: { PATH, HOME, ...env }, cwd, stdio: 'pipe' });
    return new BotProcess(child);
  }

  static watch(child: ChildProcess): BotProcess {
    return new BotProcess(child);
  }

  /** The first line, printed or yet to come, that matches. Fails when the process ends before. */
  async line(pattern: RegExp): Promise<string> {
    const find = () => this.lines.find((line) => pattern.test(line));
    const known = find();
    if (known !== undefined) return known;
    return new Promise((resolve, reject) => {
      const stop = () => {
        this.waiting.delete(look);
        this.child.off('close', ended);
      };
      const look = () => {
        const line = find();
        if (line === undefined) return;
        stop();
        resolve(line);
      };
      const ended = () => {
        look();
        stop();
        reject(new Error(`ended without a line like ${pattern}:\n${this.lines.join('\n')}`));
      };
      this.waiting.add(look);
      this.child.once('close', ended);
    });
  }

  /** Exit code, or the signal that ended it. */
  async ended(): Promise<number | string | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null)
      return this.child.exitCode ?? this.child.signalCode;
    const [code, signal] = (await once(this.child, 'close')) as [number | null, string | null];
    return code ?? signal;
  }

  async kill(signal: NodeJS.Signals): Promise<number | string | null> {
    const ended = this.ended();
    this.child.kill(signal);
    return ended;
  }
}
