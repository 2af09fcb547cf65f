import { type SQL, sql } from 'drizzle-orm';
import type { AskingCategory, Claim, ClaimedMessage } from '../../src/domain/delivery.js';
import { latestAhead } from '../../src/domain/delivery.js';
import type { DigestReason } from '../../src/domain/digest.js';
import type { ClaimRules } from '../../src/ports.js';
import {
  claimNotice,
  type DeliveryRow,
  type EditRow,
  type ForTarget,
  muted,
  type NoMessage,
  type OpenChat,
  type OwedRow,
  openChat,
  type PacedChatRow,
  type PartRow,
  type PushPlan,
  planPush,
  soonest,
  toArticle,
  toEdit,
  toFailed,
  whyNoEdit,
} from '../claim-rules.js';
import {
  all,
  arrayOf,
  clockMs,
  type Database,
  detailOf,
  inTransaction,
  run,
  type Transaction,
  textArrayOf,
} from './database.js';
import { describePostgresFault } from './fault.js';
import { nextNotices } from './notices.js';
import {
  archive,
  articleCategories,
  articles,
  categories,
  chatLeases,
  chats,
  deliveries,
  digests,
  edits,
  saved,
  subscriptions,
  targets,
  watchQueries,
  workers,
} from './schema.js';

/** When a chat is looked at again that another process has, or whose articles are still coming in there. */
const lookAgainMs = 1_000;
/** A round that goes on for longer holds nothing up any more. */
const longestRoundMs = 60_000;
/**
 * A round begins by the database's clock, and what it queues bears the time of the process that reads the sources: as far as
 * that may be behind, what was queued shortly before the round is held as well.
 */
const clockSlackMs = 5_000;

/** What all claims of one call have in common. */
interface Moment {
  readonly now: Date;
  readonly rules: ClaimRules;
  readonly asOfRevision: number;
  /** What was queued from here on waits: for the end of a round in any process, and in this one. */
  readonly before: number;
  readonly beforeHere: number;
}

/**
 * Takes up the next message of each chat: the rules say which (`planPush`), this finds what they ask about, for all chats in
 * one statement each, and notes digests. A chat whose message was taken up is leased to `workerId`, so that no other process
 * that finds it takes it up as well; one that another, living process has leased has to wait.
 */
export function createClaimer(
  db: Database,
  workerId: string,
): (chatIds: readonly number[], now: Date, rules: ClaimRules) => Promise<readonly Claim[]> {
  const claimTogether = (chatIds: readonly number[], now: Date, rules: ClaimRules) =>
    inTransaction(db, (tx) => claimChats(tx, workerId, chatIds, now, rules));

  return async (chatIds, now, rules) => {
    if (chatIds.length === 0) return [];
    try {
      return await claimTogether(chatIds, now, rules);
    } catch (error) {
      const failed = toFailedHere(error);
      if (chatIds.length === 1) return [failed];
    }
    // What cannot be read of one chat must not keep the others.
    const claims: Claim[] = [];
    for (const chatId of chatIds) {
      const mostEdits = rules.mostEdits - claims.filter(isEdit).length;
      const claim = await claimTogether([chatId], now, { ...rules, mostEdits }).catch((error) => [toFailedHere(error)]);
      claims.push(...claim);
    }
    return claims;
  };
}

function toFailedHere(error: unknown): Claim {
  const failed = toFailed(error, describePostgresFault);
  return failed.kind === 'failed' && !failed.isDamage ? { ...failed, error: detailOf(error) } : failed;
}

const isEdit = (claim: Claim) => claim.kind === 'message' && claim.message.kind === 'edit';

/** What is stored of one chat may mean nothing: then only that one fails. */
function attempt<T>(work: () => T): T | Claim {
  try {
    return work();
  } catch (error) {
    return toFailedHere(error);
  }
}

