import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChatPace, endsQuiet, expectPush, type NextPush, planNext } from '../../../src/domain/digest.js';

const now = new Date('2026-01-05T04:00:00Z');
const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const inMinutes = (minutes: number) => minutesAgo(-minutes);
const chat = (over: Partial<ChatPace> = {}): ChatPace => ({
  timeZone: 'Asia/Shanghai',
  digestTimes: undefined,
  quietHours: undefined,
  isPaused: false,
  resumedAt: undefined,
  digestedAt: undefined,
  digestedBeforeAt: undefined,
  pushedAt: [],
  ...over,
});
const rules = { timeZone: 'Asia/Shanghai', pushPerHour: 6, backlogUntil: undefined };
const owed = (count: number, oldestQueuedAt = now) => ({ count, oldestQueuedAt });
const times = (...minutes: number[]) => minutes.map(minutesAgo);
const single = { kind: 'single', asDigest: false, silent: false };

describe('what a chat is sent next', () => {
  it.each<[string, NextPush | object, ChatPace, { count: number; oldestQueuedAt: Date }]>([
    ['one article on its own', single, chat(), owed(1)],
    ['five one by one', single, chat(), owed(5)],
    ['six as a digest', { kind: 'digest', reason: 'burst', silent: false }, chat(), owed(6)],
    [
      'six as a digest also soon after another',
      { kind: 'digest', reason: 'burst', silent: false },
      chat({ digestedAt: minutesAgo(10) }),
      owed(6),
    ],
    [
      'no third digest within an hour, were it six',
      { kind: 'wait', until: inMinutes(20), because: 'busy' },
      chat({ digestedAt: minutesAgo(10), digestedBeforeAt: minutesAgo(40) }),
      owed(6),
    ],
    [
      'nothing when the hour has had its pushes, until one of them is an hour old',
      { kind: 'wait', until: inMinutes(5), because: 'limit' },
      chat({ pushedAt: times(55, 50, 40, 30, 20, 10) }),
      owed(1),
    ],
    [
      'or until half an hour is over',
      { kind: 'wait', until: inMinutes(25), because: 'limit' },
      chat({ pushedAt: times(25, 24, 23, 22, 21, 20) }),
      owed(2, minutesAgo(5)),
    ],
    [
      'what is above the pushes of an hour as a silent digest',
      { kind: 'digest', reason: 'hourly', silent: true },
      chat({ pushedAt: times(45, 44, 43, 42, 41, 40) }),
      owed(2, minutesAgo(30)),
    ],
    [
      'what is owed, though a clock that was set back since noted pushes and digests for tomorrow',
      single,
      chat({ pushedAt: times(...Array.from({ length: 6 }, () => -1_440)), digestedAt: inMinutes(1_440) }),
      owed(1, inMinutes(1_440)),
    ],
    [
      'a digest at its time, though such a clock noted the last for tomorrow',
      { kind: 'digest', reason: 'scheduled', silent: false },
      chat({ digestTimes: [11 * 60], digestedAt: inMinutes(1_440) }),
      owed(2, inMinutes(1_440)),
    ],
    [
      'nothing while it is paused',
      { kind: 'wait', until: undefined, because: 'paused' },
      chat({ isPaused: true }),
      owed(9),
    ],
    [
      'what piled up during a pause as a digest, were it two',
      { kind: 'digest', reason: 'resumed', silent: false },
      chat({ resumedAt: minutesAgo(0) }),
      owed(2, minutesAgo(500)),
    ],
    [
      'nothing in its quiet hours',
      { kind: 'wait', until: inMinutes(60), because: 'quiet' },
      chat({ quietHours: { from: 11 * 60, until: 13 * 60 } }),
      owed(1),
    ],
    [
      'what came in its quiet hours as a digest afterwards',
      { kind: 'digest', reason: 'quiet', silent: false },
      chat({ quietHours: { from: 10 * 60, until: 12 * 60 } }),
      owed(2, minutesAgo(30)),
    ],
    [
      'nothing before its time',
      { kind: 'wait', until: inMinutes(60), because: 'digest' },
      chat({ digestTimes: [13 * 60] }),
      owed(20),
    ],
    [
      'all of it at its time',
      { kind: 'digest', reason: 'scheduled', silent: false },
      chat({ digestTimes: [12 * 60] }),
      owed(2, minutesAgo(1)),
    ],
    [
      'a single article at its time as it is',
      { kind: 'single', asDigest: true, silent: false },
      chat({ digestTimes: [12 * 60] }),
      owed(1, minutesAgo(1)),
    ],
    [
      'nothing a second time for one time, though something was queued late for it',
      { kind: 'wait', until: inMinutes(24 * 60), because: 'digest' },
      chat({ digestTimes: [12 * 60], digestedAt: now }),
      owed(2, minutesAgo(1)),
    ],
    [
      'what a time that was slept through brings, within twelve hours',
      { kind: 'digest', reason: 'scheduled', silent: false },
      chat({ digestTimes: [60] }),
      owed(2, minutesAgo(13 * 60)),
    ],
    [
      'and not later',
      { kind: 'wait', until: inMinutes(11 * 60 + 50), because: 'digest' },
      chat({ digestTimes: [23 * 60 + 50] }),
      owed(2, minutesAgo(13 * 60)),
    ],
    [
      'at the end of its quiet hours what a time within them would have brought',
      { kind: 'digest', reason: 'scheduled', silent: false },
      chat({ digestTimes: [21 * 60], quietHours: { from: 21 * 60, until: 12 * 60 } }),
      owed(2, minutesAgo(20 * 60)),
    ],
    [
      'what a pause held at once, whatever its times',
      { kind: 'digest', reason: 'resumed', silent: false },
      chat({ digestTimes: [60], resumedAt: now }),
      owed(2, minutesAgo(30 * 60)),
    ],
  ])('%s', (_title, expected, pace, what) => expect(planNext(pace, what, now, rules)).toEqual(expected));

  it('what piled up while the bot was down as a digest', () => {
    const afterDowntime = { ...rules, backlogUntil: now };
    expect(planNext(chat(), owed(2, minutesAgo(90)), now, afterDowntime)).toMatchObject({ reason: 'backlog' });
    expect(planNext(chat(), owed(2, inMinutes(1)), inMinutes(1), afterDowntime)).toEqual(single);
  });

  it('six one by one without a limit, were they not queued at once', () => {
    const pushedAt = times(6, 5, 4, 3, 2, 1);
    expect(planNext(chat({ pushedAt }), owed(1), now, { ...rules, pushPerHour: 0 })).toEqual(single);
  });
});

