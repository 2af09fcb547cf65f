import type { AnnouncementProgress } from '../src/ports.js';

/** Drafts that nobody sent. */
export const draftKeptMs = 24 * 3_600_000;

export interface AnnouncementRow {
  readonly id: number;
  readonly text: string;
  readonly createdAt: number;
}

/** How many notices of an announcement are in a state, apart from those of chats that are gone. */
export interface NoticeStateRow {
  readonly state: string;
  readonly is_gone: number | boolean;
  readonly n: number;
}

export function toProgress(
  { id, text, createdAt }: AnnouncementRow,
  states: readonly NoticeStateRow[],
): AnnouncementProgress {
  const of = (state: string, isGone = false) =>
    states.find((row) => row.state === state && Boolean(row.is_gone) === isGone)?.n ?? 0;
  return {
    id,
    text,
    announcedAt: new Date(createdAt),
    sent: of('sent'),
    pending: of('pending'),
    gone: of('pending', true),
    failed: of('failed'),
  };
}
