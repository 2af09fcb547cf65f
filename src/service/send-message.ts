import { type ClaimedMessage, nextAttempt, pauseAfterPushMs, type SendOutcome } from '../domain/delivery.js';
import type { Language } from '../domain/language.js';
import type { ArticleStore, ChatStore, ChatView, DeliveryStore, Log, MessageSender, Metrics } from '../ports.js';

/** What one message needs on its way from the outbox to a chat and back. */
export interface SendingOptions {
  readonly deliveries: DeliveryStore;
  readonly articles: ArticleStore;
  readonly chats: ChatStore;
  readonly sender: MessageSender;
  readonly now: () => Date;
  readonly defaultLanguage: Language;
  readonly timeZone: string;
  readonly metrics?: Pick<Metrics, 'pushed'> | undefined;
}

/** Articles on one page of a digest. */
export const digestPageSize = 10;
/** All sending waits this long after the server said that the token is wrong. */
export const unauthorisedPauseMs = 60_000;

/** Sends one message as it stands now. */
export async function sendOne(
  message: ClaimedMessage,
  onTurn: () => void,
  options: SendingOptions,
): Promise<SendOutcome> {
  const { articles, deliveries, sender } = options;
  const view = { ...viewOf(message, options), onTurn };
  switch (message.kind) {
    case 'article': {
      const article = await articles.find(message.articleId);
      return article ? sender.sendArticle(message, article, view) : { kind: 'refused', detail: 'article is gone' };
    }
    case 'digest': {
      const page = await deliveries.listDigest(message.digestId, 0, digestPageSize);
      return page ? sender.sendDigest(message, page, view) : { kind: 'dropped', detail: 'nothing is owed any more' };
    }
    case 'notice':
      return sender.sendNotice(message, view);
    case 'edit': {
      if (message.of.kind === 'digest') {
        const page = await deliveries.listDigest(message.of.digestId, message.of.page, digestPageSize);
        return page ? sender.editDigest(message, page, view) : { kind: 'dropped', detail: 'page is gone' };
      }
      const article = await articles.find(message.of.articleId);
      return article ? sender.editArticle(message, article, view) : { kind: 'dropped', detail: 'article is gone' };
    }
  }
}

function viewOf(message: ClaimedMessage, { defaultLanguage, timeZone }: SendingOptions): ChatView {
  const { script, detail } = message;
  return { language: message.language ?? defaultLanguage, timeZone: message.timeZone ?? timeZone, script, detail };
}

/** Writes down what became of a message, and does what follows from it. */
export async function recordOutcome(
  message: ClaimedMessage,
  outcome: SendOutcome,
  options: SendingOptions,
): Promise<void> {
  const { deliveries, chats, sender, now } = options;
  const { chatId } = message;
  const at = now();
  switch (outcome.kind) {
    case 'sent':
      return deliveries.complete(message, outcome.messageId, at);
    case 'dropped':
      // Only an edit has an end without a message; a digest without articles has nothing to record.
      return message.kind === 'edit' ? deliveries.complete(message, message.messageId, at) : undefined;
    case 'rate-limited':
      return deliveries.holdChat(chatId, new Date(at.getTime() + outcome.retryAfterSeconds * 1_000));
    case 'gone':
      return chats.markGone(chatId, at, message.claimedAt);
    case 'topic-gone': {
      if (message.kind === 'edit') return deliveries.complete(message, message.messageId, at);
      // A notice goes to the group itself, whose pushes may all be in its topics: it costs itself only.
      if (message.kind === 'notice') return deliveries.fail(message, { kind: 'dead', error: outcome.detail }, at);
      // Without a topic it is the chat that takes no messages.
      if (message.topicId === 0) return chats.markGone(chatId, at, message.claimedAt);
      const moved = await deliveries.moveTopicToChat(message);
      return moved ? sender.sendTopicGone(chatId, viewOf(message, options)) : undefined;
    }
    case 'migrated':
      return chats.migrate(chatId, outcome.toChatId, at);
    case 'postponed':
    case 'unauthorised':
      // Not the message's fault: it is as it was.
      return undefined;
    case 'transient': {
      const next = nextAttempt(message.attempts + 1, at, Math.random());
      const error = outcome.detail;
      return deliveries.fail(message, { kind: 'retry', error, at: next }, at);
    }
    case 'refused': {
      const { detail: error, payload } = outcome;
      const canSplit = message.kind === 'digest';
      return deliveries.fail(message, canSplit ? { kind: 'split', error } : { kind: 'dead', error, payload }, at);
    }
  }
}

/** Whether an outcome is recorded of the chat, or not at all: the message is as it was. */
export function leavesMessage({ kind }: SendOutcome): boolean {
  return kind !== 'sent' && kind !== 'transient' && kind !== 'refused';
}

/** Digests are not measured: most of them wait on purpose. */
export function measureOutcome(message: ClaimedMessage, outcome: SendOutcome, { metrics, now }: SendingOptions): void {
  if (message.kind !== 'article' || message.asDigest || outcome.kind !== 'sent') return;
  metrics?.pushed(Math.max(0, now().getTime() - message.queuedAt.getTime()));
}

/** When the chat's next message may go. Undefined: not until it speaks, or under its new number. */
export function nextLook({ chatType, kind }: ClaimedMessage, outcome: SendOutcome, now: Date): Date | undefined {
  const inMs = (ms: number) => new Date(now.getTime() + ms);
  switch (outcome.kind) {
    case 'gone':
    case 'migrated':
      return undefined;
    case 'rate-limited':
      return inMs(outcome.retryAfterSeconds * 1_000);
    case 'unauthorised':
      return inMs(unauthorisedPauseMs);
    case 'dropped':
      return inMs(kind === 'edit' ? pauseAfterPushMs(chatType) : 0);
    default:
      return inMs(pauseAfterPushMs(chatType));
  }
}

const sentEvents: Readonly<Record<ClaimedMessage['kind'], string>> = {
  article: 'pushed',
  digest: 'pushed',
  notice: 'announced',
  edit: 'corrected',
};

/** One line for each message. */
export function logOutcome(message: ClaimedMessage, outcome: SendOutcome, log: Log): void {
  const fields = { ...idsOf(message), outcome: outcome.kind };
  const detailed = { ...fields, detail: 'detail' in outcome ? outcome.detail : undefined };
  if (outcome.kind === 'sent') log.info(fields, sentEvents[message.kind]);
  else if (outcome.kind === 'refused') log.error(detailed, 'Telegram refuses a message');
  else log.warn(detailed, 'push not accepted');
}

/** What a line in the log says about a message. */
export function idsOf(message: ClaimedMessage): object {
  switch (message.kind) {
    case 'article':
      return { deliveryId: message.deliveryId, articleId: message.articleId };
    case 'digest':
      return { digestId: message.digestId };
    case 'notice':
      return { noticeId: message.noticeId };
    case 'edit':
      return { editId: message.editId };
  }
}