describe('over a day', () => {
  /** Lets a chat live through arrivals (minutes, how many) with a look at the outbox every minute. */
  function live(arrivals: readonly (readonly [number, number])[], pace: Partial<ChatPace> = {}) {
    const start = now.getTime();
    let waiting: number[] = [];
    let pushedAt: Date[] = [];
    let digestedAt: Date | undefined;
    let digestedBeforeAt: Date | undefined;
    const singles: number[] = [];
    const digests: number[] = [];
    const waits: number[] = [];
    const last = Math.max(...arrivals.map(([minute]) => minute)) + 24 * 60;
    for (let minute = 0; minute <= last; minute += 1) {
      for (const [, count] of arrivals.filter(([at]) => at === minute))
        waiting.push(...Array.from({ length: count }, () => minute));
      for (let looks = 0; looks < 7 && waiting.length > 0; looks += 1) {
        const time = new Date(start + minute * 60_000 + looks * 1_000);
        const oldestQueuedAt = new Date(start + (waiting[0] ?? 0) * 60_000);
        const next = planNext(
          chat({ ...pace, pushedAt, digestedAt, digestedBeforeAt }),
          { count: waiting.length, oldestQueuedAt },
          time,
          rules,
        );
        if (next.kind === 'wait') break;
        const taken = next.kind === 'single' ? waiting.slice(0, 1) : waiting;
        waits.push(...taken.map((at) => minute - at));
        waiting = waiting.slice(taken.length);
        if (next.kind === 'single' && !next.asDigest) {
          singles.push(minute);
          pushedAt = [...pushedAt, time];
        } else {
          digests.push(minute);
          digestedBeforeAt = digestedAt;
          digestedAt = time;
        }
      }
    }
    return { singles, digests, waits, left: waiting.length };
  }
  /** The most in any hour. */
  const mostInAnHour = (minutes: readonly number[]) =>
    Math.max(0, ...minutes.map((from) => minutes.filter((at) => at >= from && at < from + 60).length));

  it('sixty articles an hour are at most six messages and two digests an hour, and every article is in one', () => {
    const { singles, digests, left } = live(Array.from({ length: 360 }, (_, minute) => [minute, 1]));
    expect(left).toBe(0);
    expect(mostInAnHour(singles)).toBeLessThanOrEqual(6);
    expect(mostInAnHour(digests)).toBeLessThanOrEqual(2);
  });

  it('so it is however they come, and none waits for more than an hour', () => {
    const arrivals = fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 30 })), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(arrivals, (some) => {
        const { singles, digests, waits, left } = live(some);
        expect(left).toBe(0);
        expect(mostInAnHour(singles)).toBeLessThanOrEqual(6);
        expect(mostInAnHour(digests)).toBeLessThanOrEqual(2);
        expect(Math.max(...waits)).toBeLessThanOrEqual(61);
      }),
      { numRuns: 100 },
    );
  });

  it('with digest times there is at most one message for each of them', () => {
    const arrivals = Array.from({ length: 600 }, (_, minute) => [minute, 1] as const);
    const { singles, digests, left } = live(arrivals, { digestTimes: [13 * 60, 18 * 60, 23 * 60] });
    expect([singles, digests, left]).toEqual([[], [60, 360, 660], 0]);
  });
});

