import type { LocalBotApi } from '../../bot/local-chat/server.js';

export interface ApiAnswer {
  readonly status: number;
  readonly ok: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: results are whatever the method gives
  readonly result?: any;
  readonly description?: string;
  readonly parameters?: Readonly<Record<string, number>>;
}

/** Calls a method of the local Bot API as a bot does: by HTTP, with a JSON body. */
export async function callApi(
  api: Pick<LocalBotApi, 'url' | 'token'>,
  method: string,
  params: unknown = {},
): Promise<ApiAnswer> {
  const response = await fetch(`${api.url}/bot${api.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(params),
  });
  const body = (await response.json()) as Omit<ApiAnswer, 'status'>;
  return { status: response.status, ...body };
}
