import type { PageRequest } from '../../src/ports.js';
import type { LatestPage } from '../../src/service/browse.js';
import { articleButtons, pageButtons, parsePlace, renderArticleLines } from '../article-list.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { type Html, html } from '../html.js';
import { offerNames } from './subscribe.js';

const defaultCount = 5;
const mostAtOnce = 20;

export const latestCommand: BotCommand = {
  name: 'latest',
  words: ['最新', '最新文章'],
  changesSettings: false,
  async run(chat, argument) {
    const { name, count } = splitCount(argument);
    if (!name) return showLatest(chat, undefined, { limit: count });
    const resolution = await chat.services.browse.resolve(name);
    if (resolution.kind !== 'one') return offerNames(chat, [{ ...resolution, name }], 'lat');
    await showLatest(chat, resolution.category.id, { limit: count });
  },
  buttons: {
    lat: {
      changesSettings: false,
      async press(chat, [categoryId, place, count]) {
        const from = parsePlace(place);
        if (place && !from) return chat.notice(chat.t.staleButton);
        const limit = clampCount(Number(count ?? defaultCount));
        await showLatest(chat, categoryId ? Number(categoryId) : undefined, { limit, from });
      },
    },
  },
};

/** `中国劳动保障报 10`: a number behind the name is how many; a name can end in one, so only after a space. */
function splitCount(argument: string): { name: string; count: number } {
  const match = /^(?<name>.*?)(?:^|\s)(?<count>\d{1,9})$/su.exec(argument.trim().normalize('NFKC'));
  if (!match?.groups) return { name: argument.trim(), count: defaultCount };
  const count = clampCount(Number(match.groups.count));
  return { name: (match.groups.name ?? '').trim(), count };
}

/** What a user or a button asks for, within bounds: button data can be forged. */
function clampCount(count: number): number {
  return Number.isInteger(count) ? Math.min(Math.max(1, count), mostAtOnce) : defaultCount;
}

async function showLatest(chat: Conversation, categoryId: number | undefined, page: PageRequest): Promise<void> {
  const latest = await chat.services.browse.latest(chat.target, categoryId, page);
  if (!latest) return chat.notice(chat.t.staleButton);
  await chat.notice();
  const { items } = latest;
  if (items.length === 0)
    return chat.show(html`${titleOf(chat, latest)}\n${page.from ? html`${chat.t.noMore}` : chat.t.noArticles}`);
  const turn = pageButtons(latest, `lat:${categoryId ?? ''}`, chat.render).map((button) =>
    'data' in button && page.limit !== defaultCount ? { ...button, data: `${button.data}:${page.limit}` } : button,
  );
  await chat.show(html`${titleOf(chat, latest)}\n${renderArticleLines(items, chat.render)}`, [
    ...articleButtons(items),
    turn,
  ]);
}

function titleOf({ t }: Conversation, { scope }: LatestPage): Html {
  switch (scope.kind) {
    case 'everything':
      return t.latestEverything;
    case 'subscriptions':
      return t.latestSubscriptions;
    case 'category':
      return t.latestCategory(scope.category.name);
  }
}
