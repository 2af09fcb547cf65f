import { createHmac } from 'node:crypto';
import type { Config } from './config.js';

type WithSecrets = Pick<Config, 'botToken' | 'webhookUrl' | 'webhookSecret'>;

/** What must never be shown: the token, the part of it that is secret, and by what Telegram is known at the webhook. */
export function secretsOf(config: WithSecrets): readonly string[] {
  const { botToken } = config;
  const webhook = findWebhook(config);
  return [
    ...(botToken ? [botToken, botToken.slice(botToken.indexOf(':') + 1)] : []),
    ...(webhook ? [webhook.secret] : []),
  ];
}

/** Where Telegram delivers updates, and the secret that it sends along; undefined: nowhere, the bot polls. */
export function findWebhook(config: WithSecrets): { readonly url: string; readonly secret: string } | undefined {
  const { botToken, webhookUrl, webhookSecret } = config;
  if (!botToken || !webhookUrl) return undefined;
  // Of the token, so that it is the same at every start; nothing leads back from it.
  const derived = () => createHmac('sha256', botToken).update('secret of the webhook').digest('base64url');
  return { url: webhookUrl, secret: webhookSecret ?? derived() };
}