async function claimChats(
  tx: Transaction,
  workerId: string,
  chatIds: readonly number[],
  now: Date,
  rules: ClaimRules,
): Promise<readonly Claim[]> {
  const locked = await lockChats(tx, chatIds);
  // Read behind the locks: what another process noted before it let go of them is seen.
  const rows = await readChats(tx, workerId, chatIds);
  const moment = toMoment(rows[0], now, rules);
  const byId = new Map(rows.map((row) => [row.id, row]));
  const claims = new Map<number, Claim>();
  const opened: OpenChat[] = [];
  for (const chatId of chatIds) {
    const row = byId.get(chatId);
    const isTaken = row && (row.is_elsewhere || !locked.has(chatId));
    const look = attempt(() => (isTaken ? lookAgain(now) : openChat(chatId, row, { ...moment, ...rules })));
    if (look.kind === 'open') opened.push(look);
    else claims.set(chatId, look);
  }
  const pushes = await claimPushes(tx, opened, moment);
  for (const [chatId, push] of pushes) claims.set(chatId, push);
  for (const [chatId, other] of await claimOthers(tx, opened, pushes, moment)) claims.set(chatId, other);
  const isMessage = (chatId: number) => claims.get(chatId)?.kind === 'message';
  await noteLeases(
    tx,
    workerId,
    rows.filter(({ id, is_ours }) => !is_ours && isMessage(id)),
    rows.filter(({ id, is_ours }) => is_ours && !isMessage(id) && locked.has(id)),
  );
  return chatIds.map((chatId) => claims.get(chatId) ?? { kind: 'nothing' });
}

const lookAgain = (now: Date) => ({ kind: 'wait', until: new Date(now.getTime() + lookAgainMs) }) as const;

/** Those that nobody else is at just now. Nobody changes what they chose, or gives up what they are owed, until we are through. */
async function lockChats(tx: Transaction, chatIds: readonly number[]): Promise<ReadonlySet<number>> {
  const rows = await all<{ id: number }>(
    tx,
    sql`SELECT id FROM ${chats} WHERE id = ANY(${arrayOf(chatIds)}) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED`,
  );
  return new Set(rows.map(({ id }) => id));
}

interface ClaimRow extends PacedChatRow {
  readonly id: number;
  /** Its message was taken up by this process, or by another one that lives. */
  readonly is_ours: boolean;
  readonly is_elsewhere: boolean;
  /** The same in every row. */
  readonly revision: number;
  readonly backlog_until: number | null;
  readonly round_since: number | null;
}

/** Chats, who has them, and what the other processes say. */
function readChats(tx: Transaction, workerId: string, chatIds: readonly number[]): Promise<readonly ClaimRow[]> {
  return all(
    tx,
    sql`SELECT c.*, a.revision, a.backlog_until, r.round_since, coalesce(l.worker = ${workerId}, false) AS is_ours,
        coalesce(l.worker <> ${workerId} AND EXISTS (
          SELECT 1 FROM ${workers} w WHERE w.id = l.worker AND w.alive_until > ${clockMs}), false) AS is_elsewhere
      FROM ${chats} c LEFT JOIN ${chatLeases} l ON l.chat_id = c.id
      CROSS JOIN (SELECT revision, backlog_until FROM ${archive} WHERE id = 1) a
      CROSS JOIN (SELECT min(round_since) AS round_since FROM ${workers}
        WHERE alive_until > ${clockMs} AND round_since > ${clockMs} - ${longestRoundMs}) r
      WHERE c.id = ANY(${arrayOf(chatIds)})`,
  );
}

function toMoment(row: ClaimRow | undefined, now: Date, rules: ClaimRules): Moment {
  const noted = row?.backlog_until ?? 0;
  const backlogUntil = Math.max(noted, rules.backlogUntil?.getTime() ?? 0);
  const beforeHere = rules.queuedBefore?.getTime() ?? Number.MAX_SAFE_INTEGER;
  const round = row?.round_since ?? undefined;
  return {
    now,
    rules: { ...rules, backlogUntil: backlogUntil > 0 ? new Date(backlogUntil) : undefined },
    asOfRevision: row?.revision ?? 0,
    before: round === undefined ? beforeHere : Math.min(beforeHere, round - clockSlackMs),
    beforeHere,
  };
}

/** As `hasCome` has it, of a row `d` of deliveries. */
function hasCome({ now }: Moment): SQL {
  return sql`(d.next_attempt_at <= ${now.getTime()} OR d.next_attempt_at > ${latestAhead(now, 'message')})`;
}

