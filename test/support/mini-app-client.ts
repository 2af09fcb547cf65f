import type { Hono } from 'hono';
import { signInitData } from '../../bot/mini-app/init-data.js';
import type { BotHarness } from './start-bot.js';

/** One user's Mini App: calls of the page, as this bot's Telegram signs them. */
export class MiniAppClient {
  private readonly authorization: string;

  constructor(
    private readonly app: Hono,
    { api, clock }: Pick<BotHarness, 'api' | 'clock'>,
    user: { readonly id: number; readonly first_name: string },
  ) {
    this.authorization = `tma ${signInitData({ id: user.id, firstName: user.first_name }, api.token, clock.now())}`;
  }

  /** `path`: below `/app/api/`. */
  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.app.request(`/app/api/${path}`, {
      method,
      headers: {
        authorization: this.authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  }

  /** What a call that succeeds gives. */
  async get<T>(path: string): Promise<T> {
    return this.result('GET', path);
  }

  async result<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.send(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  /** Status and error of a call that fails. */
  async failure(method: string, path: string, body?: unknown): Promise<string> {
    const response = await this.send(method, path, body);
    return `${response.status} ${((await response.json()) as { error?: string }).error}`;
  }
}
