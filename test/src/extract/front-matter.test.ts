import { afterEach, describe, expect, it } from 'vitest';
import { parseFrontMatter } from '../../../src/extract/front-matter.js';

const frontMatterOf = (...lines: string[]) => {
  const result = parseFrontMatter(`---\n${lines.join('\n')}\n---\n正文`);
  if (result.kind !== 'read') throw new Error(`expected front matter, got ${JSON.stringify(result)}`);
  return result.frontMatter;
};
const titleOf = (written: string) => frontMatterOf(`title: ${written}`, 'date: 2024-03-01').title;

describe('titles come out as written', () => {
  it.each<[string, string | undefined]>([
    ['"青禾镇试行共享菜园"', '青禾镇试行共享菜园'],
    ["'青禾镇试行共享菜园'", '青禾镇试行共享菜园'],
    ['青禾镇试行共享菜园', '青禾镇试行共享菜园'],
    ['"十块"菜地"谁来种? 镇里有新办法"', '十块"菜地"谁来种? 镇里有新办法'],
    ['"引号"开头的标题', '"引号"开头的标题'],
    ['"一半引号', '"一半引号'],
    ['"转义 \\"引号\\" 和 \\u83dc"', '转义 "引号" 和 菜'],
    ["'单引号 ''中间'' 也行'", "单引号 '中间' 也行"],
    ['人社部: 养老金', '人社部: 养老金'],
    ['新闻 #1 头条', '新闻 #1 头条'],
    ['#话题# 新闻', '#话题# 新闻'],
    ['[图]菜园一角', '[图]菜园一角'],
    ['[图][表]菜园一角[3]', '[图][表]菜园一角[3]'],
    ['*星', '*星'],
    ['&锚 菜园', '&锚 菜园'],
    ['@某人', '@某人'],
    ['%50 的人', '%50 的人'],
    ['!感叹', '!感叹'],
    ['{花括号}', '{花括号}'],
    ['`反引号', '`反引号'],
    ['- 横线', '- 横线'],
    ['2022', '2022'],
    ['0123', '0123'],
    ['1_000', '1_000'],
    ['0x1F', '0x1F'],
    ['2024-01-01', '2024-01-01'],
    ['true', 'true'],
    ['.inf', '.inf'],
    ['""', undefined],
    ['', undefined],
    ['~', undefined],
    ['   ', undefined],
    ['"<b>菜</b>"', '<b>菜</b>'],
    ['甲\u0000乙\u200b丙', '甲 乙 丙'],
  ])('%s', (written, expected) => expect(titleOf(written)).toBe(expected));

  it('folds a block scalar and indented lines into one line', () => {
    expect(frontMatterOf('title: >-', '  青禾镇', '  菜园').title).toBe('青禾镇 菜园');
    expect(frontMatterOf('title: "青禾镇', '  菜园"').title).toBe('青禾镇 菜园');
  });

  it('takes the first of two titles', () => {
    expect(frontMatterOf('title: 甲', 'title: 乙').title).toBe('甲');
  });

  it('keeps a title that YAML would refuse from hiding the other fields', () => {
    expect(
      frontMatterOf('title: "甲"乙"', 'date: 2024-03-01 09:30:00 +0800', 'categories: a', 'tags: 示例新闻'),
    ).toEqual({
      title: '甲"乙',
      date: '2024-03-01 09:30:00 +0800',
      categories: [{ name: '示例', slug: 'a' }],
    });
  });
});

describe('categories', () => {
  it.each<[string, string[], { name: string; slug: string | undefined }[]]>([
    ['pairs tag and slug', ['categories: shili', 'tags: 示例日报新闻'], [{ name: '示例日报', slug: 'shili' }]],
    ['takes one 新闻 off', ['categories: shili', 'tags: 示例新闻新闻'], [{ name: '示例新闻', slug: 'shili' }]],
    ['leaves a tag that is 新闻', ['tags: 新闻'], [{ name: '新闻', slug: undefined }]],
    [
      'one string is one category',
      ['categories: 21世纪 APP', 'tags: 21世纪 APP新闻'],
      [{ name: '21世纪 APP', slug: '21世纪 APP' }],
    ],
    ['a string with commas too', ['tags: 甲, 乙新闻'], [{ name: '甲, 乙', slug: undefined }]],
    [
      'a flow list is several',
      ['categories: [a, "b, c"]', 'tags: [甲新闻, 乙]'],
      [
        { name: '甲', slug: 'a' },
        { name: '乙', slug: 'b, c' },
      ],
    ],
    [
      'a block list is several',
      ['categories:', '  - a', '  - b', 'tags:', '- 甲新闻', '- 乙新闻'],
      [
        { name: '甲', slug: 'a' },
        { name: '乙', slug: 'b' },
      ],
    ],
    [
      'a slug without a tag names itself',
      ['categories: [a, b]', 'tags: 甲'],
      [
        { name: '甲', slug: 'a' },
        { name: 'b', slug: 'b' },
      ],
    ],
    [
      'a tag without a slug has none',
      ['categories: a', 'tags: [甲, 乙]'],
      [
        { name: '甲', slug: 'a' },
        { name: '乙', slug: undefined },
      ],
    ],
    ['singular keys', ['category: a', 'tag: 甲'], [{ name: '甲', slug: 'a' }]],
    ['numbers are text', ['categories: 163', 'tags: 163'], [{ name: '163', slug: '163' }]],
    ['empty ones are none', ['categories: []', 'tags: ""'], []],
  ])('%s', (_name, lines, expected) => expect(frontMatterOf('title: 甲', ...lines).categories).toEqual(expected));
});

