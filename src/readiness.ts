import type { ReadinessCheck } from './http/health.js';

/** What the checks ask. */
export interface ReadinessSources {
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
  const { queryDatabase, roundOverdueAt, hasWebhook, telegram, now } = sources;
  const isOlder = (at: Date | undefined, ms: number) => at === undefined || now().getTime() - at.getTime() > ms;
  return [
    {
      name: 'database',
      findFailure: async () => {
        await queryDatabase();
        return undefined;
      },
    },
    {
      name: 'ingest',
      findFailure: () => {
        const overdueAt = roundOverdueAt();
        return overdueAt && now() > overdueAt ? 'no round over the sources has ended in time' : undefined;
      },
    },
    {
      name: 'telegram',
      findFailure: () => {
        const { calledAt, unauthorised } = telegram();
        if (unauthorised) return 'the token is refused (401)';
        return isOlder(calledAt, longestCallSilenceMs) ? 'no call succeeded for 2 minutes' : undefined;
      },
    },
    {
      name: hasWebhook ? 'webhook' : 'polling',
      findFailure: () => {
        const { pollHeardAt, hasConflict, webhook } = telegram();
        if (webhook) return webhook.failure;
        if (hasConflict) return 'another bot or webhook uses this token (409)';
        return isOlder(pollHeardAt, longestPollSilenceMs) ? 'no answer for a minute' : undefined;
      },
    },
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
