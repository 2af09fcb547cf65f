import { describe, expect, it } from 'vitest';
import { aPost, articleOf, filler, filler2, filler3, paragraphs } from '../../support/posts.js';

const outlineOf = (body: string, title?: string) =>
  articleOf(aPost(body, title === undefined ? {} : { title })).outline.map(({ level, text }) =>
    level === 1 ? text : `  ${text}`,
  );
const long = `${filler}${filler2}`;

describe('headings on lines of their own', () => {
  it.each<[string, string, string[]]>([
    [
      'h2',
      `${paragraphs(filler)}<h2>地从哪里来</h2>${paragraphs(filler2)}<h2>菜由谁来种</h2>${paragraphs(filler3)}`,
      ['地从哪里来', '菜由谁来种'],
    ],
    ['a single h3', `${paragraphs(filler)}<h3>地从哪里来</h3>${paragraphs(filler2)}`, ['地从哪里来']],
    [
      'h2 over h3',
      `<h2>地从哪里来</h2>${paragraphs(filler)}<h3>村口</h3>${paragraphs(filler2)}<h2>菜由谁来种</h2>${paragraphs(filler3)}`,
      ['地从哪里来', '菜由谁来种'],
    ],
    [
      'strong lines',
      `${paragraphs(filler)}<p><strong>地从哪里来</strong></p>${paragraphs(filler2)}<p><b>菜由谁来种？</b></p>${paragraphs(filler3)}`,
      ['地从哪里来', '菜由谁来种？'],
    ],
    [
      'bold by style',
      `${paragraphs(filler)}<p><span style="font-weight: 700">地从哪里来</span></p>${paragraphs(filler2)}<p style="font-weight:bold">菜由谁来种</p>${paragraphs(filler3)}`,
      ['地从哪里来', '菜由谁来种'],
    ],
    [
      'strong lines between breaks',
      `${filler}<br><strong>地从哪里来</strong><br>${filler2}<br><br><strong>菜由谁来种</strong><br>${filler3}`,
      ['地从哪里来', '菜由谁来种'],
    ],
    ['plain lines', paragraphs(filler, '地从哪里来', filler2, '菜由谁来种', filler3), ['地从哪里来', '菜由谁来种']],
    [
      'plain lines with a space or a colon',
      paragraphs(filler, '腾出空地 村口变菜园', filler2, '新办法：登记、轮种、退出', filler3),
      ['腾出空地 村口变菜园', '新办法：登记、轮种、退出'],
    ],
    [
      'plain lines with an exclamation inside',
      paragraphs(filler, '菜价降了！住户周末自己种', filler2, '工具不愁！棚里随借随还', filler3),
      ['菜价降了！住户周末自己种', '工具不愁！棚里随借随还'],
    ],
    [
      'two heading lines one under the other, strong',
      `${paragraphs(filler)}<p><strong>地从哪里来</strong></p><p><strong>村里先摸底</strong></p>${paragraphs(filler2)}<p><strong>菜由谁来种</strong></p>${paragraphs(filler3)}`,
      ['地从哪里来', '村里先摸底', '菜由谁来种'],
    ],
    [
      'Chinese numerals',
      paragraphs(filler, '一、整理土地', filler2, '二、登记租种', filler3, '三、加强管理', filler),
      ['一、整理土地', '二、登记租种', '三、加强管理'],
    ],
    [
      'Chinese numerals over brackets',
      paragraphs(
        '一、整理土地',
        '（一）摸底',
        filler2,
        '（二）公示',
        filler,
        '二、登记租种',
        '（一）报名',
        filler3,
        '（二）抽签',
        filler2,
      ),
      ['一、整理土地', '  （一）摸底', '  （二）公示', '二、登记租种', '  （一）报名', '  （二）抽签'],
    ],
    [
      'Arabic numerals',
      paragraphs(filler, '1. 选地', filler2, '2. 选种', filler3, '3. 浇水', filler),
      ['1. 选地', '2. 选种', '3. 浇水'],
    ],
    [
      'Arabic numerals with 、',
      paragraphs(filler, '1、选一块向阳的地', filler2, '2、选应季的种子', filler3),
      ['1、选一块向阳的地', '2、选应季的种子'],
    ],
    [
      'numbered in strong',
      `${paragraphs(filler)}<p><strong>一、整理土地</strong></p>${paragraphs(filler2)}<p><strong>二、登记租种</strong></p>${paragraphs(filler3)}`,
      ['一、整理土地', '二、登记租种'],
    ],
    [
      'numbers that stand alone in print',
      paragraphs(
        filler,
        '误区1、浇水越多越好？',
        filler2,
        '真相',
        filler3,
        '误区2、施肥越勤越好？',
        filler2,
        '真相',
        filler3,
      ),
      ['误区1、浇水越多越好？', '误区2、施肥越勤越好？'],
    ],
    ['第一、第二', paragraphs(filler, '第一，选地', filler2, '第二，选种', filler3), ['第一，选地', '第二，选种']],
    ['lenticular brackets', paragraphs('【行情】', filler, '【天气】', filler2), ['【行情】', '【天气】']],
    [
      'a single pair of lenticular brackets',
      paragraphs(filler, '【对话】', '示例报：菜园什么时候开放？', filler2),
      ['【对话】'],
    ],
    ['bullets', paragraphs(filler, '● 地从哪里来', filler2, '● 菜由谁来种', filler3), ['● 地从哪里来', '● 菜由谁来种']],
    [
      'black squares',
      paragraphs(filler, '■地从哪里来', filler2, '■菜由谁来种', filler3),
      ['■地从哪里来', '■菜由谁来种'],
    ],
    [
      'Markdown headings',
      `${filler}\n\n## 地从哪里来\n\n${filler2}\n\n## 菜由谁来种\n\n${filler3}`,
      ['地从哪里来', '菜由谁来种'],
    ],
    [
      'Markdown strong lines',
      `${filler}\n\n**地从哪里来**\n\n${filler2}\n\n**菜由谁来种**\n\n${filler3}`,
      ['地从哪里来', '菜由谁来种'],
    ],
    [
      'a strong heading under an image of its own',
      `${paragraphs(filler)}<p><img src="a.jpg"></p><p><strong>地从哪里来</strong></p>${paragraphs(filler2)}<p><strong>菜由谁来种</strong></p>${paragraphs(filler3)}`,
      ['地从哪里来', '菜由谁来种'],
    ],
    [
      'trailing marks are not part of a heading',
      `${paragraphs(filler)}<p><strong>地从哪里来：</strong></p>${paragraphs(filler2)}<p><strong>菜由谁来种：</strong></p>${paragraphs(filler3)}`,
      ['地从哪里来', '菜由谁来种'],
    ],
  ])('%s', (_name, body, expected) => expect(outlineOf(body)).toEqual(expected));

  it.each<[string, string]>([
    ['paragraphs alone', paragraphs(filler, filler2, filler3)],
    ['one plain line', paragraphs(filler, '地从哪里来', filler2)],
    [
      'a strong sentence for emphasis',
      `${paragraphs(filler)}<p><strong>菜园不收押金，工具随借随还。</strong></p>${paragraphs(filler2)}<p><strong>排队最长的一户等了两个多月。</strong></p>${paragraphs(filler3)}`,
    ],
    [
      'strong words inside a paragraph',
      `<p><strong>地从哪里来？</strong>${filler}</p><p><strong>菜由谁来种？</strong>${filler2}</p>`,
    ],
    [
      'bold captions',
      `${paragraphs(filler)}<p style="text-align:center"><img src="a.jpg"></p><p style="text-align:center"><strong>住户在菜园浇水</strong></p>${paragraphs(filler2)}<p style="text-align:center"><img src="b.jpg"></p><p style="text-align:center"><strong>新搭的工具棚</strong></p>${paragraphs(filler3)}`,
    ],
    [
      'captions with a photographer',
      paragraphs(filler, '住户在菜园浇水 本报记者 李雷 摄', filler2, '新搭的工具棚 韩梅梅 摄', filler3),
    ],
    ['the title and a subtitle', paragraphs('青禾镇试行共享菜园', '——镇里闲置地块变了样', filler, filler2)],
    ['boxes', paragraphs('核心阅读', filler, filler2, '编者按', filler3, filler)],
    ['a verse', paragraphs(filler, '门前一畦韭', '屋后两行葱', '晨起担泉水', '黄昏数晚风', filler2)],
    [
      'questions in an interview',
      paragraphs('记者：菜园什么时候开放？', filler, '记者：租金怎么算？', filler2, '记者：冬天还种吗？', filler3),
    ],
    [
      'strong questions to a guest',
      `<p><strong>您当初为什么想到办菜园？</strong></p>${paragraphs(filler)}<p><strong>您怎么看明年的计划？</strong></p>${paragraphs(filler2)}`,
    ],
    [
      'a list of conditions',
      paragraphs('报名须符合以下条件：', '（一）住在本镇；', '（二）能自己打理；', '（三）不转租他人。', filler),
    ],
    [
      'a numbered list without text between',
      paragraphs('请带齐以下材料：', '1、身份证', '2、居住证', '3、报名表', filler),
    ],
    [
      'numbered whole sentences',
      paragraphs(
        filler,
        '一是镇里出面整理土地，把村口三块闲置地分成四十小块。',
        '二是由管理员登记排队，按顺序通知。',
        filler2,
      ),
    ],
    ['offices and date under a notice', paragraphs(filler, filler2, '某市农业农村局', '某市财政局', '2024年3月1日')],
    ['telephone numbers', paragraphs(filler, '咨询电话：0000-1234567', filler2, '服务热线：12345', filler3)],
    ['see also', paragraphs(filler, filler2, '延伸阅读', filler3, '相关链接', filler)],
    [
      'lines that lead over',
      paragraphs(filler, '菜园怎么来的？', filler2, '具体办法是：', filler3, '还有一个细节——', filler),
    ],
    ['speakers', paragraphs(filler, '乔小禾：菜园是大家的。', filler2, '李雷：对，一起来种。', filler3)],
    ['a repeated line', paragraphs(filler, '小贴士', filler2, '小贴士', filler3)],
    [
      'table rows',
      `${paragraphs(filler)}<table><tr><td>地块</td><td>面积</td></tr><tr><td>东园</td><td>三分</td></tr></table>${paragraphs(filler2)}`,
    ],
    ['times of a programme', paragraphs(filler, '9:00 开园', filler2, '10:30 认领', filler3)],
    ['a single strong line', `<p><strong>示例专稿</strong></p>${paragraphs(filler, filler2)}`],
    [
      'editor in bold',
      `${paragraphs(filler, filler2)}<p><strong>责编：李雷</strong></p><p><strong>（综合整理自示例网、示例报）</strong></p>`,
    ],
  ])('none: %s', (_name, body) => expect(outlineOf(body)).toEqual([]));
});

