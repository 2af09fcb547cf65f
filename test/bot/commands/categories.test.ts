import { afterEach, beforeEach, expect, it } from 'vitest';
import { anArticle, saveAll } from '../../support/builders.js';
import { anArchive, BotHarness, labelsOf } from '../../support/start-bot.js';

let harness: BotHarness;
beforeEach(async () => {
  harness = await BotHarness.start(anArchive());
});
afterEach(async () => {
  expect(harness.refusals).toEqual([]);
  expect(harness.api.unansweredCallbacks).toEqual([]);
  await harness.stop();
});

const save = (...names: readonly string[]) =>
  saveAll(
    harness.stores.ingest,
    'more',
    names.map((name) => anArticle({ identity: name, medium: name, categories: [{ name, slug: undefined }] })),
    harness.clock.now(),
    true,
  );
/** Fills the list beyond its first page. */
const saveMany = () =>
  save(...Array.from({ length: 14 }, (_, n) => `示例${'甲乙丙丁戊己庚辛壬癸子丑寅卯'.charAt(n)}报`));

it('finds media by the initial of their pinyin, and toggles them there in place', async () => {
  await saveMany();
  await save('重庆日报', '21财经', 'ETF周刊', '厦门晚报');
  const list = await harness.ask('/categories');
  expect(labelsOf(list).slice(-2)).toEqual(['下一页 ›', '按首字母']);
  const [letters] = (await harness.press(list, '按首字母')).shown;
  if (!letters) throw new Error('no letters');
  expect(letters.messageId).toBe(list.messageId);
  expect(letters.replyMarkup?.inline_keyboard.map((row) => row.map(({ text }) => text))).toEqual([
    // 重庆 is read chong here, 厦门 xia.
    ['C', 'E', 'S', 'X', 'Y', 'Z', '#'],
    ['按文章数'],
  ]);
  const [ofY] = (await harness.press(letters, 'Y')).shown;
  expect(ofY?.text).toContain('名称以 Y 开头的媒体（2）');
  expect(labelsOf(ofY)).toEqual(['云溪日报 (3)', '云溪 晚报 (1)', '按文章数', '按首字母']);
  const on = await harness.press(ofY ?? letters, '云溪日报 (3)');
  expect(on.notice).toBe('已订阅 云溪日报');
  expect(labelsOf(on.shown[0])).toEqual(['✓ 云溪日报 (3)', '云溪 晚报 (1)', '按文章数', '按首字母']);
  const [again] = (await harness.press(on.shown[0] ?? letters, '按首字母')).shown;
  const [others] = (await harness.press(again ?? letters, '#')).shown;
  expect(labelsOf(others)).toContain('21财经 (1)');
  const [bySize] = (await harness.press(others ?? letters, '按文章数')).shown;
  expect(labelsOf(bySize)[0]).toBe('中国劳动保障报 (12)');
});

it('pages within an initial', async () => {
  await saveMany();
  const list = await harness.ask('/categories');
  const [letters] = (await harness.press(list, '按首字母')).shown;
  const [first] = (await harness.press(letters ?? list, 'S')).shown;
  expect(first?.text).toContain('第 1/2 页');
  const [second] = (await harness.press(first ?? list, '下一页 ›')).shown;
  expect(labelsOf(second).filter((label) => label.startsWith('示例'))).toHaveLength(2);
  expect(second?.text).toContain('名称以 S 开头的媒体（14）');
});
