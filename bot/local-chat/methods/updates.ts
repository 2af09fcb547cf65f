import { ApiError, badRequest } from '../api-error.js';
import type { Params } from '../params.js';
import type { Method, MethodContext } from './context.js';

const maxPollSeconds = 50;

export const getUpdates: Method = async (params, { updates, webhook }, hangUp) => {
  if (webhook.url !== '') {
    throw new ApiError(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
  }
  const int32 = { preset: 0, min: -(2 ** 31), max: 2 ** 31 - 1 };
  const offset = params.integer('offset', int32);
  const limit = params.integer('limit', { preset: 100, min: 1, max: 100 });
  const timeoutSeconds = params.integer('timeout', { preset: 0, min: 0, max: maxPollSeconds });
  rememberAllowedUpdates(params, updates);
  return await updates.poll({ offset, limit, timeoutMs: timeoutSeconds * 1000, signal: hangUp() });
};

export const setWebhook: Method = (params, context, hangUp) => {
  const url = params.text('url');
  if (url === '') return deleteWebhook(params, context, hangUp);
  // The real server takes https only, with or without its name.
  if (/^(?!https:)[a-z]+:\/\//iu.test(url) && !context.takesHttpWebhooks)
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  const secret = params.text('secret_token');
  if (secret.length > 256) throw badRequest('secret token is too long');
  if (!/^[A-Za-z0-9_-]*$/.test(secret)) throw badRequest('secret token contains unallowed characters');
  rememberAllowedUpdates(params, context.updates);
  if (params.flag('drop_pending_updates')) context.updates.drop();
  context.updates.refuseWaitingPoll('Conflict: terminated by setWebhook request');
  context.webhook.url = url;
  context.webhook.maxConnections = params.integer('max_connections', { preset: 40, min: 1, max: 100 });
  context.webhook.secretToken = secret;
  context.webhook.lastError = undefined;
  context.onWebhook();
  return true;
};

export const deleteWebhook: Method = (params, { updates, webhook, onWebhook }) => {
  if (params.flag('drop_pending_updates')) updates.drop();
  webhook.url = '';
  onWebhook();
  return true;
};

export const getWebhookInfo: Method = (_params, { updates, webhook }) => ({
  url: webhook.url,
  has_custom_certificate: false,
  pending_update_count: updates.pendingCount,
  ...(webhook.url !== '' && { max_connections: webhook.maxConnections, ip_address: '<unknown>' }),
  ...(webhook.lastError && {
    last_error_date: Math.floor(webhook.lastError.at.getTime() / 1000),
    last_error_message: webhook.lastError.message,
  }),
  ...(updates.allowedTypes && { allowed_updates: updates.allowedTypes }),
});

/** What is no list of names is not heard, and the list before it stays. */
function rememberAllowedUpdates(params: Params, updates: MethodContext['updates']): void {
  if (params.text('allowed_updates') === '') return;
  try {
    const types: unknown = JSON.parse(params.text('allowed_updates'));
    if (Array.isArray(types) && types.every((type) => typeof type === 'string')) updates.allow(types);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
}
