import { createHmac } from 'node:crypto';
import type { Config } from './config.js';

type WithSecrets = Pick<Config, 'botToken' | 'webhookUrl' | 'webhookSecret'>;

/**
 * What must never be shown: the token, the part of it that is secret, by what Telegram is known at the webhook, and the
 * password of the database.
 */
export function secretsOf(config: WithSecrets & Pick<Config, 'databaseUrl'>): readonly string[] {
  const { botToken } = config;
  const webhook = findWebhook(config);
  return [
    ...(botToken ? [botToken, botToken.slice(botToken.indexOf(':') + 1)] : []),
    ...(webhook ? [webhook.secret] : []),
    ...passwordsOf(config.databaseUrl),
  ];
}

/** As it is written in the address, and as it is. */
function passwordsOf(databaseUrl: string): readonly string[] {
  if (databaseUrl.startsWith('file:') || !URL.canParse(databaseUrl)) return [];
  const { password, searchParams } = new URL(databaseUrl);
  return [password, decodeURIComponent(password), searchParams.get('password') ?? ''].filter(Boolean);
}

/** Where Telegram delivers updates, and the secret that it sends along; undefined: nowhere, the bot polls. */
export function findWebhook(config: WithSecrets): { readonly url: string; readonly secret: string } | undefined {
  const { botToken, webhookUrl, webhookSecret } = config;
  if (!botToken || !webhookUrl) return undefined;
  // Of the token, so that it is the same at every start; nothing leads back from it.
  const derived = () => createHmac('sha256', botToken).update('secret of the webhook').digest('base64url');
  return { url: webhookUrl, secret: webhookSecret ?? derived() };
}