function isDue(moment: Moment): SQL {
  return sql`(${hasCome(moment)} AND d.created_at < ${moment.before})`;
}

async function claimPushes(
  tx: Transaction,
  opened: readonly OpenChat[],
  moment: Moment,
): Promise<ReadonlyMap<number, Claim>> {
  if (opened.length === 0) return new Map();
  const owed = await readOwed(tx, opened, moment);
  const parts = await readParts(tx, owed, moment);
  const plans = opened.map((each) => {
    const { chatId } = each.chat;
    const own = owed.filter(({ chat_id }) => chat_id === chatId);
    const findPart = ({ topicId }: ForTarget) =>
      parts.find(({ chat_id, topic_id }) => chat_id === chatId && topic_id === topicId);
    return { each, plan: attempt(() => planPush(each, own, moment.now, moment.rules, findPart)) };
  });
  const articleOf = await findArticles(
    tx,
    plans.flatMap(({ plan }) => (plan.kind === 'article' ? [plan] : [])),
    moment,
  );
  const digestOf = await openDigests(
    tx,
    plans.flatMap(({ plan }) => (plan.kind === 'digest' ? [plan] : [])),
    moment,
  );
  const toClaim = (each: OpenChat, plan: PushPlan | Claim): Claim => {
    const isFound = plan.kind === 'article' || plan.kind === 'digest';
    const message = isFound ? (articleOf.get(each.chat.chatId) ?? digestOf.get(each.chat.chatId)) : undefined;
    if (message) return muted(message, each);
    // Articles that are removed take what is owed of them along, whoever is at the chat.
    return isFound ? { kind: 'wait', until: moment.now } : plan.kind === 'message' ? muted(plan.message, each) : plan;
  };
  return new Map(plans.map(({ each, plan }) => [each.chat.chatId, toClaim(each, plan)]));
}

type OfTarget<T> = T & { readonly chat_id: number; readonly topic_id: number };

/** All that the chats are owed, by topic, the topic that waits longest first. By `deliveries_pending`. */
function readOwed(tx: Transaction, opened: readonly OpenChat[], moment: Moment): Promise<readonly OfTarget<OwedRow>[]> {
  const { now, before, beforeHere } = moment;
  // What is held back by another process's round only comes when that is over, and nobody here is told.
  const isHeldThere = sql`d.created_at >= ${before} AND d.created_at < ${beforeHere}`;
  return all(
    tx,
    sql`SELECT d.chat_id, d.topic_id,
        count(*) FILTER (WHERE is_due) AS count,
        min(d.created_at) FILTER (WHERE is_due) AS oldest,
        min(d.id) FILTER (WHERE is_due) AS first_id,
        max(d.digest_id) FILTER (WHERE is_due) AS digest_id,
        max(d.attempts) FILTER (WHERE is_due) AS attempts,
        least(min(d.next_attempt_at) FILTER (WHERE NOT has_come AND d.created_at < ${before}),
          min(${lookAgain(now).until.getTime()}::bigint) FILTER (WHERE is_held_there)) AS next_at,
        t.digested_at, t.digested_before_at
      FROM (SELECT d.*, ${hasCome(moment)} AS has_come, ${isDue(moment)} AS is_due, ${isHeldThere} AS is_held_there
        FROM ${deliveries} d WHERE d.chat_id = ANY(${chatIdsOf(opened)}) AND d.state = 'pending') d
      LEFT JOIN ${targets} t ON t.chat_id = d.chat_id AND t.topic_id = d.topic_id
      GROUP BY d.chat_id, d.topic_id, t.digested_at, t.digested_before_at ORDER BY first_id`,
  );
}

const chatIdsOf = (opened: readonly OpenChat[]) => arrayOf(opened.map(({ chat }) => chat.chatId));

