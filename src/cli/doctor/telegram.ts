import type { Config } from '../../config.js';
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
      ...(webhook.result ? [judgeWebhook(webhook.result)] : []),
      ...clock,
    ];
  } catch (error) {
    return [token.bad(`Telegram cannot be reached (${reasonOf(error)}): check the network and TELEGRAM_API_ROOT`)];
  }
}

interface Me {
  readonly username?: string;
  readonly supports_inline_queries?: boolean;
  readonly can_join_groups?: boolean;
  readonly can_read_all_group_messages?: boolean;
}

interface WebhookInfo {
  readonly url?: string;
  readonly pending_update_count?: number;
}

interface Answer<Result> {
  readonly status: number;
  /** Undefined: refused. */
  readonly result: Result | undefined;
  /** How far this machine's clock is ahead of the server's; undefined: the server did not say what time it is. */
  readonly offsetMs: number | undefined;
}

async function ask<Result>(
  { telegramApiRoot, botToken }: Pick<Config, 'telegramApiRoot' | 'botToken'>,
  method: string,
): Promise<Answer<Result>> {
  const askedAt = Date.now();
  const response = await fetch(`${telegramApiRoot}bot${botToken}/${method}`, {
    signal: AbortSignal.timeout(timeoutMs),
  });
  const here = (askedAt + Date.now()) / 2;
  const answer = (await response.json()) as { readonly ok?: boolean; readonly result?: Result };
  const there = Date.parse(response.headers.get('date') ?? '');
  return {
    status: response.status,
    result: answer.ok ? answer.result : undefined,
    // The header has whole seconds.
    offsetMs: Number.isNaN(there) ? undefined : here - (there + 500),
  };
}

/** Neither message nor address is shown: they can hold the token. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
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

/** This version polls: a webhook takes the updates away from it. */
function judgeWebhook({ url = '', pending_update_count = 0 }: WebhookInfo): Finding {
  const webhook = about('webhook');
  if (url === '') return webhook.ok(`none is set, the bot polls; ${pending_update_count} updates wait`);
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
