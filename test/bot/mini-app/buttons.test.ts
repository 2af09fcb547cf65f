import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatMessage } from '../../../bot/local-chat/world.js';
import { articleNumber } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

const miniAppUrl = 'https://news.example.com/zhaibao/app/';

let bot: BotHarness;
afterEach(async () => {
  expect(bot.refusals).toEqual([]);
  await bot.stop();
});

/** What the buttons that open the Mini App say, and where. */
function appButtons(message: ChatMessage | undefined): readonly string[] {
  const buttons = message?.replyMarkup?.inline_keyboard.flat() ?? [];
  return buttons.flatMap(({ text, web_app }) => (web_app ? [`${text} ${web_app.url.replace(miniAppUrl, '')}`] : []));
}

const sections = Array.from({ length: 9 }, (_, n) => ({ level: 1 as const, text: `第${n}节` }));
const long = articleNumber(70, { title: '长文', text: '长文里的一段话。\n'.repeat(800) });
const outlined = articleNumber(71, {
  title: '分节的文章',
  outline: sections,
  text: sections.map(({ text }) => `${text}\n这一节说的是一件小事。`).join('\n'),
});

describe('with a Mini App', () => {
  beforeEach(async () => {
    bot = await BotHarness.start([...anArchive(), long, outlined], { miniAppUrl });
  });

  it('the menu button opens it', async () => {
    await expect
      .poll(() => bot.api.profile.menuButtons.get(0))
      .toMatchObject({ type: 'web_app', web_app: { url: miniAppUrl } });
  });

  it.each([
    ['/start', '在阅读器里挑选 ?p=sources'],
    ['/categories', '在阅读器里挑选 ?p=sources'],
    ['/search 养老保险 OR "社区 食堂"', `趋势 ?${new URLSearchParams({ p: 'trend', q: '养老保险 OR "社区 食堂"' })}`],
  ])('%s leads to it', async (text, button) => {
    expect(appButtons(await bot.ask(text))).toEqual([button]);
  });

  it('what is kept leads to it', async () => {
    await bot.ask('/start');
    await bot.services.saved.save(bot.reader.id, 1, bot.clock.now());
    expect(appButtons(await bot.ask('/saved'))).toEqual(['在阅读器里看 ?p=saved']);
  });

  it('in the language of the chat', async () => {
    await bot.ask('/language en');
    expect(appButtons(await bot.ask('/start'))).toEqual(['Choose in the reader ?p=sources']);
  });

  it('a long text, or one of many sections, can be read there', async () => {
    const readerOf = async (title: string) => {
      const { items } = (await bot.services.browse.latest({ chatId: 1, topicId: 0 }, undefined, { limit: 20 })) ?? {
        items: [],
      };
      const id = items.find((line) => line.title === title)?.id;
      return appButtons(await bot.ask(`/start txt_${id}`)).map((button) => button.replace(String(id), 'ID'));
    };
    expect(await readerOf('长文')).toEqual(['阅读器 ?p=article&id=ID']);
    expect(await readerOf('分节的文章')).toEqual(['阅读器 ?p=article&id=ID']);
    expect(await readerOf('第3篇')).toEqual([]);
  });

  it('a search too long for an address has no trend', async () => {
    const answer = await bot.ask(`/search 养老保险 -${'长'.repeat(150)}`);
    expect(labelsOf(answer)).toContain('按时间');
    expect(appButtons(answer)).toEqual([]);
  });

  it('nothing leads to it where it cannot be opened', async () => {
    const group = bot.api.addChat({ type: 'supergroup', title: '读报群' });
    for (const text of ['/start', '/categories', '/search 养老保险', '/saved']) {
      const [answer] = await bot.say(text, group, bot.reader);
      expect([text, answer?.text === undefined, appButtons(answer)]).toEqual([text, false, []]);
    }
  });

  it('nor when another chat is spoken of, which it does not act on', async () => {
    const channel = bot.api.addChat({ type: 'channel', title: '读报', username: 'dubao' });
    bot.api.setMember(channel, bot.reader, 'administrator');
    const answer = await bot.ask('/subscribe @dubao');
    expect(labelsOf(answer).join()).toContain('云溪日报');
    expect(appButtons(answer)).toEqual([]);
  });
});

describe('without one', () => {
  it('nothing is different', async () => {
    bot = await BotHarness.start(anArchive());
    await expect.poll(() => bot.api.profile.menuButtons.get(0)).toEqual({ type: 'commands' });
    for (const text of ['/start', '/categories', '/search 养老保险'])
      expect(appButtons(await bot.ask(text))).toEqual([]);
  });
});