/** Of every target, the first part of a digest that was refused as a whole. */
async function readParts(
  tx: Transaction,
  owed: readonly OfTarget<OwedRow>[],
  moment: Moment,
): Promise<readonly OfTarget<PartRow>[]> {
  const tried = owed.flatMap(({ chat_id, digest_id }) => (digest_id === null ? [] : [chat_id]));
  if (tried.length === 0) return [];
  return all(
    tx,
    sql`SELECT DISTINCT ON (d.chat_id, d.topic_id) d.chat_id, d.topic_id, g.id, count(*) AS count,
        min(d.id) AS first_id, g.reason, max(d.attempts) AS attempts
      FROM ${deliveries} d JOIN ${digests} g ON g.id = d.digest_id
      WHERE d.chat_id = ANY(${arrayOf(tried)}) AND d.state = 'pending' AND ${hasCome(moment)} AND g.is_part
      GROUP BY d.chat_id, d.topic_id, g.id ORDER BY d.chat_id, d.topic_id, g.id`,
  );
}

type ArticlePlan = Extract<PushPlan, { kind: 'article' }>;
type DigestPlan = Extract<PushPlan, { kind: 'digest' }>;

/** The article that is planned for each chat. */
async function findArticles(
  tx: Transaction,
  plans: readonly ArticlePlan[],
  moment: Moment,
): Promise<ReadonlyMap<number, ClaimedMessage>> {
  if (plans.length === 0) return new Map();
  const oldest = await findOldest(
    tx,
    plans.filter(({ deliveryId }) => deliveryId === undefined),
    moment,
  );
  const ids = plans.flatMap(({ target, deliveryId }) => deliveryId ?? oldest.get(target.chatId) ?? []);
  const rows = await all<DeliveryRow & AskingRow & { readonly id: number }>(
    tx,
    sql`SELECT d.id, d.chat_id, d.topic_id, d.article_id, d.story_id, d.attempts, d.created_at, d.query_id,
        q.text AS keywords, asking.id AS asking_id, asking.name AS asking_name
      FROM ${deliveries} d LEFT JOIN ${watchQueries} q ON q.id = d.query_id ${joinAsking(sql`d.chat_id`)}
      WHERE d.id = ANY(${arrayOf(ids)})`,
  );
  const byChat = new Map(rows.map((row) => [row.chat_id, row]));
  return new Map(
    plans.flatMap((plan) => {
      const row = byChat.get(plan.target.chatId);
      return row ? [[row.chat_id, toArticle(plan, row.id, row, toAsking(row))]] : [];
    }),
  );
}

/** Of the few that are due to each target, the one that was published first. */
async function findOldest(
  tx: Transaction,
  plans: readonly ArticlePlan[],
  moment: Moment,
): Promise<ReadonlyMap<number, number>> {
  if (plans.length === 0) return new Map();
  const rows = await all<{ chat_id: number; id: number }>(
    tx,
    sql`SELECT t.chat_id, o.id FROM ${unnestTargets(plans)} CROSS JOIN LATERAL (
        SELECT d.id FROM ${deliveries} d JOIN ${articles} a ON a.id = d.article_id
        WHERE d.chat_id = t.chat_id AND d.topic_id = t.topic_id AND d.state = 'pending' AND ${isDue(moment)}
        ORDER BY a.order_at, d.id LIMIT 1) o`,
  );
  return new Map(rows.map(({ chat_id, id }) => [chat_id, id]));
}

function unnestTargets(plans: readonly { readonly target: ForTarget }[]): SQL {
  const chatIds = arrayOf(plans.map(({ target }) => target.chatId));
  const topicIds = arrayOf(plans.map(({ target }) => target.topicId));
  return sql`unnest(${chatIds}, ${topicIds}) AS t(chat_id, topic_id)`;
}

interface AskingRow {
  readonly asking_id: number | null;
  readonly asking_name: string | null;
}

/**
 * The category that a delivery `d` of a chat was asked for by, when it is named (`namesCategory`): of several, the one that
 * bears the medium's name, because readers know the article by it. `q`: the query that asked, if any.
 */
function joinAsking(chatId: SQL): SQL {
  return sql`LEFT JOIN LATERAL (
    SELECT k.id, k.name FROM ${chats} c
    JOIN ${subscriptions} s ON s.chat_id = c.id AND s.topic_id = d.topic_id
    JOIN ${articleCategories} ac ON ac.article_id = d.article_id AND ac.category_id = s.category_id
    JOIN ${categories} k ON k.id = ac.category_id
    JOIN ${articles} a ON a.id = d.article_id
    WHERE c.id = ${chatId} AND c.type = 'private' AND q.text IS NULL
    ORDER BY k.name IS NOT DISTINCT FROM a.medium DESC, k.id LIMIT 1) asking ON true`;
}