describe('when a chat is sent what it is owed', () => {
  // It is noon in Shanghai.
  const later = (minutes: number, because: string) => ({ kind: 'later', at: inMinutes(minutes), because });
  const night = { from: 23 * 60, until: 7 * 60 };

  it.each<[string, object, ChatPace]>([
    ['now, when nothing holds it', { kind: 'now' }, chat()],
    ['not before a pause ends', { kind: 'paused' }, chat({ isPaused: true, digestTimes: [780] })],
    ['when quiet hours end', later(60, 'quiet'), chat({ quietHours: { from: 660, until: 780 } })],
    ['at the digest time', later(8 * 60, 'digest'), chat({ digestTimes: [20 * 60] })],
    [
      'after a digest time that lies in quiet hours, when those end',
      later(19 * 60, 'quiet'),
      chat({ digestTimes: [23 * 60 + 30], quietHours: night }),
    ],
    [
      'at the digest time after the quiet hours of now',
      later(120, 'digest'),
      chat({ digestTimes: [14 * 60], quietHours: { from: 660, until: 780 } }),
    ],
    ['when the hour has room again', later(5, 'limit'), chat({ pushedAt: times(55, 50, 40, 30, 20, 10) })],
    [
      'when quiet hours end that begin before the hour has room',
      later(60, 'quiet'),
      chat({ pushedAt: times(55, 50, 40, 30, 20, 10), quietHours: { from: 723, until: 780 } }),
    ],
  ])('%s', (_title, expected, pace) => expect(expectPush(pace, owed(1), now, rules)).toEqual(expected));

  it('is told true: it comes then, and not a minute before', () => {
    fc.assert(
      fc.property(
        fc.record({
          digestTimes: fc.option(fc.uniqueArray(fc.integer({ min: 0, max: 1_439 }), { minLength: 1, maxLength: 3 }), {
            nil: undefined,
          }),
          quiet: fc.option(fc.tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 1, max: 1_000 })), {
            nil: undefined,
          }),
          pushes: fc.array(fc.integer({ min: 0, max: 59 }), { maxLength: 8 }),
        }),
        ({ digestTimes, quiet, pushes }) => {
          const quietHours = quiet && { from: quiet[0], until: (quiet[0] + quiet[1]) % 1_440 };
          const sorted = digestTimes?.sort((a, b) => a - b);
          const pace = chat({ digestTimes: sorted, quietHours, pushedAt: times(...pushes.sort((a, b) => b - a)) });
          const expected = expectPush(pace, owed(1), now, rules);
          const at = expected.kind === 'later' ? expected.at : now;
          expect(planNext(pace, owed(1), at, rules).kind).toBe('single');
          if (at > now) expect(planNext(pace, owed(1), new Date(at.getTime() - 60_000), rules).kind).toBe('wait');
        },
      ),
    );
  });
});

describe('quiet hours', () => {
  const quietNow = { from: 11 * 60, until: 13 * 60 };
  const pace = (over: Partial<ChatPace> = {}) => chat({ quietHours: quietNow, ...over });
  it.each<[string, boolean, ChatPace, ChatPace]>([
    ['end when they are turned off in their midst', true, pace(), chat()],
    ['or become others', true, pace(), chat({ quietHours: { from: 60, until: 120 } })],
    ['or another zone has another time', true, pace(), pace({ timeZone: 'Europe/London' })],
    ['not when they only become longer', false, pace(), chat({ quietHours: { from: 660, until: 900 } })],
    ['not when it is not their time', false, chat({ quietHours: { from: 60, until: 120 } }), chat()],
    ['not where digest times hold all the same', false, pace({ digestTimes: [480] }), chat({ digestTimes: [480] })],
  ])('%s', (_title, expected, before, after) => expect(endsQuiet(before, after, now)).toBe(expected));
});
