import { describe, expect, it } from 'vitest';
import { createReadinessChecks, findRoundOverdueAt, type ReadinessSources } from '../../src/readiness.js';

const at = (time: string) => new Date(`2026-01-05T${time}Z`);
const now = at('12:00:00');
const healthy = {
  calledAt: at('11:59:50'),
  pollHeardAt: at('11:59:50'),
  unauthorised: false,
  hasConflict: false,
  webhook: undefined,
};
type Telegram = ReturnType<ReadinessSources['telegram']>;

async function failures(over: Partial<ReadinessSources> = {}, telegram: Partial<Telegram> = {}) {
  const checks = createReadinessChecks({
    does: () => true,
    isAlive: undefined,
    queryDatabase: async () => {},
    roundOverdueAt: () => undefined,
    hasWebhook: false,
    telegram: () => ({ ...healthy, ...telegram }),
    now: () => now,
    ...over,
  });
  const found: string[] = [];
  for (const { name, findFailure } of checks) {
    const failure = await Promise.resolve()
      .then(findFailure)
      .catch((error: Error) => error.message);
    if (failure !== undefined) found.push(`${name}: ${failure}`);
  }
  return found;
}

describe('readiness', () => {
  it('finds nothing wrong with a bot at work', async () => {
    expect(await failures()).toEqual([]);
    expect(await failures({}, { pollHeardAt: undefined, webhook: { failure: undefined } })).toEqual([]);
    expect(await failures({ roundOverdueAt: () => at('12:00:00') })).toEqual([]);
  });

  it('looks at nothing that another process does', async () => {
    const silent = { calledAt: undefined, pollHeardAt: undefined };
    const only = (role: string) => (each: string) => each === role;
    expect(await failures({ does: only('ingest') }, silent)).toEqual([]);
    expect(await failures({ does: only('deliver') }, silent)).toEqual(['telegram: no call succeeded for 2 minutes']);
    const webhook = { failure: 'not set yet' };
    expect(await failures({ does: only('deliver'), hasWebhook: true }, { webhook })).toEqual([]);
    expect(await failures({ does: only('web'), roundOverdueAt: () => at('11:59:59') })).toEqual([]);
  });

  it.each<[string, Partial<ReadinessSources>, Partial<Telegram>]>([
    ['membership: the other processes take this one for dead', { isAlive: () => false }, {}],
    ['database: disk I/O error', { queryDatabase: () => Promise.reject(new Error('disk I/O error')) }, {}],
    ['ingest: no round over the sources has ended in time', { roundOverdueAt: () => at('11:59:59') }, {}],
    ['telegram: no call succeeded for 2 minutes', {}, { calledAt: at('11:57:59') }],
    ['telegram: no call succeeded for 2 minutes', {}, { calledAt: undefined }],
    ['telegram: the token is refused (401)', {}, { unauthorised: true }],
    ['polling: no answer for a minute', {}, { pollHeardAt: at('11:58:59') }],
    ['polling: no answer for a minute', {}, { pollHeardAt: undefined }],
    ['polling: another bot or webhook uses this token (409)', {}, { hasConflict: true }],
    [
      'webhook: Telegram cannot deliver: Connection refused',
      { hasWebhook: true },
      { webhook: { failure: 'Telegram cannot deliver: Connection refused' } },
    ],
  ])('%s', async (line, over, telegram) => expect(await failures(over, telegram)).toEqual([line]));
});

describe('when a round is overdue', () => {
  it.each([
    ['every second: after 10 minutes', ['12:00:01', '12:00:02'], '12:10:00'],
    ['every 5 minutes: after 10 minutes', ['12:05:00', '12:10:00'], '12:10:00'],
    ['every hour: after two', ['13:00:00', '14:00:00'], '14:00:00'],
    ['after a pause: at the second round behind it', ['20:00:00', '20:05:00'], '20:05:00'],
  ])('%s', (_name, nextRuns, overdueAt) => expect(findRoundOverdueAt(now, nextRuns.map(at))).toEqual(at(overdueAt)));
});
