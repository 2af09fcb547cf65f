/** Answers of one chat's pace, in ms of the pacer's clock. */
export interface ChatPace {
  /** From when on a message may go; one that is `spaced` keeps its distance from the message before. */
  freeAt(spaced: boolean): number;
  sent(now: number): void;
  /** Nothing that was sent matters any more from now on. */
  isForgettable(now: number): boolean;
}

/** A private chat: a message a second, and so many replies in a row (Bot API FAQ: "short bursts" are let through). */
const privateSpacingMs = 1_000;
const privateBurst = 3;
/** A group or channel: so many messages in any minute (Bot API FAQ). */
const groupWindowMs = 60_000;
const groupMessages = 20;
const groupSpacingMs = 3_000;
/** A message that was long on its way and one that was fast arrive closer together than they left. */
const groupSlackMs = 250;

/** The pace that Telegram grants a chat: groups and channels have negative ids. */
export function createChatPace(chatId: number): ChatPace {
  return chatId < 0 ? groupPace() : privatePace();
}

/** The local chat has no limits; a chat is held all the same when the server says so. */
export function createFreePace(): ChatPace {
  return { freeAt: () => Number.NEGATIVE_INFINITY, sent() {}, isForgettable: () => true };
}

/** A bucket of `privateBurst`, told by the time at which it will be full again. */
function privatePace(): ChatPace {
  let fullAt = Number.NEGATIVE_INFINITY;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    freeAt(spaced) {
      const tokenAt = fullAt - (privateBurst - 1) * privateSpacingMs;
      return spaced ? Math.max(tokenAt, lastAt + privateSpacingMs) : tokenAt;
    },
    sent(now) {
      fullAt = Math.max(fullAt, now) + privateSpacingMs;
      lastAt = now;
    },
    isForgettable: (now) => fullAt <= now,
  };
}

function groupPace(): ChatPace {
  /** The last messages, oldest first. */
  const sentAt: number[] = [];
  const lastAt = () => sentAt.at(-1) ?? Number.NEGATIVE_INFINITY;
  return {
    freeAt(spaced) {
      const oldest = sentAt.length < groupMessages ? undefined : sentAt[0];
      const roomAt = oldest === undefined ? Number.NEGATIVE_INFINITY : oldest + groupWindowMs + groupSlackMs;
      return spaced ? Math.max(roomAt, lastAt() + groupSpacingMs) : roomAt;
    },
    sent(now) {
      if (sentAt.length >= groupMessages) sentAt.shift();
      sentAt.push(now);
    },
    isForgettable: (now) => lastAt() + groupWindowMs + groupSlackMs <= now,
  };
}

/** What decides when a chat may get its next message, as a list of times: what processes that send to it share. */
export interface SharedPace {
  /** From when on a message may go; one that is `spaced` keeps its distance from the message before. */
  freeAt(spaced: boolean): number;
  /** The list with one more message, without what matters no more. */
  withSent(now: number): readonly number[];
}

/** The pace of a chat after messages at these times (ms of any one clock, oldest first). */
export function paceAfter(chatId: number, sentAt: readonly number[]): SharedPace {
  const pace = createChatPace(chatId);
  for (const time of sentAt) pace.sent(time);
  return {
    freeAt: (spaced) => pace.freeAt(spaced),
    withSent(now) {
      const isOver = pace.isForgettable(now);
      return [...(isOver ? [] : sentAt.filter((time) => time > now - groupWindowMs - groupSlackMs)), now];
    },
  };
}
