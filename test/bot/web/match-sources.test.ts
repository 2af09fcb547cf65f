import { describe, expect, it } from 'vitest';
import type { CategoryEntry } from '../../../bot/mini-app/protocol.js';
import { foldSources, letterOf, matchSources, orderSources } from '../../../bot/web/app/match-sources.js';
import { formsOf } from '../../../src/service/name-forms.js';

const names = ['中国劳动保障报', '劳动报', '21世纪经济报道 21财经APP', '重庆日报', '《读书》', 'CEO参考', '云溪劳动网'];
const entries = names.map((name, n): CategoryEntry => {
  const { pinyin, initials } = formsOf(name);
  return { id: n + 1, name, slug: name === '劳动报' ? 'ldb-sh' : undefined, count: 100 - n, pinyin, initials };
});
const sources = foldSources(entries);
const found = (typed: string) => matchSources(sources, typed).map(({ entry }) => entry.name);

describe('sources found as one types', () => {
  it.each([
    ['', names],
    ['劳动报', ['劳动报', '中国劳动保障报']],
    ['劳动', ['劳动报', '中国劳动保障报', '云溪劳动网']],
    ['zgldbzb', ['中国劳动保障报']],
    ['ldb', ['劳动报', '中国劳动保障报']],
    ['laodong', ['劳动报', '中国劳动保障报', '云溪劳动网']],
    ['zhong guo lao', ['中国劳动保障报']],
    ['ZHONGGUO', ['中国劳动保障报']],
    ['ldb-sh', ['劳动报']],
    ['21世纪经济报道21财经app', ['21世纪经济报道 21财经APP']],
    ['读书', ['《读书》']],
    ['ＣＥＯ', ['CEO参考']],
    ['chongqing', ['重庆日报']],
    ['没有', []],
  ])('%s', (typed, expected) => expect(found(typed)).toEqual(expected));

  it('by traditional characters, once their table is there', () => {
    const simplify = (text: string) => text.replaceAll('勞', '劳').replaceAll('動', '动').replaceAll('報', '报');
    expect(matchSources(foldSources(entries, simplify), '勞動報', simplify)[0]?.entry.name).toBe('劳动报');
  });

  it('stand by letter, those without one at the end', () => {
    const ordered = orderSources(sources, 'letter');
    expect(ordered.map(letterOf)).toEqual(
      [...ordered.map(letterOf)].sort((a, b) => (a === '#' ? 1 : b === '#' ? -1 : a < b ? -1 : a > b ? 1 : 0)),
    );
    expect(ordered.filter((each) => letterOf(each) === 'C').map(({ entry }) => entry.name)).toEqual([
      'CEO参考',
      '重庆日报',
    ]);
  });
});
