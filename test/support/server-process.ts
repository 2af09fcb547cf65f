import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FloodLimits, FloodReport } from '../../bot/local-chat/flood-control.js';

export interface ServerOptions {
  readonly latencyMs: number;
  readonly limits: FloodLimits;
  /** Chats that have let the bot in: private ones, every tenth a group. */
  readonly chats: number;
  /** Users beside those who can be made to ask something. */
  readonly askers: number;
}

export interface ServerReady {
  readonly url: string;
  readonly token: string;
  readonly chats: readonly { readonly id: number; readonly type: 'private' | 'group' }[];
}

export interface ServerFigures {
  /** When each message to one of the chats was taken, in milliseconds since 1970. */
  readonly pushedAtMs: readonly number[];
  readonly flood: Pick<FloodReport, 'refused' | 'earlyCalls'>;
}

/** `texts` in turn, from one asker after the other, `perSecond` in all. */
export interface Questions {
  readonly texts: readonly string[];
  readonly perSecond: number;
  readonly forMs: number;
}

export interface Answers {
  readonly asked: number;
  /** From handing an update out to the arrival of the first message to its asker. */
  readonly latenciesMs: readonly number[];
}

export type ServerRequest = { readonly kind: 'figures' } | ({ readonly kind: 'ask' } & Questions);

/** A local Bot API in a process of its own, so that the bot and whoever measures do not share its event loop. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly ready: ServerReady,
  ) {}

  static async start(options: ServerOptions): Promise<ServerProcess> {
    const child = fork(fileURLToPath(new URL('./server-child.js', import.meta.url)), [JSON.stringify(options)]);
    const [ready] = (await once(child, 'message')) as [ServerReady];
    return new ServerProcess(child, ready);
  }

  figures(): Promise<ServerFigures> {
    return this.request<ServerFigures>({ kind: 'figures' });
  }

  /** Resolves when all is asked and answered, or was not within 5 s. */
  ask(questions: Questions): Promise<Answers> {
    return this.request<Answers>({ kind: 'ask', ...questions });
  }

  /** One request at a time. */
  private async request<Answer>(request: ServerRequest): Promise<Answer> {
    this.child.send(request);
    const [answer] = (await once(this.child, 'message')) as [Answer];
    return answer;
  }

  async close(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.kill();
    await closed;
  }
}