describe('where front matter begins and ends', () => {
  it.each<[string, string]>([
    ['a byte order mark', '\uFEFF---\ntitle: 甲\n---\n文'],
    ['CRLF', '---\r\ntitle: 甲\r\n---\r\n文'],
    ['spaces behind the marks', '---  \ntitle: 甲\n---\t\n文'],
    ['nothing behind the closing mark', '---\ntitle: 甲\n---'],
  ])('takes %s', (_name, content) =>
    expect(parseFrontMatter(content)).toMatchObject({ kind: 'read', frontMatter: { title: '甲' } }),
  );

  it.each<[string, string]>([
    ['an empty file', ''],
    ['half a mark', '--'],
    ['the mark alone', '---\n'],
    ['half a field', '---\ntitle: 甲\nda'],
    ['half the closing mark', '---\ntitle: 甲\n--'],
    ['no closing mark before the body', '---\ntitle: 甲\n\n正文'],
  ])('waits for the rest: %s', (_name, content) => expect(parseFrontMatter(content).kind).toBe('incomplete'));

  it.each<[string, string, string]>([
    ['no front matter', '正文\n---\n', 'no-front-matter'],
    ['an indented mark', ' ---\ntitle: 甲\n---\n', 'no-front-matter'],
    ['four dashes', '----\ntitle: 甲\n----\n', 'no-front-matter'],
    ['no field', '---\n只有一句话\n---\n', 'bad-front-matter'],
    ['front matter without end', `---\n${'甲: 乙\n'.repeat(20_000)}`, 'bad-front-matter'],
  ])('refuses %s', (_name, content, reason) =>
    expect(parseFrontMatter(content)).toMatchObject({ kind: 'rejected', reason }),
  );

  it('accepts empty front matter', () => {
    expect(parseFrontMatter('---\n---\n文')).toMatchObject({
      kind: 'read',
      frontMatter: { title: undefined, date: '', categories: [] },
    });
  });

  it('reads a bad post the second time as the first', () => {
    const bad = '---\n只有一句话\n---\n';
    expect(parseFrontMatter(bad)).toEqual(parseFrontMatter(bad));
  });

  it('is not led into another block by a line that only begins with the mark', () => {
    const result = parseFrontMatter('---\ntitle: 甲\n---js\ntags: 乙\n---\n文');
    expect(result).toMatchObject({ kind: 'read', frontMatter: { title: '甲', categories: [{ name: '乙' }] } });
  });
});

describe('script front matter', () => {
  const marker = '__zhaibaoEvaluated';
  const evaluated = () => (globalThis as Record<string, unknown>)[marker];
  afterEach(() => {
    delete (globalThis as Record<string, unknown>)[marker];
  });

  const script = `globalThis.${marker} = true, { title: '甲' }`;
  it.each([
    'js',
    'javascript',
    'coffee',
    'coffeescript',
    'cson',
    'json',
    'toml',
    'yaml',
    'xyz',
    ' js',
    '\tjavascript ',
    'js yaml',
  ])('refuses ---%s and evaluates nothing', (language) => {
    expect(parseFrontMatter(`---${language}\n${script}\n---\n正文`)).toMatchObject({
      kind: 'rejected',
      reason: 'script-front-matter',
    });
    expect(evaluated()).toBeUndefined();
  });

  it('treats a script inside YAML marks, and YAML tags that make one, as text', () => {
    expect(
      frontMatterOf(`title: !!js/function 'function () { ${script} }'`, `x: !<tag:yaml.org,2002:js/eval> ${script}`)
        .title,
    ).toContain('function');
    expect(evaluated()).toBeUndefined();
  });
});

it('does not blow up on aliases that grow', () => {
  const lines = ['a: &a [x,x,x,x,x,x,x,x,x]'];
  for (let index = 1; index < 30; index += 1)
    lines.push(`a${index}: &a${index} [${`*a${index - 1 || ''},`.repeat(9)}]`);
  expect(frontMatterOf('title: 甲', ...lines, '<<: [*a1, *a2]').title).toBe('甲');
});
