import { truncate } from '../../src/domain/text.js';
import type { DeliveryFate } from '../../src/ports.js';
import type { FilteredArticle, WhyAnswer } from '../../src/service/why.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html, joinHtml } from '../html.js';
import { holdOf, timeIn } from '../pace-lines.js';

/** Twenty lines of two titles each have to fit one message of 4,096. */
const maxTitleChars = 36;
const maxMediumChars = 20;
const maxErrorChars = 60;
/** A Chinese character is one unit; what takes more is cut sooner. */
const unitsPerTitle = 60;
const maxToldChars = 110;
const unitsPerTold = 120;

export const whyCommand: BotCommand = {
  name: 'why',
  words: [],
  // 为什么 养老金 上调 is a search.
  wordsAlone: ['为什么', '為什麼'],
  changesSettings: false,
  async run(chat) {
    const answer = await chat.services.why.explain(chat.target, chat.now);
    const { fates, filtered } = answer;
    const { why } = chat.t;
    const pushed = fates.map((fate) => line(fate.article.title, tellFate(chat, fate, answer)));
    const kept = filtered.map((each) => line(each.article.title, tellFilter(chat, each)));
    const parts = [
      ...(fates.length > 0 ? [html`${why.title}\n${joinHtml(pushed, '\n')}`] : []),
      ...(kept.length > 0 ? [html`${why.filteredTitle}\n${joinHtml(kept, '\n')}`] : []),
    ];
    await chat.reply(parts.length > 0 ? joinHtml(parts, '\n\n') : why.nothing);
  },
};

function line(title: string, told: string): Html {
  return html`· ${truncate(title, maxTitleChars, unitsPerTitle)} — <i>${truncate(told, maxToldChars, unitsPerTold)}</i>`;
}

function tellFate(chat: Conversation, { fate, queuedAt }: DeliveryFate, answer: WhyAnswer): string {
  const { why } = chat.t;
  const at = (time: Date | undefined) => timeIn(chat, time ?? queuedAt, answer.timeZone);
  const error = (text: string | undefined) => truncate(text ?? why.unknown, maxErrorChars);
  switch (fate.kind) {
    case 'sent':
      return fate.inDigest ? why.sentInDigest(at(fate.at)) : why.sent(at(fate.at));
    case 'pending': {
      const isRetried = fate.retryAt && fate.retryAt > chat.now;
      if (isRetried) return why.retry(at(fate.retryAt), error(fate.lastError));
      return holdOf(chat, answer.expected, answer.timeZone);
    }
    case 'merged': {
      if (!fate.into) return why.mergedIntoNone;
      const medium = truncate(fate.into.medium ?? why.unknown, maxMediumChars);
      return why.merged(truncate(fate.into.title, maxTitleChars, unitsPerTitle), medium);
    }
    case 'failed':
      return why.failed(at(fate.at), error(fate.error));
    case 'expired':
      return why.expired;
  }
}

function tellFilter({ t }: Conversation, { because }: FilteredArticle): string {
  if (because.kind === 'has') return t.why.has(because.word);
  return t.why.lacks(because.words.map(t.quoted).join(t.or));
}
