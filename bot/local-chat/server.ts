import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from './api-error.js';
import type { ApiResponse } from './events.js';
import { LocalChat } from './local-chat.js';
import { findMethod } from './methods/index.js';
import type { Params } from './params.js';
import { readRequest } from './request.js';

/** Where what should not happen is written; a pino logger fits. */
export interface LocalLog {
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export interface LocalBotApiOptions {
  /** A random one when left out, so that no page on this machine can guess it. Starts with the bot's id and a colon. */
  readonly token?: string;
  /** On 127.0.0.1; a free one when left out. */
  readonly port?: number;
  readonly botUsername?: string;
  readonly now?: () => Date;
  readonly log?: LocalLog;
  /**
   * Runs before each call that carries the right token, whatever its method. May take its time, and throw an ApiError
   * to have it answered in place of the method's own answer.
   */
  readonly beforeMethod?: (call: { readonly method: string; readonly params: Params }) => Promise<void> | void;
}

const defaultBotId = 7_000_000_001;

/** A Bot API server on the loopback address together with the world behind it. */
export class LocalBotApi extends LocalChat {
  readonly url: string;
  readonly token: string;

  private constructor(
    private readonly server: Server,
    private readonly options: LocalBotApiOptions,
    token: string,
  ) {
    const botId = Number(token.split(':')[0]);
    const username = options.botUsername ?? 'local_test_bot';
    super({ id: botId, is_bot: true, first_name: username, username }, options.now ?? (() => new Date()));
    this.token = token;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.serve(request, response));
  }

  /** Throws when the port is taken or the token starts with no bot id. */
  static async start(options: LocalBotApiOptions): Promise<LocalBotApi> {
    const token = options.token ?? `${defaultBotId}:${randomBytes(24).toString('base64url')}`;
    if (!/^[1-9]\d*:[\w-]+$/.test(token)) throw new Error('local chat: a token looks like 123456:ABC');
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return new LocalBotApi(server, options, token);
  }

  /** Ends polls and waits, cuts open connections and frees the port. Stop the bot first. Can be called twice. */
  async close(): Promise<void> {
    this.endWaits();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    const [, token, methodName = ''] = /^\/bot([^/]*)\/(.*)$/.exec(path) ?? [];
    try {
      if (token === undefined) throw new ApiError(404, 'Not Found');
      if (token !== this.token) throw new ApiError(401, 'Unauthorized');
      const { params, shown } = await readRequest(request, new URLSearchParams(query));
      await this.answerCall(response, { methodName: methodName || params.text('method'), params, shown });
    } catch (error) {
      // Somebody who went while still sending gets no answer, and is no failure of ours.
      if (!response.destroyed) this.send(response, this.describeFailure(error, methodName));
    }
  }

  /** Runs one call of the bot, answers it, and keeps both. */
  private async answerCall(
    response: ServerResponse,
    call: { methodName: string; params: Params; shown: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { methodName, params, shown } = call;
    const isPoll = methodName.toLowerCase() === 'getupdates';
    if (!isPoll) this.callStarted();
    try {
      const answer = await this.runMethod(methodName, params, hangUpSignal(response));
      this.record({ method: methodName, params: shown, response: answer, at: this.now() });
      this.send(response, answer);
    } finally {
      if (!isPoll) this.callEnded();
    }
  }

  private async runMethod(methodName: string, params: Params, signal: AbortSignal): Promise<ApiResponse> {
    try {
      await this.options.beforeMethod?.({ method: methodName, params });
      const method = findMethod(methodName);
      if (!method) throw new ApiError(404, 'Not Found: method not found');
      return { ok: true, result: await method(params, this.context, signal) };
    } catch (error) {
      return this.describeFailure(error, methodName);
    }
  }

  private describeFailure(error: unknown, method: string): ApiResponse {
    if (error instanceof ApiError) {
      const { code, description, parameters } = error;
      return { ok: false, error_code: code, description, ...(parameters && { parameters }) };
    }
    this.options.log?.error({ err: error, method }, 'local Bot API failed');
    return { ok: false, error_code: 500, description: 'Internal Server Error' };
  }

  private send(response: ServerResponse, answer: ApiResponse): void {
    const body = JSON.stringify(answer);
    const retryAfter = answer.ok ? undefined : answer.parameters?.retry_after;
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
    response.writeHead(answer.ok ? 200 : answer.error_code, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  }
}

/** Aborts when the caller goes before it was answered. */
function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}

/** Starts a Bot API server of our own on 127.0.0.1: give its `url` to telegraf as `apiRoot`, and its `token`. */
export async function startLocalBotApi(options: LocalBotApiOptions = {}): Promise<LocalBotApi> {
  return await LocalBotApi.start(options);
}
