import type { Urgency } from './urgency.js';

/** What may be sent ahead of a rate to make up for timers that come late: a fourteenth of a second's worth. */
export function spareOf(perSecond: number): number {
  return Math.max(1, Math.floor(perSecond / 14));
}

/**
 * How many ms a message may be ahead of the rate. Pushes keep it exactly, but for the spare; replies may go into debt, at most
 * to a second's worth in all. So a server that grants 30 a second in bursts of 30 refuses nothing at 28.
 */
export function aheadOfRate(urgency: Urgency, perSecond: number): number {
  const messages = urgency === 'reply' ? Math.max(perSecond, spareOf(perSecond)) : spareOf(perSecond);
  return ((messages - 1) * 1_000) / perSecond;
}
