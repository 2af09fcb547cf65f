import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInlineMode } from '../../bot/inline.js';
import { parseSearchPayload, searchPayload } from '../../bot/start-link.js';
import type { Article } from '../../src/domain/article.js';
import { articleNumber, saveAll, silentLog } from '../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
});
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  await harness.stop();
});

const ask = (query: string, offset = '', from = harness.reader) => harness.api.askInline({ from, query, offset });
const titles = async (query: string, offset = '') => (await ask(query, offset)).results.map(({ title }) => title);
const numbers = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => `第${from - n}篇`);
const idOf = async (n: number) => (await harness.stores.articles.findByIdentity(articleNumber(n).identity))?.id ?? 0;
const save = (...articles: readonly Article[]) =>
  saveAll(harness.stores.ingest, 'more', articles, harness.clock.now(), true);

describe('inline mode', () => {
  it('offers what a search finds, each to be sent as its summary', async () => {
    const { results, button, isPersonal } = await ask('第7篇 养老保险');
    expect({ button, isPersonal }).toEqual({ button: undefined, isPersonal: true });
    expect(results).toHaveLength(1);
    expect(results[0]).toMatchObject({
      type: 'article',
      title: '第7篇',
      description: '中国劳动保障报 · 1月5日 08:07',
      showsLinkPreview: false,
    });
    expect(results[0]?.messageText).toMatch(
      /^第7篇\n本报记者 林知秋\n中国劳动保障报 · 1月5日 08:07\n\n云溪县.*\n\n1\. /u,
    );
    expect(results[0]?.replyMarkup?.inline_keyboard).toEqual([
      [
        { text: '原文', url: 'https://example.com/news/7' },
        { text: '在摘报中查看', url: `https://t.me/zhaibao_bot?start=art_${await idOf(7)}` },
      ],
    ]);
  });

  it('shows the characters, and as much of an article, as its reader chose', async () => {
    await harness.ask('/start');
    await harness.stores.chats.setDisplay(harness.reader.id, { script: 'traditional', detail: 'lead' });
    const [result] = (await ask('第7篇 养老保险')).results;
    expect(result).toMatchObject({ description: '中國勞動保障報 · 1月5日 08:07' });
    expect(result?.messageText).toMatch(/云溪縣|雲溪縣/u);
    expect(result?.messageText).not.toContain('1. ');
  });

  it('takes what was chosen for no question', async () => {
    const { results } = await ask('第7篇');
    harness.api.sendText({ chat: harness.reader, text: results[0]?.messageText ?? '', isViaBot: true });
    await harness.settled();
    expect(harness.api.transcript).toEqual([]);
  });

  it('goes on where a page ended, whatever came in meanwhile', async () => {
    const first = await ask('in:中国劳动保障报 食堂');
    expect(first.results.map(({ title }) => title)).toEqual(numbers(12, 3));
    expect(Buffer.byteLength(first.nextOffset)).toBeLessThanOrEqual(64);
    const paper = { name: '中国劳动保障报', slug: 'zhongguolaodongbaozhangbao' };
    await save(articleNumber(99, { categories: [paper] }));
    const second = await ask('in:中国劳动保障报 食堂', first.nextOffset);
    expect(second.results.map(({ title }) => title)).toEqual(numbers(2, 1));
    expect(second).toMatchObject({ nextOffset: '', button: undefined });
  });

  it('asked for nothing, offers the newest: of everything, or of what its reader follows', async () => {
    const first = await ask('');
    expect(first.results.map(({ title }) => title)).toEqual(numbers(16, 7));
    expect(await titles(' ', first.nextOffset)).toEqual(numbers(6, 1));
    await harness.ask('/subscribe 云溪日报');
    expect(await titles('')).toEqual(numbers(15, 13));
  });

  it('offers exactly the article that is shared', async () => {
    expect(await titles(`art_${await idOf(3)}`)).toEqual(['第3篇']);
    expect(await ask('art_999')).toMatchObject({ results: [], button: { text: '这篇文章已不存在' } });
  });

  it.each([
    ['没有的词组', '没有找到'],
    ['养老 after:soon', '「soon」不是日期'],
    ['养老 after:2023 before:2022', 'before:'],
    ['养老 OR in:云溪日报', 'OR 只能'],
    ['-股票', '至少写一个'],
    ['养老 in:没有的报', '没有名为「没有的报」的媒体'],
    ['养老 in:云溪', '「云溪」对应多个媒体'],
  ])('says what is the matter with %s, and leads to the same search in the bot', async (query, said) => {
    const { results, button } = await ask(query);
    expect(results).toEqual([]);
    expect(button?.text).toContain(said);
    const [answer] = await harness.say(`/start ${button?.startParameter}`);
    expect(answer?.text).not.toContain('链接已失效');
  });

  it('takes a place that is not its own for the end of the list', async () => {
    for (const query of ['', '养老保险'])
      expect(await ask(query, '∞')).toMatchObject({ results: [], button: undefined });
  });

  it('speaks the language of its reader', async () => {
    await harness.ask('/language en');
    const { results } = await ask('第7篇');
    expect(results[0]?.description).toBe('中国劳动保障报 · 5 Jan, 08:07');
    expect(labelsOf(results[0]?.replyMarkup && { replyMarkup: results[0].replyMarkup })).toEqual([
      'Original',
      'Open in Zhaibao',
    ]);
    expect((await ask('没有的词组', '', harness.api.addUser())).button?.text).toContain('没有找到');
  });

  it('keeps nothing of what was half typed', async () => {
    const before = await harness.stores.articles.rememberText('一');
    await ask('养老');
    await ask('养老保');
    expect(await harness.stores.articles.rememberText('二')).toBe(before + 1);
  });

  it('offers articles of the strangest text', async () => {
    const strange = '\u202e<b>&"\u0000\ud800 ';
    await save(
      articleNumber(50, { title: strange, byline: strange, medium: strange, lead: strange, text: `怪字 ${strange}` }),
    );
    expect((await ask('怪字')).results).toHaveLength(1);
  });

  it('answers in plain text what Telegram refuses as it is, and logs what it refuses all the same', async () => {
    const answers: Record<string, unknown>[] = [];
    const warnings: object[] = [];
    const refusing = (times: number) =>
      createInlineMode({
        api: {
          async call<T>(_method: string, payload: object) {
            answers.push(payload as Record<string, unknown>);
            if (answers.length <= times) throw new Error("400: Bad Request: can't parse entities");
            return true as T;
          },
        },
        services: harness.services,
        log: { ...silentLog, warn: (fields) => warnings.push(fields) },
        now: harness.clock.now,
        timeZone: 'Asia/Shanghai',
        defaultLanguage: 'zh',
        username: () => 'zhaibao_bot',
      });
    for (const times of [1, 2]) {
      answers.length = 0;
      const inline = refusing(times);
      void inline.take({ id: '1', from: { id: harness.reader.id }, query: '第7篇', offset: '' });
      await inline.idle();
      expect(answers.map(({ results }) => JSON.stringify(results).includes('parse_mode'))).toEqual([true, false]);
      expect(warnings).toHaveLength(times - 1);
    }
  });

  it('tells when a search fails, and goes on', async () => {
    const { search } = harness.stores;
    const found = search.search;
    search.search = () => Promise.reject(new Error('disk I/O error'));
    expect(await ask('养老')).toMatchObject({
      results: [],
      cacheSeconds: 0,
      button: { text: '出了点问题，请稍后再试' },
    });
    search.search = found;
    expect((await ask('养老')).results).not.toEqual([]);
  });

  it('does not answer what its reader has typed on from', async () => {
    const { search } = harness.stores;
    const found = search.search;
    search.search = async () => undefined;
    void ask('养').catch(() => {});
    await harness.settled();
    search.search = found;
    expect(harness.api.calls.filter(({ method }) => method === 'answerInlineQuery')).toEqual([]);
    expect((await ask('养老')).results).not.toEqual([]);
  });
});

describe('the link to a search', () => {
  it.each([['养老保险 参保'], ['"a b" -c OR d']])('carries %s', (text) => {
    const payload = searchPayload(text);
    expect(payload).toMatch(/^[A-Za-z0-9_-]{1,64}$/u);
    expect(parseSearchPayload(payload)).toBe(text);
  });

  it('only greets when the text is too long for it', async () => {
    const payload = searchPayload('养老保险'.repeat(10));
    expect(payload).toBe('inline');
    expect((await harness.ask(`/start ${payload}`)).text).toContain('摘报');
  });

  it.each([['q_'], ['q_gICA'], ['q_ICAg'], ['art_1']])('%s is none', (payload) =>
    expect(parseSearchPayload(payload)).toBeUndefined(),
  );
});