it('a full stop at the end of a numbered line is not part of the heading', () => {
  const body = paragraphs('一、整理土地。', filler, '二、登记租种。', filler2, '三、附则。');
  expect(outlineOf(body)).toEqual(['一、整理土地', '二、登记租种', '三、附则']);
});

it('numbers that go on through the sections stay under theirs', () => {
  const body = paragraphs(
    '一、整理土地',
    '（一）摸底',
    filler,
    '（二）公示',
    filler2,
    '二、登记租种',
    '（三）报名',
    filler3,
    '（四）抽签',
    filler,
  );
  expect(outlineOf(body)).toEqual([
    '一、整理土地',
    '  （一）摸底',
    '  （二）公示',
    '二、登记租种',
    '  （三）报名',
    '  （四）抽签',
  ]);
});

it('chapters are sections, articles of a regulation are not', () => {
  const body = paragraphs('第一章 总则', `第一条 ${filler}`, `第二条 ${filler2}`, '第二章 登记', `第三条 ${filler3}`);
  expect(outlineOf(body)).toEqual(['第一章 总则', '第二章 登记']);
});

describe('run-in headings', () => {
  it.each<[string, string, string[]]>([
    [
      'openings that share 更',
      paragraphs(filler, `更大力度整理土地。${long}`, `更加细致登记租种。${long}`, `更为周到服务住户。${long}`),
      ['更大力度整理土地', '更加细致登记租种', '更为周到服务住户'],
    ],
    [
      'openings with verbs',
      paragraphs(
        filler,
        `强化组织领导，把责任落到每个村。${long}`,
        `完善登记办法，让排队明明白白。${long}`,
        `做好日常服务，让住户种得安心。${long}`,
      ),
      ['强化组织领导，把责任落到每个村', '完善登记办法，让排队明明白白', '做好日常服务，让住户种得安心'],
    ],
    [
      'openings that all begin with 让',
      paragraphs(filler, `让荒地变成菜园。${long}`, `让排队不再熬人。${long}`, `让工具有处可借。${long}`),
      ['让荒地变成菜园', '让排队不再熬人', '让工具有处可借'],
    ],
    [
      'openings that all say 更',
      paragraphs(filler, `土地更平整。${long}`, `登记更方便。${long}`, filler2, `邻里更亲近。${long}`),
      ['土地更平整', '登记更方便', '邻里更亲近'],
    ],
    [
      'openings that all end alike',
      paragraphs(filler, `租种登记有序。${long}`, `日常管理有序。${long}`, `矛盾调解有序。${long}`),
      ['租种登记有序', '日常管理有序', '矛盾调解有序'],
    ],
    [
      'the idiom 这篇文章',
      paragraphs(filler, `做好土地这篇文章。${long}`, `下好登记这盘棋。${long}`, `走好服务这步路。${long}`),
      ['做好土地这篇文章', '下好登记这盘棋', '走好服务这步路'],
    ],
    [
      'set bold',
      `<p><strong>村口的荒地。</strong>${long}</p><p><b>河边的空地</b>。${long}</p>`,
      ['村口的荒地', '河边的空地'],
    ],
    [
      'a pair of one length',
      paragraphs(filler, `盘活旧院落。${long}`, `建设新菜园。${long}`, filler2),
      ['盘活旧院落', '建设新菜园'],
    ],
    [
      'numbered',
      paragraphs(filler, `（一）整理闲置土地。${long}`, `（二）规范登记租种。${long}`, `（三）加强日常管理。${long}`),
      ['（一）整理闲置土地', '（二）规范登记租种', '（三）加强日常管理'],
    ],
    [
      'numbered 一、',
      paragraphs(filler, `一、整理闲置土地。${long}`, `二、规范登记租种。${long}`),
      ['一、整理闲置土地', '二、规范登记租种'],
    ],
    [
      '一是 with short whole sentences',
      paragraphs(filler, `一是整理土地。${long}`, `二是登记租种。${long}`, `三是服务住户。${long}`),
      ['一是整理土地', '二是登记租种', '三是服务住户'],
    ],
    ['dashes', paragraphs(filler, `——坚持自愿。${long}`, `——坚持公开。${long}`), ['——坚持自愿', '——坚持公开']],
    [
      'under own-line headings they are sub-headings',
      paragraphs(
        filler,
        '整理土地',
        `摸清底数。${long}`,
        `统一公示。${long}`,
        '登记租种',
        `公开抽签。${long}`,
        filler2,
      ),
      ['整理土地', '  摸清底数', '  统一公示', '登记租种'],
    ],
  ])('%s', (_name, body, expected) => expect(outlineOf(body)).toEqual(expected));

  it.each<[string, string]>([
    [
      'people who share a form of address',
      paragraphs(filler, `老乔起得早。${long}`, `老周爱下棋。${long}`, `老李话不多。${long}`),
    ],
    [
      'two openings that begin alike',
      paragraphs(filler, `让荒地变成菜园。${long}`, filler2, `让排队不再熬人。${long}`),
    ],
    [
      'openings far apart',
      paragraphs(
        filler,
        `土地更平整。${long}`,
        filler2,
        filler,
        filler2,
        `登记更方便。${long}`,
        filler,
        filler2,
        `邻里更亲近。${long}`,
      ),
    ],
    ['speakers set bold', `<p><strong>老乔：</strong>${long}</p><p><strong>李雷：</strong>${long}</p>`],
    [
      'numbered sentences one under the other',
      paragraphs(filler, '1、先整理土地。', '2、再登记租种。', '3、后做好服务。', filler2),
    ],
    [
      'bold words that open sentences',
      `<p><strong>东园</strong>有三分地。${long}</p><p><strong>西园</strong>有五分地。${long}</p>`,
    ],
    ['one bold opening', `<p><strong>村口的荒地。</strong>${long}</p>${paragraphs(filler)}`],
    ['short sentences that tell', paragraphs(filler, `菜园开了。${long}`, `住户来了。${long}`, `秋天到了。${long}`)],
    ['statements', paragraphs(`共享菜园是新事物。${long}`, `土地是有限的。${long}`, `管理要靠大家。${long}`)],
    [
      'two verbs of unlike length',
      paragraphs(filler, `加强管理。${long}`, `完善登记办法，让排队的住户心里有数。${long}`, filler2),
    ],
    [
      '一是 with long items',
      paragraphs(filler, `一是把村口三块闲置地整理出来分成四十小块租给县城家庭。${long}`, `二是登记。${long}`),
    ],
    [
      '一是 with a list that ends its paragraphs',
      paragraphs(filler, '一是整理土地。', '二是登记租种。', '三是服务住户。', filler2),
    ],
    [
      'answers in an interview',
      paragraphs(
        '记者：菜园怎么办起来的？',
        `加强组织。${long}`,
        '记者：怎么管？',
        `完善制度。${long}`,
        '记者：以后呢？',
        `扩大规模。${long}`,
      ),
    ],
    ['dates', paragraphs(filler, `3月1日开园。${long}`, `3月5日抽签。${long}`, `3月9日下种。${long}`)],
    ['quotations', paragraphs(`“加强管理很要紧。”${long}`, `“完善办法也要紧。”${long}`, `“做好服务更要紧。”${long}`)],
    [
      'a few among many',
      paragraphs(
        filler,
        filler2,
        `坚持公开透明。${long}`,
        filler3,
        filler,
        filler2,
        filler3,
        `加强日常管理。${long}`,
        filler,
        filler2,
        filler3,
        filler,
      ),
    ],
  ])('none: %s', (_name, body) => expect(outlineOf(body)).toEqual([]));
});
