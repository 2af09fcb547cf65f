import type { ReadinessCheck } from './http/health.js';
import type { Role } from './worker-ports.js';

/** What the checks ask. */
export interface ReadinessSources {
  /** Whether this process does that. What it does not do cannot be out of order here. */
  readonly does: (role: Role) => boolean;
  /** False: the other processes on the database count this one as dead. Undefined: there can be no others. */
  readonly isAlive: (() => boolean) | undefined;
  /** A cheap query. */
  readonly queryDatabase: () => Promise<unknown>;
  /** When the next round should have ended; undefined: the first is still under way. */
  readonly roundOverdueAt: () => Date | undefined;
  /** Updates come by webhook; false: the bot polls. */
  readonly hasWebhook: boolean;
  readonly telegram: () => {
    readonly calledAt: Date | undefined;
    readonly pollHeardAt: Date | undefined;
    readonly unauthorised: boolean;
    readonly hasConflict: boolean;
    /** Updates come by webhook: what is wrong with that. Undefined: the bot polls. */
    readonly webhook: { readonly failure: string | undefined } | undefined;
  };
  readonly now: () => Date;
}

/** DESIGN.md, "HTTP": nothing from Telegram for so long is a failure. A poll is answered every 20 s. */
const longestCallSilenceMs = 120_000;
const longestPollSilenceMs = 60_000;
/** However often sources are read, a round may take its time. */
const shortestRoundAllowanceMs = 600_000;

/** What must be in order for `GET /readyz` (DESIGN.md, "HTTP"). */
export function createReadinessChecks(sources: ReadinessSources): readonly ReadinessCheck[] {
  const { does, isAlive, queryDatabase, roundOverdueAt, hasWebhook, telegram, now } = sources;
  const isOlder = (at: Date | undefined, ms: number) => at === undefined || now().getTime() - at.getTime() > ms;
  const database: ReadinessCheck = {
    name: 'database',
    findFailure: async () => {
      await queryDatabase().catch((error: Error) => {
        // Its name stands before it already.
        throw new Error(error.message.replace(/^database /u, ''), { cause: error });
      });
      return undefined;
    },
  };
  const membership: ReadinessCheck = {
    name: 'membership',
    findFailure: () => (isAlive?.() === false ? 'the other processes take this one for dead' : undefined),
  };
  const ingest: ReadinessCheck = {
    name: 'ingest',
    findFailure: () => {
      const overdueAt = roundOverdueAt();
      return overdueAt && now() > overdueAt ? 'no round over the sources has ended in time' : undefined;
    },
  };
  const calls: ReadinessCheck = {
    name: 'telegram',
    findFailure: () => {
      const { calledAt, unauthorised } = telegram();
      if (unauthorised) return 'the token is refused (401)';
      return isOlder(calledAt, longestCallSilenceMs) ? 'no call succeeded for 2 minutes' : undefined;
    },
  };
  const updates: ReadinessCheck = {
    name: hasWebhook ? 'webhook' : 'polling',
    findFailure: () => {
      const { pollHeardAt, hasConflict, webhook } = telegram();
      if (webhook) return webhook.failure;
      if (hasConflict) return 'another bot or webhook uses this token (409)';
      return isOlder(pollHeardAt, longestPollSilenceMs) ? 'no answer for a minute' : undefined;
    },
  };
  return [
    database,
    ...(isAlive ? [membership] : []),
    ...(does('ingest') ? [ingest] : []),
    ...(does('web') || does('deliver') ? [calls] : []),
    ...(does('web') ? [updates] : []),
  ];
}

/**
 * When the round after one that ended at `endedAt` is overdue: after 10 minutes, twice the interval between the next two
 * times of the schedule, or the second of them, whichever is last.
 */
export function findRoundOverdueAt(endedAt: Date, nextRuns: readonly Date[]): Date {
  const [next = endedAt, following = next] = nextRuns;
  const intervalMs = following.getTime() - next.getTime();
  const allowanceMs = Math.max(shortestRoundAllowanceMs, 2 * intervalMs);
  return new Date(Math.max(endedAt.getTime() + allowanceMs, following.getTime()));
}
