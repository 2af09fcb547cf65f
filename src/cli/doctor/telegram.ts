import http from 'node:http';
import https from 'node:https';
import { json } from 'node:stream/consumers';
import type { Config } from '../../config.js';
import { createProxyAgent } from '../../proxy.js';
import { about, type Finding } from './finding.js';

const timeoutMs = 10_000;
/** Mini App sign-ins, digests and quiet hours are told by the clock; Telegram's own is right. */
const largestOffsetMs = 60_000;

/** What Telegram says of the bot: whether the token is good, what the bot may do, who else is connected, and what time it is. */
export async function checkTelegram(config: Config): Promise<readonly Finding[]> {
  const token = about('token');
  if (!config.botToken)
    return [
      token.note('BOT_TOKEN is not set: `npm start` opens a chat on a page of this machine; @BotFather gives a token'),
    ];
  try {
    const me = await ask<Me>(config, 'getMe');
    const clock = me.offsetMs === undefined ? [] : [judgeClock(me.offsetMs)];
    if (!me.result) return [judgeRefusal(me.status), ...clock];
    const webhook = await ask<WebhookInfo>(config, 'getWebhookInfo');
    return [
      token.ok(`Telegram knows the bot as @${me.result.username}`),
      judgeInlineMode(me.result),
      judgeGroups(me.result),
      judgePrivacy(me.result),
      ...(webhook.result ? [judgeWebhook(webhook.result, config.webhookUrl)] : []),
      ...clock,
    ];
  } catch (error) {
    return [
      token.bad(`Telegram cannot be reached (${reasonOf(error)}): check the network, PROXY_URL and TELEGRAM_API_ROOT`),
    ];
  }
}

interface Me {
  readonly username?: string;
  readonly supports_inline_queries?: boolean;
  readonly can_join_groups?: boolean;
  readonly can_read_all_group_messages?: boolean;
}

export interface WebhookInfo {
  readonly url?: string;
  readonly pending_update_count?: number;
  readonly last_error_message?: string;
}

interface Answer<Result> {
  readonly status: number;
  /** Undefined: refused. */
  readonly result: Result | undefined;
  /** How far this machine's clock is ahead of the server's; undefined: the server did not say what time it is. */
  readonly offsetMs: number | undefined;
}

/** By the way that the bot's calls go. */
async function ask<Result>(
  { telegramApiRoot, botToken, proxyUrl }: Pick<Config, 'telegramApiRoot' | 'botToken' | 'proxyUrl'>,
  method: string,
): Promise<Answer<Result>> {
  const { get } = telegramApiRoot.startsWith('http:') ? http : https;
  const askedAt = Date.now();
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const agent = proxyUrl ? createProxyAgent(proxyUrl) : false;
    get(`${telegramApiRoot}bot${botToken}/${method}`, { agent, signal }, resolve).on('error', reject);
  });
  const here = (askedAt + Date.now()) / 2;
  const answer = (await json(response)) as { readonly ok?: boolean; readonly result?: Result };
  const there = Date.parse(response.headers.date ?? '');
  return {
    status: response.statusCode ?? 0,
    result: answer.ok ? answer.result : undefined,
    // The header has whole seconds.
    offsetMs: Number.isNaN(there) ? undefined : here - (there + 500),
  };
}

/** Neither message nor address is shown: they can hold the token. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^[A-Z_]+$/u.test(code) ? code : error.name;
}

function judgeRefusal(status: number): Finding {
  const remedy = status === 401 ? 'get a valid one from @BotFather' : 'check TELEGRAM_API_ROOT';
  return about('token').bad(`Telegram refuses it (${status}): ${remedy}`);
}

function judgeInlineMode({ supports_inline_queries }: Me): Finding {
  const inline = about('inline mode');
  if (supports_inline_queries) return inline.ok('is on: @bot QUERY searches in any chat');
  return inline.note(
    'is off, and with it searching and sharing in other chats: send /setinline to @BotFather, then start the bot again',
  );
}

function judgeGroups({ can_join_groups }: Me): Finding {
  const groups = about('groups');
  if (can_join_groups !== false) return groups.ok('the bot can be added to groups and channels');
  return groups.note('nobody can add the bot to a group: send /setjoingroups to @BotFather and choose Enable');
}

function judgePrivacy({ can_read_all_group_messages }: Me): Finding {
  const privacy = about('privacy mode');
  if (!can_read_all_group_messages)
    return privacy.ok('is on: in groups the bot sees commands and replies to it, which is all it needs');
  return privacy.note(
    'is off: the bot is sent all that is said in groups and needs none of it; send /setprivacy to @BotFather and choose Enable',
  );
}

/** Where updates go has to be where the bot takes them. A running bot sets its own webhook, so that another is somebody else's. */
export function judgeWebhook(
  { url = '', pending_update_count = 0, last_error_message }: WebhookInfo,
  own: string | undefined,
): Finding {
  const webhook = about('webhook');
  const waiting = `${pending_update_count} updates wait`;
  if (own !== undefined && url === own) {
    const trouble = last_error_message ? `; Telegram last failed to deliver: ${last_error_message}` : '';
    return trouble ? webhook.note(`is WEBHOOK_URL, ${waiting}${trouble}`) : webhook.ok(`is WEBHOOK_URL, ${waiting}`);
  }
  if (url === '') {
    if (own === undefined) return webhook.ok(`none is set, the bot polls; ${waiting}`);
    return webhook.note(`none is set yet: the next start sets WEBHOOK_URL; ${waiting}`);
  }
  // The path may be a secret of whoever set it.
  const host = URL.canParse(url) ? new URL(url).host : 'another address';
  return webhook.bad(
    `updates go to ${host}, not to this bot (409): stop the program there and call deleteWebhook, or use another token`,
  );
}

function judgeClock(offsetMs: number): Finding {
  const clock = about('clock');
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  if (Math.abs(offsetMs) <= largestOffsetMs) return clock.ok(`agrees with Telegram's (${seconds} s apart)`);
  const direction = offsetMs > 0 ? 'ahead of' : 'behind';
  return clock.bad(
    `is ${seconds} s ${direction} Telegram's: set it, and have it kept right (timedatectl set-ntp true)`,
  );
}