function toAsking({ asking_id: id, asking_name: name }: AskingRow): AskingCategory | undefined {
  return id === null || name === null ? undefined : { id, name };
}

/** All that is due to each target becomes one digest. */
async function openDigests(
  tx: Transaction,
  plans: readonly DigestPlan[],
  moment: Moment,
): Promise<ReadonlyMap<number, ClaimedMessage>> {
  if (plans.length === 0) return new Map();
  const ids = new Map<number, number>();
  const known = plans.filter(({ knownId }) => knownId !== undefined);
  for (const { target, knownId } of known) ids.set(target.chatId, knownId ?? 0);
  await renewDigests(tx, known);
  const fresh = plans.filter(({ knownId }) => knownId === undefined);
  for (const { chat_id, id } of await addDigests(tx, fresh, moment.now)) ids.set(chat_id, id);
  const counts = await fillDigests(tx, plans, ids, moment);
  return new Map(
    plans.flatMap(({ target, attempts, reason, silent }) => {
      const digestId = ids.get(target.chatId) ?? 0;
      const count = counts.get(digestId);
      if (!count) return [];
      return [[target.chatId, { kind: 'digest', ...target, digestId, attempts, count, reason, silent } as const]];
    }),
  );
}

const reasonsOf = (plans: readonly { readonly reason: DigestReason }[]) =>
  textArrayOf(plans.map(({ reason }) => reason));

/** They may be sent for another reason than when they were tried. */
async function renewDigests(tx: Transaction, plans: readonly DigestPlan[]): Promise<void> {
  if (plans.length === 0) return;
  const ids = arrayOf(plans.flatMap(({ knownId }) => knownId ?? []));
  await run(
    tx,
    sql`UPDATE ${digests} g SET reason = u.reason FROM unnest(${ids}, ${reasonsOf(plans)}) AS u(id, reason)
      WHERE g.id = u.id AND g.reason <> u.reason`,
  );
}

async function addDigests(
  tx: Transaction,
  plans: readonly DigestPlan[],
  now: Date,
): Promise<readonly { readonly chat_id: number; readonly id: number }[]> {
  if (plans.length === 0) return [];
  const chatIds = arrayOf(plans.map(({ target }) => target.chatId));
  const topicIds = arrayOf(plans.map(({ target }) => target.topicId));
  return all(
    tx,
    sql`INSERT INTO ${digests} (chat_id, topic_id, reason, created_at)
      SELECT u.chat_id, u.topic_id, u.reason, ${now.getTime()}
      FROM unnest(${chatIds}, ${topicIds}, ${reasonsOf(plans)}) AS u(chat_id, topic_id, reason)
      RETURNING chat_id, id`,
  );
}

/** Gives how many articles each digest holds. */
async function fillDigests(
  tx: Transaction,
  plans: readonly DigestPlan[],
  ids: ReadonlyMap<number, number>,
  moment: Moment,
): Promise<ReadonlyMap<number, number>> {
  const chatIds = arrayOf(plans.map(({ target }) => target.chatId));
  const topicIds = arrayOf(plans.map(({ target }) => target.topicId));
  const digestIds = arrayOf(plans.map(({ target }) => ids.get(target.chatId) ?? 0));
  const rows = await all<{ digest_id: number; count: number }>(
    tx,
    sql`WITH due AS (
        SELECT d.id, d.digest_id AS was_in, u.digest_id
        FROM unnest(${chatIds}, ${topicIds}, ${digestIds}) AS u(chat_id, topic_id, digest_id)
        JOIN ${deliveries} d ON d.chat_id = u.chat_id AND d.topic_id = u.topic_id
        WHERE d.state = 'pending' AND ${isDue(moment)}),
      filled AS (
        UPDATE ${deliveries} d SET digest_id = due.digest_id FROM due
        WHERE d.id = due.id AND due.was_in IS DISTINCT FROM due.digest_id)
      SELECT digest_id, count(*) AS count FROM due GROUP BY digest_id`,
  );
  return new Map(rows.map(({ digest_id, count }) => [digest_id, count]));
}

