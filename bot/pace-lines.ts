import type { Expected } from '../src/domain/digest.js';
import type { Outlook } from '../src/service/outlook.js';
import type { Conversation } from './conversation.js';
import { formatSoon } from './dates.js';
import { type Html, html } from './html.js';
import { formatMinutes } from './times-of-day.js';

/** When new articles come, for a sentence of what was subscribed. */
export async function arrivalOf(chat: Conversation): Promise<string> {
  const { next, pace } = await outlookOf(chat);
  const { arrival } = chat.t;
  if (next.kind === 'now') return arrival.now;
  if (next.kind === 'paused') return arrival.paused;
  return arrival[next.because](timeIn(chat, next.at, pace.timeZone));
}

/** How pushes come to a chat, in one line; undefined when nothing holds them. */
export function paceLine(chat: Conversation, outlook: Outlook): string | undefined {
  const { t } = chat;
  const { isPaused, digestTimes, quietHours, timeZone } = outlook.pace;
  const next = outlook.nextDigestAt ? timeIn(chat, outlook.nextDigestAt, timeZone) : '';
  const limited = limitLine(chat, outlook);
  const parts = [
    ...(isPaused ? [t.paceLine.paused] : []),
    ...(digestTimes === 'hourly' ? [t.paceLine.hourly(next)] : []),
    ...(digestTimes && digestTimes !== 'hourly' ? [t.paceLine.daily(listTimes(chat, digestTimes), next)] : []),
    ...(quietHours ? [t.paceLine.quiet(formatMinutes(quietHours.from), formatMinutes(quietHours.until))] : []),
    ...(limited ? [limited] : []),
  ];
  return parts.length > 0 ? parts.join(' · ') : undefined;
}

/** That the hour has had its pushes, and when the rest comes. */
export function limitLine(chat: Conversation, { limit, pace }: Outlook): string | undefined {
  return limit && chat.t.paceLine.limit(limit.pushed, timeIn(chat, limit.at, pace.timeZone));
}

/** What becomes of that which was held, after a pause or quiet hours ended. */
export function heldLine(chat: Conversation, { waiting, pace }: Outlook): Html {
  const { t } = chat;
  if (!waiting) return html`${t.heldNothing}`;
  const { count, expected } = waiting;
  if (expected.kind === 'paused') return html`${t.paceLine.paused}`;
  return html`${expected.kind === 'now' ? t.heldComes(count) : t.heldComes(count, timeIn(chat, expected.at, pace.timeZone))}`;
}

/** When something pending comes, for a line about it. */
export function holdOf(chat: Conversation, expected: Expected, timeZone: string): string {
  const { why } = chat.t;
  if (expected.kind === 'now') return why.soon;
  if (expected.kind === 'paused') return why.paused;
  return why[expected.because](timeIn(chat, expected.at, timeZone));
}

export function outlookOf({ services, target, now }: Conversation): Promise<Outlook> {
  return services.outlooks.find(target, now);
}

/** Times of the day as a list. */
export function listTimes({ t }: Pick<Conversation, 't'>, times: readonly number[]): string {
  return times.map(formatMinutes).join(t.listSeparator);
}

export function timeIn({ language, now }: Conversation, time: Date, timeZone: string): string {
  return formatSoon(time, timeZone, language, now);
}
