import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiError } from './api-error.js';
import type { ApiResponse } from './events.js';
import { badGatewayPage, type Fault, insteadOfMethod } from './faults.js';
import { FloodControl, type FloodLimits, type FloodReport } from './flood-control.js';
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
  /** What getMe says; true when left out. */
  readonly supportsInlineQueries?: boolean;
  /** Mini Apps may be at http addresses, as in Telegram's test environment; false when left out. */
  readonly takesHttpWebApps?: boolean;
  /** Webhooks may be at http addresses, as with a server that runs with `--local`; false when left out. */
  readonly takesHttpWebhooks?: boolean;
  readonly now?: () => Date;
  readonly log?: LocalLog;
  /**
   * Runs before each call that carries the right token, whatever its method. May take its time, and throw an ApiError
   * to have it answered in place of the method's own answer.
   */
  readonly beforeMethod?: (call: MethodCall) => Promise<void> | void;
  /** Refuses messages beyond them with 429, as Telegram does; none when left out. */
  readonly limits?: FloodLimits;
  /** Asked at each call that carries the right token what shall go wrong with it; undefined is nothing. */
  readonly faults?: (call: MethodCall) => Fault | undefined;
  /** What every call takes, half of it before its method runs and half behind it. */
  readonly latencyMs?: number;
}

export interface MethodCall {
  /** As the bot wrote it. */
  readonly method: string;
  readonly params: Params;
}

const defaultBotId = 7_000_000_001;

/** A Bot API server on the loopback address together with the world behind it. */
export class LocalBotApi extends LocalChat {
  readonly url: string;
  readonly token: string;
  private readonly floodControl: FloodControl;
  private readonly closing = new AbortController();

  private constructor(
    private readonly server: Server,
    private readonly options: LocalBotApiOptions,
    token: string,
  ) {
    const botId = Number(token.split(':')[0]);
    const username = options.botUsername ?? 'local_test_bot';
    super({ id: botId, is_bot: true, first_name: username, username }, options.now ?? (() => new Date()));
    this.profile.supportsInlineQueries = options.supportsInlineQueries ?? true;
    this.context.takesHttpWebApps = options.takesHttpWebApps ?? false;
    this.context.takesHttpWebhooks = options.takesHttpWebhooks ?? false;
    this.floodControl = new FloodControl(this.world, options.limits);
    this.token = token;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Every call that waits listens to it.
    setMaxListeners(0, this.closing.signal);
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

  /** What limits refused, and what the bot sent before the time that a 429 had named. */
  get flood(): FloodReport {
    return this.floodControl.report;
  }

  /** Ends polls and waits, cuts open connections and frees the port. Stop the bot first. Can be called twice. */
  async close(): Promise<void> {
    this.closing.abort();
    this.endWaits();
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', query = ''] = (request.url ?? '').split(/\?(.*)/s);
    const [, isFile, token, methodName = ''] = /^(\/file)?\/bot([^/]*)\/(.*)$/.exec(path) ?? [];
    try {
      if (token === undefined) throw new ApiError(404, 'Not Found');
      if (token !== this.token) throw new ApiError(401, 'Unauthorized');
      if (isFile) return this.sendFile(response, decodeURIComponent(methodName));
      const { params, shown } = await readRequest(request, new URLSearchParams(query));
      await this.answerCall(response, { methodName: methodName || params.text('method'), params, shown });
    } catch (error) {
      // Somebody who went while still sending gets no answer, and is no failure of ours; nor is a server that closes.
      if (!response.destroyed && !this.closing.signal.aborted)
        this.send(response, this.describeFailure(error, methodName));
    }
  }

  /** Runs one call of the bot with what shall go wrong with it, answers it, and keeps both. */
  private async answerCall(
    response: ServerResponse,
    call: { methodName: string; params: Params; shown: Readonly<Record<string, unknown>> },
  ): Promise<void> {
    const { methodName: method, params, shown } = call;
    const receivedAt = this.now();
    const isPoll = method.toLowerCase() === 'getupdates';
    if (!isPoll) this.callStarted();
    try {
      this.floodControl.noteCall(method, params, receivedAt);
      const fault = this.options.faults?.({ method, params });
      await this.pass('before', fault);
      const answer = await this.runMethod({ method, params }, fault, response);
      const ranAt = this.now();
      await this.pass('after', fault);
      this.record({ method, params: shown, response: answer, receivedAt, at: this.now(), ...(fault && { fault }) });
      const retryAfter = answer.ok ? undefined : answer.parameters?.retry_after;
      if (retryAfter !== undefined) this.floodControl.noteRetryAfter(method, params, retryAfter, ranAt);
      if (fault?.kind === 'cut') response.destroy();
      else if (fault?.kind === 'html') sendPage(response, badGatewayPage);
      else this.send(response, answer);
    } finally {
      if (!isPoll) this.callEnded();
    }
  }

  /** Half of the latency, and a stall that stands here. Throws when the server closes meanwhile. */
  private async pass(when: 'before' | 'after', fault: Fault | undefined): Promise<void> {
    const latencyMs = fault?.kind === 'latency' ? fault.ms : (this.options.latencyMs ?? 0);
    const stallMs = fault?.kind === 'stall' && fault.when === when ? fault.ms : 0;
    const ms = latencyMs / 2 + stallMs;
    if (ms > 0) await delay(ms, undefined, { signal: this.closing.signal });
  }

  private async runMethod(call: MethodCall, fault: Fault | undefined, response: ServerResponse): Promise<ApiResponse> {
    try {
      await this.options.beforeMethod?.(call);
      const instead = insteadOfMethod(fault);
      if (instead) throw new ApiError(instead.code, instead.description, instead.parameters);
      const method = findMethod(call.method);
      if (!method) throw new ApiError(404, 'Not Found: method not found');
      this.floodControl.take(call.method, call.params, this.now());
      return { ok: true, result: await method(call.params, this.context, () => hangUpSignal(response)) };
    } catch (error) {
      return this.describeFailure(error, call.method);
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

  /** What getFile gave the path of. */
  private sendFile(response: ServerResponse, path: string): void {
    const file = this.world.files.findByPath(path);
    if (!file) throw new ApiError(404, 'Not Found');
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': file.content.length });
    response.end(file.content);
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

function sendPage(response: ServerResponse, page: string): void {
  response.writeHead(502, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(page) });
  response.end(page);
}

/** Aborts when the caller goes before it was answered. */
function hangUpSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  if (response.destroyed) controller.abort();
  else response.once('close', () => controller.abort());
  return controller.signal;
}

/** Starts a Bot API server of our own on 127.0.0.1: give its `url` to telegraf as `apiRoot`, and its `token`. */
export async function startLocalBotApi(options: LocalBotApiOptions = {}): Promise<LocalBotApi> {
  return await LocalBotApi.start(options);
}
