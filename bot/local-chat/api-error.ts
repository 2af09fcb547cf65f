/** What a method answers instead of a result: the HTTP status, the wording and the parameters a bot acts on. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: { readonly migrate_to_chat_id?: number; readonly retry_after?: number },
  ) {
    super(`${code} ${description}`);
  }
}

/**
 * A 400 as the real server words it: its reasons start with a capital in the source and with a small letter on the
 * wire, unless they are codes such as BUTTON_DATA_INVALID (Client::fail_query_with_error).
 */
export function badRequest(reason: string): ApiError {
  const isCode = /^.[A-Z_]/.test(reason);
  return new ApiError(400, `Bad Request: ${isCode ? reason : reason.charAt(0).toLowerCase() + reason.slice(1)}`);
}

export function forbidden(reason: string): ApiError {
  return new ApiError(403, `Forbidden: ${reason}`);
}
