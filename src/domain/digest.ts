import { type DigestTimes, nextDigestTime, type QuietHours, quietUntil } from './chat-times.js';

/** What decides when a chat gets its pushes. */
export interface ChatPace {
  /** IANA name. */
  readonly timeZone: string;
  readonly digestTimes: DigestTimes | undefined;
  readonly quietHours: QuietHours | undefined;
  readonly isPaused: boolean;
  /** When the last pause ended. */
  readonly resumedAt: Date | undefined;
  /** When the target got its last digest. */
  readonly digestedAt: Date | undefined;
  /** And the one before that. */
  readonly digestedBeforeAt: Date | undefined;
  /** When the last pushes were sent one by one, oldest first; those of the last hour are enough. */
  readonly pushedAt: readonly Date[];
}

/** What one target of the chat is owed and could be sent. */
export interface Owed {
  readonly count: number;
  readonly oldestQueuedAt: Date;
}

export interface PushRules {
  /** For chats that did not choose one. */
  readonly timeZone: string;
  /** PUSH_PER_HOUR; 0: no limit. */
  readonly pushPerHour: number;
  /** What was queued up to here came while the bot was down, or in the first round after it. */
  readonly backlogUntil: Date | undefined;
}

/** Why several articles come as one message: the reader is told. */
export type DigestReason = 'burst' | 'hourly' | 'scheduled' | 'quiet' | 'resumed' | 'backlog';

export type NextPush =
  /** One article as a summary. `asDigest`: it is all that a digest would hold, and takes its place. */
  | { readonly kind: 'single'; readonly asDigest: boolean; readonly silent: boolean }
  /** All that is owed as one message. */
  | { readonly kind: 'digest'; readonly reason: DigestReason; readonly silent: boolean }
  /** Nothing before this time; undefined: not until the chat says so. */
  | { readonly kind: 'wait'; readonly until: Date | undefined; readonly because: HoldReason };

/** Why something waits. `limit`: the hour has had its pushes; `busy`: the last message that nobody timed is too short a while ago. */
export type HoldReason = 'paused' | 'quiet' | 'digest' | 'limit' | 'busy';

/** When something that is owed is going to come, if nothing else happens. */
export type Expected =
  | { readonly kind: 'now' }
  /** `because` is what holds it last: a digest time that lies in quiet hours comes when those end. */
  | { readonly kind: 'later'; readonly at: Date; readonly because: Exclude<HoldReason, 'paused'> }
  /** Not until the chat says so. */
  | { readonly kind: 'paused' };

/** More articles than this for one chat at once come as a digest (DESIGN.md, "Push rules"). */
const mostAtOnce = 5;
/** What is older was held back, and did not come in this round. */
const longestRoundMs = 2 * 60_000;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const momentMs = 60_000;
/** Digests of what is above the pushes of an hour are at least this far apart. */
const foldEveryMs = 30 * 60_000;
/** A digest time that passed while the bot was down is made up for this long. */
const missedTimeMs = 12 * hourMs;

/**
 * What a chat may be sent now of what it is owed. The pace rests on nothing but when things were queued and sent, so that it
 * is the same after a crash.
 */
export function planNext(chat: ChatPace, owed: Owed, now: Date, rules: PushRules): NextPush {
  const held = whyHeld(chat, now);
  if (held) return held;
  const isResumed = chat.resumedAt !== undefined && owed.oldestQueuedAt <= chat.resumedAt;
  const waitsForTime = isResumed ? undefined : digestTimeToWaitFor(chat, owed, now);
  if (waitsForTime) return { kind: 'wait', until: waitsForTime, because: 'digest' };
  if (owed.count === 1 && chat.digestTimes) return { kind: 'single', asDigest: true, silent: false };

  const reason = reasonToGroup(chat, owed, rules);
  if (reason && owed.count > 1) return { kind: 'digest', reason, silent: false };
  const hasRoom = rules.pushPerHour === 0 || pushesOfLastHour(chat, now).length < rules.pushPerHour;
  if (hasRoom && owed.count <= mostAtOnce) return { kind: 'single', asDigest: false, silent: false };

  const soonest = soonestFold(chat, owed, now, hasRoom, rules);
  if (soonest > now) {
    const until = earlier(soonest, hasRoom ? undefined : roomAt(chat, owed, now, rules));
    return { kind: 'wait', until, because: hasRoom ? 'busy' : 'limit' };
  }
  if (owed.count === 1) return { kind: 'single', asDigest: true, silent: true };
  const cameAtOnce = hasRoom && owed.oldestQueuedAt.getTime() > now.getTime() - longestRoundMs;
  return cameAtOnce
    ? { kind: 'digest', reason: 'burst', silent: false }
    : { kind: 'digest', reason: 'hourly', silent: true };
}

