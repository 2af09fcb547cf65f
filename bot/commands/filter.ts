import { everySubscription, type Filter } from '../../src/domain/filter.js';
import { truncate } from '../../src/domain/text.js';
import type { Count, FilterAnswer, FilterScope, Unscoped } from '../../src/service/filter.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html, joinHtml } from '../html.js';
import { inRows } from '../keyboard.js';
import type { Locale } from '../locale/index.js';
import { isOff } from '../times-of-day.js';
import { offerNames } from './subscribe.js';

/** All the words that a filter can have fit into a message; in a list, their beginning has to do. */
const maxRuleChars = 700;
const maxListedRuleChars = 60;
const maxListed = 20;
const maxNameChars = 24;
const maxButtonChars = 16;
/** A word, quoted back. */
const maxWordChars = 30;

export const filterCommand: BotCommand = {
  name: 'filter',
  words: ['过滤'],
  changesSettings: true,
  async run(chat, text) {
    if (!text.trim()) return listFilters(chat);
    const named = /^(?<name>[\s\S]*\S)\s+(?<last>\S+)$/u.exec(text.trim())?.groups;
    if (named?.name && isOff(named.last ?? '')) return removeFilter(chat, named.name);
    await showAnswer(chat, await chat.services.filters.apply(chat.target, text, chat.now));
  },
  buttons: {
    /** A name that was chosen from several, for the words that were typed with it. */
    fil: {
      changesSettings: true,
      async press(chat, [id, wordsId]) {
        const answer = await chat.services.filters.applyById(chat.target, Number(id), Number(wordsId), chat.now);
        if (!answer) return chat.notice(chat.t.staleButton);
        await chat.notice();
        await showAnswer(chat, answer);
      },
    },
    unf: {
      changesSettings: true,
      async press(chat, [id]) {
        const { scope, was } = await chat.services.filters.removeById(chat.target, Number(id));
        if (!was) return chat.notice(chat.t.staleButton);
        await chat.notice();
        await chat.reply(chat.t.unfiltered(nameOf(chat, scope)));
      },
    },
  },
};

async function listFilters(chat: Conversation): Promise<void> {
  const { t } = chat;
  const all = await chat.services.filters.list(chat.target);
  if (all.length === 0) return chat.reply(t.filterUsage);
  const listed = all.slice(0, maxListed);
  const lines = listed.map(({ scope, filter }) => {
    const name = truncate(nameOf(chat, scope), maxNameChars, maxNameChars);
    return html`· ${t.filterOf(name, describe(t, filter, maxListedRuleChars))}`;
  });
  const more = all.length > maxListed ? [html`…`] : [];
  const buttons = listed.map(({ scope }) => removeButton(chat, scope));
  await chat.reply(
    html`${t.filtersTitle(all.length)}\n${joinHtml([...lines, ...more], '\n')}\n\n${t.filterUsage}`,
    inRows(buttons, 2),
  );
}

async function removeFilter(chat: Conversation, name: string): Promise<void> {
  const removal = await chat.services.filters.remove(chat.target, name);
  if (removal.kind !== 'removed') return explainName(chat, removal, 'unf');
  const shown = nameOf(chat, removal.scope);
  await chat.reply(removal.was ? chat.t.unfiltered(shown) : chat.t.noFilter(shown));
}

async function showAnswer(chat: Conversation, answer: FilterAnswer): Promise<void> {
  const { t } = chat;
  switch (answer.kind) {
    case 'no-name':
      return chat.reply(t.filterNoName);
    case 'no-words':
      return chat.reply(t.filterNoWords);
    case 'unsigned':
      return chat.reply(t.filterUnsigned(truncate(answer.word, maxWordChars)));
    case 'both':
      return chat.reply(t.filterContradicts(truncate(answer.word, maxWordChars)));
    case 'too-many':
      return chat.reply(t.filterTooMany(answer.most));
    case 'too-long':
      return chat.reply(t.filterTooLong(truncate(answer.word, maxWordChars), answer.mostChars));
    case 'not-subscribed':
    case 'unclear':
      return explainName(chat, answer, 'fil');
    case 'shown':
    case 'set':
      break;
  }
  const { scope, filter, general } = answer;
  const name = nameOf(chat, scope);
  const alsoHolds = general ? [t.filterGeneral(describe(t, general, maxListedRuleChars))] : [];
  if (!filter) return chat.reply(joinHtml([t.noFilter(name), ...alsoHolds, t.filterUsage], '\n'));
  const rule = describe(t, filter, maxRuleChars);
  const told =
    answer.kind === 'set'
      ? [t.filterSet(name, rule), ...alsoHolds, ...tellRecent(t, answer)]
      : [t.filterOf(name, rule), ...alsoHolds];
  await chat.reply(joinHtml(told, '\n'), [[removeButton(chat, scope)]]);
}

/** How much would have come, and what single characters are looked for in. */
function tellRecent(t: Locale, { recent, titlesOnly }: Extract<FilterAnswer, { kind: 'set' }>): readonly Html[] {
  const number = ({ count, isExact }: Count) => (isExact ? String(count) : `${count}+`);
  const counted = recent?.all.count === 0 ? t.filterRecentNothing : undefined;
  const told = recent && (counted ?? t.filterRecent(number(recent.passed), number(recent.all)));
  return [...(told ? [html`${told}`] : []), ...(titlesOnly ? [t.searchTitlesOnly] : [])];
}

/** The name is not that of a subscription: a press on one that is offered does what was asked for. */
async function explainName(chat: Conversation, unscoped: Unscoped, action: 'fil' | 'unf'): Promise<void> {
  const { t } = chat;
  if (unscoped.kind === 'unclear')
    return offerNames(chat, [unscoped.unresolved], action, action === 'fil' ? `:${unscoped.wordsId}` : '');
  const { id, name } = unscoped.category;
  await chat.reply(t.wasNotSubscribed(name), [[{ text: t.buttons.subscribe(name), data: `sub:${id}` }]]);
}

/** A filter in plain words. */
function describe(t: Locale, { included, excluded }: Filter, maxChars: number): Html {
  const list = (words: readonly string[]) => truncate(words.map(t.quoted).join(t.or), maxChars, maxChars);
  if (excluded.length === 0) return t.filterOnly(list(included));
  if (included.length === 0) return t.filterNever(list(excluded));
  return t.filterBoth(list(included), list(excluded));
}

function nameOf({ t }: Conversation, scope: FilterScope): string {
  return scope?.name ?? t.everySubscription;
}

function removeButton(chat: Conversation, scope: FilterScope) {
  return {
    text: chat.t.buttons.unfilter(truncate(nameOf(chat, scope), maxButtonChars)),
    data: `unf:${scope?.id ?? everySubscription}`,
  };
}
