import type { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addPeople, localIds, type People } from '../../../bot/local-chat/page/people.js';
import type { PageEvent, PageState } from '../../../bot/local-chat/page/protocol.js';
import { type PublishDesk, pageRoutes } from '../../../bot/local-chat/page/routes.js';
import { anArchive, BotHarness } from '../../support/start-bot.js';

let harness: BotHarness;
let people: People;
let routes: Hono;
let streams: AbortController;
const published: unknown[] = [];
let tellOfSample: () => void = () => {};

const desk: PublishDesk = {
  listCategories: async () => [{ name: '云溪日报', slug: 'yunxiribao' }],
  publish: async (post) => {
    published.push(post);
    return { kind: 'published', title: '示例', isUpdate: false, pushes: 1 };
  },
  publishNext: async () => ({ fileName: '2026-01-01-sample.md', waiting: 3 }),
};

beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
  people = addPeople(harness.api, 'zh');
  streams = new AbortController();
  published.length = 0;
  routes = pageRoutes({
    api: harness.api,
    people,
    botName: '摘报',
    language: 'zh',
    source: 'samples',
    waitingSamples: () => 4,
    onSamples: (listener) => {
      tellOfSample = listener;
      return () => {};
    },
    desk,
    initDataOf: (id) => (id === localIds.you ? 'signed' : undefined),
  });
});
afterEach(async () => {
  streams.abort();
  await harness.stop();
});

