import path from 'node:path';
import { truncate } from '../../src/domain/text.js';
import { type Overview, rejectedPerPage } from '../../src/service/admin.js';
import type { BotCommand, Conversation } from '../conversation.js';
import { formatCount } from '../counts.js';
import { formatTime } from '../dates.js';
import { type Html, html, joinHtml } from '../html.js';
import type { Button, Keyboard } from '../keyboard.js';

/** Of an administrator, in the private chat: `admin-commands.ts` sees to that. */
export const adminCommand: BotCommand = {
  name: 'admin',
  words: [],
  changesSettings: false,
  run: (chat) => showOverview(chat),
  buttons: {
    adm: {
      changesSettings: false,
      async press(chat, [page = '', ...fields]) {
        const show = pages.get(page);
        if (!show) return chat.notice(chat.t.staleButton);
        await show(chat, fields);
        await chat.notice();
      },
    },
  },
};

const pages: ReadonlyMap<string, (chat: Conversation, fields: readonly string[]) => Promise<void>> = new Map([
  ['all', (chat) => showOverview(chat)],
  ['src', (chat, [page]) => showSources(chat, toPage(page))],
  ['rej', (chat, [page]) => showRejected(chat, toPage(page))],
  ['fail', (chat, [before]) => showFailures(chat, toNumber(before))],
  ['try', (chat, [id, before]) => tryAgain(chat, Number(id), toNumber(before))],
  ['news', (chat) => showAnnouncements(chat)],
  ['stop', (chat, [id]) => stop(chat, Number(id))],
]);

const sourcesPerPage = 6;
const maxNameChars = 80;
const maxErrorChars = 200;
const maxPayloadChars = 100;
const maxAnnouncementChars = 40;

async function showOverview(chat: Conversation): Promise<void> {
  const overview = await chat.services.admin.overview(chat.now);
  await chat.show(renderOverview(chat, overview), withPages(chat, 'all', []));
}

function renderOverview(chat: Conversation, overview: Overview): Html {
  const { t } = chat;
  const { queue, deliveries } = overview;
  const total = overview.chats.reduce((sum, { active, gone }) => sum + active + gone, 0);
  const states = Object.entries(deliveries).map(([state, n]) => `${t.admin.states[state] ?? state} ${formatCount(n)}`);
  const oldest = queue.oldestQueuedAt;
  const lines = [
    t.admin.chats(formatCount(total)),
    ...overview.chats.map(
      ({ type, active, gone }) => `· ${t.admin.chatsOf(t.admin.chatTypes[type], formatCount(active), gone)}`,
    ),
    `· ${t.admin.pausedChats(formatCount(overview.paused))}`,
    t.admin.followed(formatCount(overview.subscriptions), formatCount(overview.watches)),
    t.admin.articles(
      formatCount(overview.articles),
      formatCount(overview.articlesOfDay),
      formatCount(overview.articlesOfWeek),
    ),
    t.admin.rejected(formatCount(overview.rejected)),
    t.admin.deliveries(states.join(t.listSeparator)),
    t.admin.queue(formatCount(queue.due), formatCount(queue.held)),
    ...(oldest ? [t.admin.oldest(renderAge(chat, chat.now.getTime() - oldest.getTime()))] : []),
    t.admin.waitingEdits(formatCount(queue.edits)),
    t.admin.waitingNotices(formatCount(queue.notices)),
  ].map((line) => html`${line}`);
  const asOf = html`<i>${t.admin.asOf(timeOf(chat, overview.countedAt))}</i>`;
  return joinHtml([t.admin.title, ...lines, asOf], '\n');
}

async function showSources(chat: Conversation, page: number): Promise<void> {
  const { t, services } = chat;
  const sources = await services.admin.listSources();
  const { shown, turn, place } = pageOf(chat, 'src', sources, page, sourcesPerPage);
  const lines = shown.map(({ key, lastReadAt, firstReadAt, lastError, nextTryAt }) => {
    const read = lastReadAt ? t.admin.lastRead(timeOf(chat, lastReadAt)) : t.admin.neverRead;
    const first = firstReadAt ? t.admin.firstReadDone : t.admin.firstReadOpen;
    const error = lastError ? html`\n${t.admin.lastError(brief(lastError, maxErrorChars))}` : html``;
    const next = nextTryAt && nextTryAt > chat.now ? html`\n${t.admin.nextTry(timeOf(chat, nextTryAt))}` : html``;
    return html`<code>${brief(key, maxNameChars)}</code>\n${read}${t.listSeparator}${first}${error}${next}`;
  });
  const list = lines.length > 0 ? joinHtml(lines, '\n\n') : html`${t.admin.noSources}`;
  await chat.show(html`${t.admin.sourcesTitle}${place}\n\n${list}`, withPages(chat, `src:${page}`, [turn]));
}

async function showRejected(chat: Conversation, asked: number): Promise<void> {
  const { t, services } = chat;
  const { items, total } = await services.admin.listRejected(asked);
  const { turn, place } = turnPages(chat, 'rej', asked, Math.ceil(total / rejectedPerPage));
  const lines = items.map(({ path: file, reason, detail, rejectedAt }) => {
    const name = brief(path.basename(file), maxNameChars);
    return html`<code>${name}</code> ${timeOf(chat, rejectedAt)}\n${reason}: ${brief(detail, maxErrorChars)}`;
  });
  const list = lines.length > 0 ? joinHtml(lines, '\n\n') : html`${t.admin.noRejected}`;
  const title = t.admin.rejectedTitle(formatCount(total));
  await chat.show(html`${title}${place}\n\n${list}`, withPages(chat, `rej:${asked}`, [turn]));
}

