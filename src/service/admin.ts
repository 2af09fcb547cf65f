import { hideSecrets } from '../domain/secrets.js';
import type {
  AdminCounts,
  AdminStore,
  AnnouncementProgress,
  AnnouncementStore,
  FailedDelivery,
  IngestStore,
  QueueState,
  RejectedPost,
  RetryResult,
  SourceState,
} from '../ports.js';

/** What an administrator sees and does. Everybody who calls it has been checked by `isAdmin`. */
export interface Admin {
  readonly adminIds: readonly number[];
  isAdmin(userId: number): boolean;
  /** Numbers of the last minute, those of the queue of the last seconds. */
  overview(now: Date): Promise<Overview>;
  /** As configured. */
  listSources(): Promise<readonly (SourceState & { readonly key: string })[]>;
  /** Newest first; pages are counted from 0. */
  listRejected(page: number): Promise<{ readonly items: readonly RejectedPost[]; readonly total: number }>;
  /** Deliveries that were given up, the newest first; `hasOlder` tells whether there are more behind them. */
  listFailed(beforeId?: number): Promise<{ readonly items: readonly FailedDelivery[]; readonly hasOlder: boolean }>;
  /** Queues again what was given up. */
  retry(deliveryId: number): Promise<RetryResult>;
  draft(text: string, adminId: number, now: Date): Promise<DraftResult>;
  /** To how many chats it goes; undefined: it was sent, dropped or replaced by a newer text. */
  send(announcementId: number, adminId: number, now: Date): Promise<number | undefined>;
  cancel(announcementId: number, adminId: number): Promise<boolean>;
  /** How many chats do not get it any more. */
  stop(announcementId: number): Promise<number>;
  listAnnouncements(): Promise<readonly AnnouncementProgress[]>;
}

export type Overview = AdminCounts & { readonly queue: QueueState; readonly countedAt: Date };

export type DraftResult =
  | { readonly kind: 'no-text' }
  | { readonly kind: 'too-long'; readonly chars: number; readonly most: number }
  | { readonly kind: 'draft'; readonly id: number; readonly text: string; readonly chats: number };

export interface AdminOptions {
  readonly admin: AdminStore;
  readonly announcements: AnnouncementStore;
  readonly ingest: IngestStore;
  readonly adminIds: readonly number[];
  /** Keys of the configured sources. */
  readonly sources: readonly string[];
  /** Something is owed to this chat; undefined: to all. */
  readonly onQueued: (chatId?: number) => void;
}

export const rejectedPerPage = 10;
const failedPerPage = 5;
/** UTF-16 units: with its last line it fits one message. */
const mostChars = 3_500;
const announcementsShown = 3;
const countsKeptMs = 60_000;
const queueKeptMs = 3_000;

export function createAdmin(options: AdminOptions): Admin {
  const { admin, announcements, ingest } = options;
  const adminIds = new Set(options.adminIds);
  const counts = kept(countsKeptMs, async (now) => ({ ...(await admin.count(now)), countedAt: now }));
  const queue = kept(queueKeptMs, () => admin.queue());
  return {
    adminIds: [...adminIds],
    isAdmin: (userId) => adminIds.has(userId),
    async overview(now) {
      return { ...(await counts(now)), queue: await queue(now) };
    },
    async listSources() {
      const states = options.sources.map(async (key) => {
        const state = await ingest.findSource(key);
        return { ...state, key: hideSecrets(key), lastError: state.lastError && hideSecrets(state.lastError) };
      });
      return Promise.all(states);
    },
    async listRejected(page) {
      const { items, total } = await admin.listRejected(page, rejectedPerPage);
      return { items: items.map((post) => ({ ...post, detail: hideSecrets(post.detail) })), total };
    },
    async listFailed(beforeId) {
      const items = await admin.listFailed(beforeId, failedPerPage + 1);
      const shown = items.slice(0, failedPerPage);
      return {
        items: shown.map((failed) => ({ ...failed, error: hideSecrets(failed.error) })),
        hasOlder: items.length > failedPerPage,
      };
    },
    async retry(deliveryId) {
      const result = await admin.retry(deliveryId);
      if (result.kind === 'queued') options.onQueued(result.chatId);
      return result;
    },
    async draft(typed, adminId, now) {
      const text = typed.trim();
      if (!text) return { kind: 'no-text' };
      if (text.length > mostChars) return { kind: 'too-long', chars: text.length, most: mostChars };
      return { kind: 'draft', text, ...(await announcements.draft(text, adminId, now)) };
    },
    async send(announcementId, adminId, now) {
      const queued = await announcements.send(announcementId, adminId, now);
      if (queued !== undefined) options.onQueued();
      return queued;
    },
    cancel: (announcementId, adminId) => announcements.cancel(announcementId, adminId),
    stop: (announcementId) => announcements.stop(announcementId),
    listAnnouncements: () => announcements.listNewest(announcementsShown),
  };
}

/** What `read` gave, for as long as it is fresh; those who ask while it is being read wait for the same. */
function kept<T>(keptMs: number, read: (now: Date) => Promise<T>): (now: Date) => Promise<T> {
  let last: { readonly at: number; readonly value: Promise<T> } | undefined;
  return (now) => {
    const age = last ? now.getTime() - last.at : Number.POSITIVE_INFINITY;
    if (last && age >= 0 && age < keptMs) return last.value;
    const reading = { at: now.getTime(), value: read(now) };
    last = reading;
    reading.value.catch(() => {
      // A failure is not kept.
      if (last === reading) last = undefined;
    });
    return reading.value;
  };
}