const post = (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  routes.request(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const say = (text: string, chatId: number = localIds.you, fromId: number = localIds.you) =>
  post('/messages', { chatId, fromId, text });

/** Events as they come, one at a time. */
async function* listen(): AsyncGenerator<PageEvent> {
  const response = await routes.request('/events', { signal: streams.signal });
  const decoder = new TextDecoder();
  let waiting = '';
  for await (const chunk of response.body ?? []) {
    waiting += decoder.decode(chunk, { stream: true });
    const frames = waiting.split('\n\n');
    waiting = frames.pop() ?? '';
    for (const frame of frames) {
      const data = /^data: (.*)$/mu.exec(frame)?.[1];
      if (data) yield JSON.parse(data) as PageEvent;
    }
  }
}

async function nextEvent(events: AsyncGenerator<PageEvent>, fits: (event: PageEvent) => boolean): Promise<PageEvent> {
  for (;;) {
    const { value, done } = await events.next();
    if (done) throw new Error('the stream has ended');
    if (fits(value)) return value;
  }
}

async function stateOf(events: AsyncGenerator<PageEvent>): Promise<PageState> {
  const event = await nextEvent(events, ({ kind }) => kind === 'state');
  if (event.kind !== 'state') throw new Error('no state');
  return event.state;
}

describe('the page of the local chat', () => {
  it('gets everything first: three chats, who can write there, and what the bot says of itself', async () => {
    await expect.poll(() => harness.api.profile.menuButtons.size).toBe(1);
    const state = await stateOf(listen());
    expect(state.chats.map(({ id, kind, isStarted, members }) => [id, kind, isStarted, members.length])).toEqual([
      [1, 'you', false, 1],
      [2, 'friend', false, 1],
      [-3, 'group', true, 2],
    ]);
    expect(state).toMatchObject({ botUsername: 'zhaibao_bot', language: 'zh', source: 'samples', waitingSamples: 4 });
    expect(state.description.zh).toContain('摘报');
    const [you, , group] = state.chats;
    const names = (of: typeof you, at: number) => of?.members[at]?.commands.zh.map(({ command }) => command) ?? [];
    expect(names(you, 0)).toContain('subscribe');
    // Who administers a group is offered more there than who does not.
    expect(names(group, 0)).toContain('subscribe');
    expect(names(group, 1)).not.toContain('subscribe');
    expect(names(group, 1)).toContain('search');
  });

  it('hears what is said, the answer, and what the bot changes later', async () => {
    const events = listen();
    await stateOf(events);
    expect((await say('/categories')).status).toBe(204);
    const said = await nextEvent(events, ({ kind }) => kind === 'message');
    expect(said).toMatchObject({ message: { text: '/categories', fromId: 1, isFromBot: false } });
    const answered = await nextEvent(events, (event) => event.kind === 'message' && event.message.isFromBot);
    if (answered.kind !== 'message') throw new Error('no message');
    const data = answered.message.keyboard.flat().find(({ text }) => text.startsWith('云溪日报'))?.callback_data;
    const press = { chatId: 1, messageId: answered.message.id, fromId: 1, data };
    expect(await (await post('/presses', press)).json()).toMatchObject({ text: '已订阅 云溪日报' });
    const edited = await nextEvent(events, ({ kind }) => kind === 'edit');
    expect(edited).toMatchObject({ message: { id: answered.message.id, chatId: 1 } });
    const known = (await stateOf(listen())).chats[0];
    expect(known).toMatchObject({ isStarted: true, messages: [{ text: '/categories' }, { isFromBot: true }] });
  });

  it('is told when a sample comes', async () => {
    const events = listen();
    await stateOf(events);
    tellOfSample();
    expect(await stateOf(events)).toMatchObject({ waitingSamples: 4 });
  });

  it('lets a member of the group who is no administrator change nothing', async () => {
    await say('/subscribe@zhaibao_bot 云溪日报', localIds.group, localIds.friend);
    await harness.api.waitForMessage(({ chatId, text }) => chatId === localIds.group && text.includes('管理员'));
    await say('/subscribe@zhaibao_bot 云溪日报', localIds.group, localIds.you);
    await harness.api.waitForMessage(({ chatId, text }) => chatId === localIds.group && text.includes('已订阅'));
  });

  it('offers articles inline and sends the one that is chosen, with its formatting', async () => {
    const asked = { fromId: 1, query: '云溪', offset: '' };
    const offer = (await (await post('/inline', asked)).json()) as { results: { id: string; title: string }[] };
    expect(offer.results.length).toBeGreaterThan(0);
    const [first] = offer.results;
    expect((await post('/inline/choice', { ...asked, chatId: -3, resultId: first?.id })).status).toBe(204);
    const state = await stateOf(listen());
    expect(state.chats[2]?.messages).toMatchObject([
      { isViaBot: true, fromId: 1, text: expect.stringContaining('第') },
    ]);
    expect(state.chats[2]?.messages[0]?.entities.map(({ type }) => type)).toContain('bold');
  });

  it('takes a file and gives back what the bot sends as one, never to be shown by a browser', async () => {
    await say('/export');
    const sent = await harness.api.waitForMessage(({ document }) => document !== undefined);
    const response = await routes.request(`/files/1/${sent.messageId}`);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''.*\.json$/u);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const file = await response.text();
    const form = new FormData();
    for (const [name, value] of [
      ['chatId', '1'],
      ['fromId', '1'],
      ['caption', '/import'],
    ])
      form.set(name ?? '', value ?? '');
    form.set('file', new File([file], 'own.json'));
    expect((await routes.request('/files', { method: 'POST', body: form })).status).toBe(204);
    await harness.api.waitForMessage(({ text }) => text.includes('导入'));
  });

  it('lets the bot into the group anew, as a link to add it does: it introduces itself', async () => {
    expect((await post('/group', { payload: 'new' })).status).toBe(204);
    await harness.api.waitForMessage(({ chatId, text }) => chatId === localIds.group && text.includes('推送到这个群'));
    expect((await post('/group', { payload: 'a b' })).status).toBe(400);
  });

  it('keeps no stream for a HEAD, whose answer nobody hears', async () => {
    const response = await routes.request('/events', { method: 'HEAD' });
    expect(await response.text()).toBe('');
  });

  it('hands posts over as they were typed or dropped', async () => {
    const typed = { title: '【示例】标题', category: '云溪日报', body: '正文。' };
    expect(await (await post('/posts', typed)).json()).toMatchObject({ kind: 'published', pushes: 1 });
    await post('/posts', { fileName: 'a.md', content: '---\ntitle: x\n---\n正文' });
    expect(published).toEqual([typed, { fileName: 'a.md', content: '---\ntitle: x\n---\n正文' }]);
    expect(await (await post('/posts/next', {})).json()).toEqual({ fileName: '2026-01-01-sample.md', waiting: 3 });
    expect((await routes.request('/posts/next', { method: 'POST' })).status).toBe(415);
    expect((await routes.request('/files', { method: 'POST', body: 'no form' })).status).toBe(400);
    expect(await (await routes.request('/categories')).json()).toEqual([{ name: '云溪日报', slug: 'yunxiribao' }]);
  });

  it('gives init data of its own people only', async () => {
    expect(await (await routes.request('/init-data')).json()).toEqual({ initData: 'signed' });
    expect((await routes.request('/init-data?user=777')).status).toBe(404);
  });

  it.each([
    ['a stranger', '/messages', { chatId: 1, fromId: 777, text: 'x' }, 400],
    ["another's chat", '/messages', { chatId: 2, fromId: 1, text: 'x' }, 400],
    ['a chat that is not there', '/messages', { chatId: 99, fromId: 1, text: 'x' }, 400],
    ['an empty text', '/messages', { chatId: 1, fromId: 1, text: '  ' }, 400],
    ['a text above the limit', '/messages', { chatId: 1, fromId: 1, text: 'x'.repeat(4_097) }, 400],
    ['no JSON', '/messages', '{', 400],
    ['a button that is not there', '/presses', { chatId: 1, messageId: 1, fromId: 1, data: 'x' }, 409],
    [
      'a result that is not there',
      '/inline/choice',
      { chatId: 1, fromId: 1, query: '', offset: '', resultId: 'x' },
      409,
    ],
    ['a stranger who asks inline', '/inline', { fromId: 777, query: '', offset: '' }, 400],
    ['half a post', '/posts', { title: 'x' }, 400],
  ])('refuses %s', async (_name, path, body, status) => {
    expect((await post(path, body)).status).toBe(status);
  });

  it('takes nothing that a form of another page could send', async () => {
    const response = await post('/messages', { chatId: 1, fromId: 1, text: 'x' }, { 'content-type': 'text/plain' });
    expect(response.status).toBe(415);
  });
});