async function showFailures(chat: Conversation, beforeId: number | undefined): Promise<void> {
  const { t, services } = chat;
  const { items, hasOlder } = await services.admin.listFailed(beforeId);
  const lines = items.map(({ chatId, articleId, error, payload, failedAt }, index) => {
    const shown = payload ? html`\n<code>${brief(payload, maxPayloadChars)}</code>` : html``;
    const head = html`${index + 1}. ${timeOf(chat, failedAt)} ${t.admin.failure(chatId, articleId)}`;
    return html`${head}\n${brief(error, maxErrorChars)}${shown}`;
  });
  const list = lines.length > 0 ? joinHtml(lines, '\n\n') : html`${t.admin.noFailures}`;
  const last = items.at(-1);
  const again = items.map(({ id }, index) => ({
    text: t.admin.buttons.tryAgain(index + 1),
    data: `adm:try:${id}:${beforeId ?? ''}`,
  }));
  const turn = [
    ...(beforeId === undefined ? [] : [{ text: t.admin.buttons.newest, data: 'adm:fail' }]),
    ...(hasOlder && last ? [{ text: t.buttons.older, data: `adm:fail:${last.id}` }] : []),
  ];
  await chat.show(
    html`${t.admin.failuresTitle}\n\n${list}`,
    withPages(chat, `fail:${beforeId ?? ''}`, [again.slice(0, 3), again.slice(3), turn]),
  );
}

async function tryAgain(chat: Conversation, deliveryId: number, beforeId: number | undefined): Promise<void> {
  const { t, services } = chat;
  const { kind } = await services.admin.retry(deliveryId);
  const told = { queued: t.admin.queuedAgain, replaced: t.admin.reprintCame, 'not-failed': t.admin.notFailedAnyMore };
  await chat.notice(told[kind]);
  if (kind !== 'replaced') await showFailures(chat, beforeId);
}

async function showAnnouncements(chat: Conversation): Promise<void> {
  const { t, services } = chat;
  const announcements = await services.admin.listAnnouncements();
  const lines = announcements.map(({ id, text, announcedAt, sent, pending, gone, failed }) => {
    const progress = t.admin.announcementProgress(formatCount(sent), formatCount(pending), formatCount(failed));
    const away = gone > 0 ? `${t.listSeparator}${t.admin.announcementGone(formatCount(gone))}` : '';
    const opening = truncate(text.replace(/\s+/gu, ' '), maxAnnouncementChars);
    return html`<b>${id}</b> ${timeOf(chat, announcedAt)}\n${opening}\n${progress}${away}`;
  });
  const list = lines.length > 0 ? joinHtml(lines, '\n\n') : html`${t.admin.noAnnouncements}`;
  const stops = announcements
    .filter(({ pending, gone }) => pending + gone > 0)
    .map(({ id }) => [{ text: t.admin.buttons.stop(id), data: `adm:stop:${id}` }]);
  await chat.show(html`${t.admin.announcementsTitle}\n\n${list}`, withPages(chat, 'news', stops));
}

async function stop(chat: Conversation, announcementId: number): Promise<void> {
  const stopped = await chat.services.admin.stop(announcementId);
  await chat.notice(chat.t.admin.stopped(formatCount(stopped)));
  await showAnnouncements(chat);
}

/** The page's own buttons, and below them those of the panel: the other pages, and this one again. */
function withPages({ t }: Conversation, current: string, own: Keyboard): Keyboard {
  const { overview, sources, rejected, failures, announcements, refresh } = t.admin.buttons;
  return [
    ...own,
    [
      { text: overview, data: 'adm:all' },
      { text: sources, data: 'adm:src' },
      { text: rejected, data: 'adm:rej' },
    ],
    [
      { text: failures, data: 'adm:fail' },
      { text: announcements, data: 'adm:news' },
      { text: refresh, data: `adm:${current}` },
    ],
  ];
}

function pageOf<T>(chat: Conversation, name: string, items: readonly T[], page: number, perPage: number) {
  const shown = items.slice(page * perPage, (page + 1) * perPage);
  return { shown, ...turnPages(chat, name, page, Math.ceil(items.length / perPage)) };
}

/** Buttons to the pages beside this one, and where it stands. */
function turnPages({ t }: Conversation, name: string, page: number, pages: number) {
  const turn: Button[] = [];
  if (page > 0) turn.push({ text: t.buttons.previousPage, data: `adm:${name}:${page - 1}` });
  if (page < pages - 1) turn.push({ text: t.buttons.nextPage, data: `adm:${name}:${page + 1}` });
  return { turn, place: pages > 1 ? html` ${t.pageOf(page + 1, pages)}` : html`` };
}

/** Bounded in units of the message as well, so that a page of strange texts fits one. */
function brief(text: string, maxChars: number): string {
  return truncate(text, maxChars, maxChars);
}

function renderAge({ t }: Conversation, ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / 60_000));
  if (minutes < 120) return t.admin.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t.admin.hours(hours) : t.admin.days(Math.floor(hours / 24));
}

function timeOf({ render, now }: Conversation, time: Date): string {
  return formatTime(time, render.timeZone, render.language, now);
}

/** A page of button data, counted from 0. */
function toPage(text: string | undefined): number {
  return Math.max(0, toNumber(text) ?? 0);
}

function toNumber(text: string | undefined): number | undefined {
  return text && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}