/** A pause and quiet hours hold everything. Undefined: the chat may be sent to. */
export function whyHeld(chat: ChatPace, now: Date): (NextPush & { readonly kind: 'wait' }) | undefined {
  if (chat.isPaused) return { kind: 'wait', until: undefined, because: 'paused' };
  const quietEnd = chat.quietHours && quietUntil(chat.quietHours, chat.timeZone, now);
  return quietEnd && { kind: 'wait', until: quietEnd, because: 'quiet' };
}

/** Holds may follow one another (the limit, then quiet hours, then a digest time), but not for ever. */
const mostHolds = 8;

/** When what is owed is going to come: `planNext`, asked again at each time that it names. */
export function expectPush(chat: ChatPace, owed: Owed, now: Date, rules: PushRules): Expected {
  let expected: Expected = { kind: 'now' };
  for (let holds = 0; holds < mostHolds; holds += 1) {
    const at = expected.kind === 'later' ? expected.at : now;
    const next = planNext(chat, owed, at, rules);
    if (next.kind !== 'wait') return expected;
    if (next.because === 'paused' || !next.until) return { kind: 'paused' };
    expected = { kind: 'later', at: next.until, because: next.because };
  }
  return expected;
}

/**
 * Whether other quiet hours, or another zone, end those that hold now. What they held is then to come as after a pause, in one
 * digest: nobody who ends the silence wants five messages at once. Digest times group by themselves.
 */
export function endsQuiet(before: QuietPace, after: QuietPace, now: Date): boolean {
  const isQuiet = ({ quietHours, timeZone }: QuietPace) => quietHours && quietUntil(quietHours, timeZone, now);
  return !before.digestTimes && Boolean(isQuiet(before)) && !isQuiet(after);
}

export type QuietPace = Pick<ChatPace, 'quietHours' | 'timeZone' | 'digestTimes'>;

/** Reasons that come before any counting. */
function reasonToGroup(chat: ChatPace, owed: Owed, rules: PushRules): DigestReason | undefined {
  const { oldestQueuedAt } = owed;
  if (chat.resumedAt && oldestQueuedAt <= chat.resumedAt) return 'resumed';
  if (chat.digestTimes) return 'scheduled';
  if (chat.quietHours && quietUntil(chat.quietHours, chat.timeZone, oldestQueuedAt)) return 'quiet';
  if (rules.backlogUntil && oldestQueuedAt <= rules.backlogUntil) return 'backlog';
  return undefined;
}

/** The digest time that what is owed has to wait for; undefined when one has come. */
function digestTimeToWaitFor(chat: ChatPace, owed: Owed, now: Date): Date | undefined {
  const { digestTimes, timeZone, digestedAt, quietHours } = chat;
  if (!digestTimes) return undefined;
  // A time is used once: what is queued late for it waits for the next.
  const past = [owed.oldestQueuedAt, digestedAt].flatMap((time) => pastTime(time, now) ?? []);
  const used = Math.max(...past, now.getTime() - 2 * dayMs);
  for (let time = nextDigestTime(digestTimes, timeZone, new Date(used)); ; ) {
    if (time > now) return time;
    // A time within quiet hours comes at their end.
    const meant = (quietHours && quietUntil(quietHours, timeZone, time)) ?? time;
    if (meant.getTime() >= now.getTime() - missedTimeMs) return undefined;
    time = nextDigestTime(digestTimes, timeZone, time);
  }
}

/**
 * When several may be folded: at once when a round brings many, else half an hour after the first and after the digest before;
 * never a third time in an hour.
 */
function soonestFold(chat: ChatPace, owed: Owed, now: Date, hasRoom: boolean, rules: PushRules): Date {
  if (rules.pushPerHour === 0) return now;
  const after = (time: Date | undefined, ms: number) => (pastTime(time, now) ?? Number.NEGATIVE_INFINITY) + ms;
  const third = after(chat.digestedBeforeAt, hourMs);
  if (hasRoom) return new Date(Math.max(now.getTime(), third));
  return new Date(Math.max(after(owed.oldestQueuedAt, foldEveryMs), after(chat.digestedAt, foldEveryMs), third));
}

/** When the next push may go one by one, as long as few enough are owed. */
function roomAt(chat: ChatPace, owed: Owed, now: Date, { pushPerHour }: PushRules): Date | undefined {
  const oldest = pushesOfLastHour(chat, now).at(-pushPerHour);
  return oldest && owed.count <= mostAtOnce ? new Date(oldest.getTime() + hourMs) : undefined;
}

function pushesOfLastHour({ pushedAt }: ChatPace, now: Date): readonly Date[] {
  return pushedAt.filter((time) => (pastTime(time, now) ?? 0) > now.getTime() - hourMs);
}

/** UTC ms. What lies further ahead than a moment says nothing: it was noted by a clock that has been set back since. */
function pastTime(time: Date | undefined, now: Date): number | undefined {
  return time && time.getTime() <= now.getTime() + momentMs ? time.getTime() : undefined;
}

function earlier(time: Date, other: Date | undefined): Date {
  return other && other < time ? other : time;
}
