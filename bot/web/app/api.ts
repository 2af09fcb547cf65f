import type {
  ApiFailure,
  ArticlePage,
  ArticleView,
  CategoryEntry,
  Me,
  SavedPage,
  SearchAnswer,
  SettingsChange,
  SettingsView,
  TrendAnswer,
  WatchAnswer,
  Week,
} from '../../mini-app/protocol.js';

/** `network`: the server was not reached. */
export type Fault = ApiFailure['error'] | 'network';

export class ApiError extends Error {
  constructor(
    readonly fault: Fault,
    options?: ErrorOptions,
  ) {
    super(fault, options);
  }
}

export interface ApiOptions {
  readonly initData: string;
  /** Asks for other init data when these are no longer taken; undefined: there are none. */
  readonly renew: (() => Promise<string | undefined>) | undefined;
  readonly onSessionOver: () => void;
}

type Params = Readonly<Record<string, string | number | undefined>>;

/** The calls of bot/mini-app/protocol.ts. What is only read stops with `signal`; what changes something is seen through. All throw ApiError. */
export class Api {
  private initData: string;

  constructor(private readonly options: ApiOptions) {
    this.initData = options.initData;
  }

  me(): Promise<Me> {
    return this.call('GET', 'me');
  }
  categories(): Promise<readonly CategoryEntry[]> {
    return this.call('GET', 'categories');
  }
  latest(category: number | undefined, cursor: string | undefined, signal: AbortSignal): Promise<ArticlePage> {
    return this.read('latest', { category, cursor }, signal);
  }
  article(id: number, signal: AbortSignal): Promise<ArticleView> {
    return this.read(`articles/${id}`, {}, signal);
  }
  saved(words: string, cursor: string | undefined, signal: AbortSignal): Promise<SavedPage> {
    return this.read('saved', { words: words || undefined, cursor }, signal);
  }
  search(q: string, order: string | undefined, cursor: string | undefined, signal: AbortSignal): Promise<SearchAnswer> {
    return this.read('search', { q, order, cursor }, signal);
  }
  trend(q: string, span: 'days' | 'weeks', signal: AbortSignal): Promise<TrendAnswer> {
    return this.read('trend', { q, span }, signal);
  }
  week(signal: AbortSignal): Promise<Week> {
    return this.read('week', {}, signal);
  }
  settings(signal: AbortSignal): Promise<SettingsView> {
    return this.read('settings', {}, signal);
  }

  async follow(categoryId: number, isOn: boolean): Promise<boolean> {
    const { subscribed } = await this.call<{ subscribed: boolean }>(switched(isOn), `subscriptions/${categoryId}`);
    return subscribed;
  }
  async save(articleId: number, isOn: boolean): Promise<boolean> {
    const { saved } = await this.call<{ saved: boolean }>(switched(isOn), `saved/${articleId}`);
    return saved;
  }
  watch(query: string): Promise<WatchAnswer> {
    return this.call('PUT', 'watches', { query });
  }
  async unwatch(id: number): Promise<void> {
    await this.call('DELETE', `watches/${id}`);
  }
  changeSettings(change: Partial<SettingsChange>): Promise<SettingsView> {
    return this.call('PATCH', 'settings', change);
  }

  private read<T>(path: string, params: Params, signal: AbortSignal): Promise<T> {
    const given = Object.entries(params).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return this.call('GET', search ? `${path}?${search}` : path, undefined, signal);
  }

  private async call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
    let response = await this.request(method, path, body, signal);
    if (response.status === 401) {
      const renewed = await this.options.renew?.();
      if (renewed) {
        this.initData = renewed;
        response = await this.request(method, path, body, signal);
      }
    }
    if (response.ok) return readJson<T>(response);
    const fault = await faultOf(response);
    if (fault === 'unauthorised') this.options.onSessionOver();
    throw new ApiError(fault);
  }

  private async request(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
    try {
      // Relative: the page may stand below any path.
      return await fetch(`api/${path}`, {
        method,
        headers: {
          authorization: `tma ${this.initData}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw new ApiError('network', { cause: error });
    }
  }
}

function switched(isOn: boolean): 'PUT' | 'DELETE' {
  return isOn ? 'PUT' : 'DELETE';
}

async function readJson<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch (error) {
    // Cut off on its way.
    throw new ApiError('network', { cause: error });
  }
}

async function faultOf(response: Response): Promise<Fault> {
  if (response.status === 401) return 'unauthorised';
  // A proxy that cannot reach the server.
  if (response.status >= 502 && response.status <= 504) return 'network';
  try {
    return ((await response.json()) as ApiFailure).error ?? 'failed';
  } catch {
    return 'failed';
  }
}