/** A notice or a correction, for the chats that get no push now. */
async function claimOthers(
  tx: Transaction,
  opened: readonly OpenChat[],
  pushes: ReadonlyMap<number, Claim>,
  { now, rules }: Moment,
): Promise<ReadonlyMap<number, Claim>> {
  const free = opened.flatMap((each) => {
    const push = pushes.get(each.chat.chatId);
    return push?.kind === 'wait' || push?.kind === 'nothing' ? [{ each, push }] : [];
  });
  if (free.length === 0) return new Map();
  const chatIds = free.map(({ each }) => each.chat.chatId);
  const notices = await nextNotices(tx, chatIds);
  const corrections = await nextEdits(tx, chatIds);
  const dropped: number[] = [];
  let editsLeft = rules.mostEdits;
  const claimEdit = ({ chat }: OpenChat): Exclude<Claim, { kind: 'failed' }> => {
    const row = corrections.get(chat.chatId);
    const none = whyNoEdit(row, now, editsLeft > 0);
    if (none || !row) return none ?? { kind: 'nothing' };
    const message = toEdit(chat, row, () => toAsking(row));
    if (message) editsLeft -= 1;
    else dropped.push(row.id);
    return message ? { kind: 'message', message } : { kind: 'wait', until: now };
  };
  const claimOther = (each: OpenChat, push: NoMessage): Claim => {
    const notice = claimNotice(each, notices.get(each.chat.chatId), now);
    if (notice.kind === 'message') return notice;
    const edit = claimEdit(each);
    return edit.kind === 'message' ? edit : soonest([push, notice, edit]);
  };
  const claims = new Map(free.map(({ each, push }) => [each.chat.chatId, attempt(() => claimOther(each, push))]));
  if (dropped.length > 0) await run(tx, sql`DELETE FROM ${edits} WHERE id = ANY(${arrayOf(dropped)})`);
  return claims;
}

/** The next correction of each chat that has one. By `edits_chat`. */
async function nextEdits(
  tx: Transaction,
  chatIds: readonly number[],
): Promise<ReadonlyMap<number, EditRow & AskingRow>> {
  const rows = await all<EditRow & AskingRow>(
    tx,
    sql`SELECT e.id, e.attempts, e.next_attempt_at, e.digest_id, g.shown_page, g.message_id AS digest_message_id,
        e.chat_id, d.topic_id, d.article_id, d.message_id, d.query_id, q.text AS keywords,
        EXISTS (SELECT 1 FROM ${saved} s WHERE s.chat_id = e.chat_id AND s.article_id = d.article_id) AS is_saved,
        asking.id AS asking_id, asking.name AS asking_name
      FROM (SELECT DISTINCT ON (chat_id) * FROM ${edits} WHERE chat_id = ANY(${arrayOf(chatIds)})
        ORDER BY chat_id, next_attempt_at, id) e
      LEFT JOIN ${digests} g ON g.id = e.digest_id
      LEFT JOIN ${deliveries} d ON d.id = e.delivery_id
      LEFT JOIN ${watchQueries} q ON q.id = d.query_id ${joinAsking(sql`e.chat_id`)}`,
  );
  return new Map(rows.map((row) => [row.chat_id, row]));
}

async function noteLeases(
  tx: Transaction,
  workerId: string,
  taken: readonly ClaimRow[],
  left: readonly ClaimRow[],
): Promise<void> {
  if (left.length > 0) {
    const chatIds = arrayOf(left.map(({ id }) => id));
    await run(tx, sql`DELETE FROM ${chatLeases} WHERE chat_id = ANY(${chatIds}) AND worker = ${workerId}`);
  }
  if (taken.length === 0) return;
  await run(
    tx,
    sql`INSERT INTO ${chatLeases} (chat_id, worker) SELECT u.id, ${workerId}
      FROM unnest(${arrayOf(taken.map(({ id }) => id))}) AS u(id)
      ON CONFLICT (chat_id) DO UPDATE SET worker = excluded.worker`,
  );
}
