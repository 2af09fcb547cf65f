import { Hono } from 'hono';
import { z } from 'zod';
import { details, scripts } from '../../src/domain/display.js';
import { languages } from '../../src/domain/language.js';
import { findTimeZone } from '../../src/domain/time-zone-names.js';
import type { Services } from '../conversation.js';
import { formatMinutes, parseDigestTimes, parseQuietHours } from '../times-of-day.js';
import type { SettingsView } from './protocol.js';
import type { MiniAppOptions, Reader, ReaderEnv } from './reader.js';
import { fail, readBody } from './request.js';

const maxZoneChars = 60;
/** More than there can be: too many times are told apart from a body that is none of ours. */
const maxTimes = 100;
const time = z.string().max(20);

const settingsBody = z
  .strictObject({
    language: z.enum(languages),
    timeZone: z.string().max(maxZoneChars),
    digest: z.union([z.enum(['off', 'hourly']), z.array(time).max(maxTimes)]),
    quiet: z.strictObject({ from: time, until: time }).nullable(),
    isPaused: z.boolean(),
    silent: z.boolean(),
    script: z.enum(['printed', ...scripts]),
    detail: z.enum(details),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0);

type Change = z.output<typeof settingsBody>;

/** What the chat chose. */
export function settingsRoutes({ services, now, defaultLanguage, onChanged }: MiniAppOptions): Hono<ReaderEnv> {
  const show = async ({ chatId }: Reader['target']) => {
    const { language = defaultLanguage } = (await services.chats.find(chatId)) ?? {};
    return viewSettings(await services.settings.find(chatId), language);
  };
  return new Hono<ReaderEnv>()
    .get('/settings', async (context) => context.json(await show(context.get('reader').target)))
    .patch('/settings', async (context) => {
      const { target, ensureChat } = context.get('reader');
      const change = understand(await readBody(context, settingsBody));
      if (change.kind !== 'understood') return fail(context, 400, change.kind);
      await ensureChat();
      await apply(change, target.chatId, services, now());
      onChanged(target.chatId);
      return context.json(await show(target));
    });
}

function viewSettings(settings: Awaited<ReturnType<Services['settings']['find']>>, language: SettingsView['language']) {
  const { timeZone, digestTimes, quietHours, isPaused, silent, script, detail } = settings;
  return {
    language,
    timeZone,
    digest: typeof digestTimes === 'object' ? digestTimes.map(formatMinutes) : (digestTimes ?? 'off'),
    quiet: quietHours ? { from: formatMinutes(quietHours.from), until: formatMinutes(quietHours.until) } : null,
    isPaused,
    silent,
    script: script ?? 'printed',
    detail,
  } satisfies SettingsView;
}

/** Everything is understood before anything is changed. */
function understand(body: Change) {
  const digest = readDigest(body.digest);
  const quiet = readQuiet(body.quiet);
  if (digest?.kind === 'bad-time' || quiet?.kind === 'bad-time') return { kind: 'bad-time' as const };
  if (body.timeZone !== undefined && !findTimeZone(body.timeZone)) return { kind: 'bad-zone' as const };
  return { kind: 'understood' as const, body, digest, quiet };
}

const clock = /^(?:[01]\d|2[0-3]):[0-5]\d$/u;

function readDigest(digest: Change['digest']) {
  if (digest === undefined) return undefined;
  if (digest === 'off') return { kind: 'times' as const, times: undefined };
  if (digest === 'hourly') return { kind: 'times' as const, times: digest };
  const typed = digest.every((each) => clock.test(each)) ? parseDigestTimes(digest.join(',')) : undefined;
  return typed?.kind === 'times' ? typed : { kind: 'bad-time' as const };
}

function readQuiet(quiet: Change['quiet']) {
  if (quiet === undefined) return undefined;
  if (quiet === null) return { kind: 'hours' as const, hours: undefined };
  const { from, until } = quiet;
  const typed = clock.test(from) && clock.test(until) ? parseQuietHours(`${from}-${until}`) : undefined;
  return typed?.kind === 'hours' ? typed : { kind: 'bad-time' as const };
}

async function apply(
  { body, digest, quiet }: Extract<ReturnType<typeof understand>, { kind: 'understood' }>,
  chatId: number,
  { chats, settings }: Services,
  now: Date,
): Promise<void> {
  const { language, timeZone, isPaused, silent, script, detail } = body;
  if (language) await chats.setLanguage(chatId, language);
  if (timeZone !== undefined) await settings.setTimeZone(chatId, timeZone, now);
  if (digest) await settings.setDigestTimes(chatId, digest.times);
  if (quiet) await settings.setQuietHours(chatId, quiet.hours, now);
  if (isPaused !== undefined) await (isPaused ? settings.pause(chatId, now) : settings.resume(chatId, now));
  const display = {
    ...(silent === undefined ? {} : { silent }),
    ...(detail ? { detail } : {}),
    ...(script ? { script: script === 'printed' ? undefined : script } : {}),
  };
  if (Object.keys(display).length > 0) await settings.setDisplay(chatId, display);
}
