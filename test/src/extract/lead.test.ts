import { describe, expect, it } from 'vitest';
import { aPost, articleOf, filler, filler2, paragraphs } from '../../support/posts.js';

const leadOf = (body: string, title?: string) => articleOf(aPost(body, title === undefined ? {} : { title })).lead;

describe('the lead starts behind', () => {
  it.each<[string, string]>([
    ['a byline', '本报记者 李雷'],
    ['the title again', '青禾镇试行共享菜园'],
    ['a subtitle', '——镇里闲置地块变了样'],
    ['the original title', '（原标题：一块菜地的新用法）'],
    ['原标题 without brackets', '原标题：一块菜地的新用法'],
    ['a date in brackets', '（2024年3月1日）'],
    ['a document number', '青农发〔2024〕12号'],
    ['a salutation to offices', '各村民委员会、各村级集体经济组织，镇直各单位：'],
    ['a salutation to people', '同志们：'],
    ['an abstract in brackets', '[摘要]闲置地块变菜园，住户周末来种菜，镇里提供工具。'],
    ['an abstract with a colon', '摘要：闲置地块变菜园，住户周末来种菜，镇里提供工具。'],
    ['an editor’s note', '编者按：闲置地块变菜园，住户周末来种菜。本报今起推出系列报道。'],
    ['a caption with a photographer', '住户在菜园里浇水。本报记者 李雷 摄'],
    ['a caption by its opening', '图为住户在菜园里浇水。'],
    ['资料图', '资料图：青禾镇的菜园。示例社记者 李雷 摄'],
    ['the source', '来源：示例日报'],
    ['the date', '2024年3月1日 09:30'],
    ['reprinted from', '转自：示例日报'],
    ['a bare dateline', '新华社某市3月1日电'],
    ['a wire title', '新华社某市3月1日电 题：一块菜地的新用法'],
    ['a wire title with its reporter', '新华社某市3月1日电（记者李雷）题：一块菜地的新用法'],
    ['a page reference', '（上接第一版）'],
    ['a chart credit', '制图：李雷'],
    ['a follow-us line', '点击上方蓝字关注我们'],
    ['a plain heading', '地从哪里来'],
    ['a bracketed heading', '【行情】'],
    ['a long title of a notice on its own lines', '青禾镇农业农村办公室青禾镇财政所关于做好本年度菜园登记事项的通知'],
  ])('%s', (_name, line) => expect(leadOf(paragraphs(line, filler, filler2))).toBe(filler));

  it.each<[string, string]>([
    ['新华社', '新华社某市3月1日电（记者李雷）'],
    ['a space behind it', '新华社某市3月1日电 '],
    ['中新网', '中新网3月1日电 '],
    ['本报讯', '本报讯（记者李雷）'],
    ['本报讯 alone', '本报讯 '],
    ['本报讯 with a reporter in the text', '本报讯 记者李雷报道：'],
    ['快讯', '示例报快讯（记者 李雷）'],
    ['消息 with a comma', '示例网3月1日消息，'],
    ['讯 with a comma', '示例财经讯，'],
    ['央视网消息', '央视网消息：'],
    ['央视网消息 with a programme', '央视网消息（新闻联播）：'],
    ['a site that puts it in brackets', '【示例网报道 记者 李雷】'],
    ['综合报道', '【示例网综合报道】'],
    ['a paper and its reporter', '示例晚报（记者 李雷）'],
    ['a reporter in brackets', '（记者 李雷）'],
    ['a flash with its title', '【菜园开放登记】示例财经3月1日电，'],
    ['a site with two names', '示例日报-示例经济网某市3月1日讯（记者李雷）'],
    ['a full-width bar', '示例财经3月1日讯丨'],
  ])('a dateline: %s', (_name, dateline) => expect(leadOf(paragraphs(`${dateline}${filler}`, filler2))).toBe(filler));

  it.each<[string, string]>([
    ['a box label', `<p>核心阅读</p>${paragraphs(filler2, filler)}`],
    ['a list of points', `<p>划重点：</p><ol><li>菜园免租金。</li><li>工具可借用。</li></ol>${paragraphs(filler)}`],
    ['numbered points', `${paragraphs('划重点', '1、菜园免租金，租期一年。', '2、工具可以登记借用。', filler)}`],
    ['an image with its caption', `<p><img src="a.jpg"></p><p align="center">青禾镇的菜园</p>${paragraphs(filler)}`],
    ['an image and caption in one paragraph', `<p><img src="a.jpg"><br>住户在浇水</p>${paragraphs(filler)}`],
    ['a hidden paragraph', `<p style="display:none">看不见的字。</p>${paragraphs(filler)}`],
    ['script and style', `<script>var a = "字。";</script><style>p{}</style>${paragraphs(filler)}`],
    ['the digest of the main feed', `> 菜园开放。\n\n${paragraphs(filler)}`],
    ['a list number', `<p>1. ${filler}</p><p>2. ${filler2}</p>`],
    ['the interviewer’s label', `<p>记者：${filler}</p><p>乔小禾：${filler2}</p>`],
    [
      'a caption above a dateline',
      `<p>去年三月，镇里整理闲置地块。图中三块地如今都种上了菜。</p><p>新华社某市3月1日电（记者李雷）${filler}</p>`,
    ],
  ])('%s', (_name, body) => expect(leadOf(body)).toBe(filler));
});

describe('the first sentence', () => {
  it.each<[string, string, string]>([
    ['a question', '菜园怎么租？排队就行。', '菜园怎么租？'],
    ['a sentence end in quotes', '“菜园真好！”老乔说。', '“菜园真好！”'],
    ['a space before the closing quote', '老乔说：“菜园真好。 ”大家都笑了。', '老乔说：“菜园真好。 ”'],
    ['two marks', '真的吗？！大家都不信。', '真的吗？！'],
    ['round brackets', '菜园（东园、西园。南园在建）都已开放。欢迎登记。', '菜园（东园、西园。南园在建）都已开放。'],
    ['a decimal point', '菜园有1.5亩。欢迎登记。', '菜园有1.5亩。'],
    ['half-width marks', '菜园真好!欢迎登记。', '菜园真好!'],
    ['no end at all', '菜园开放登记；', '菜园开放登记；'],
    ['a quotation that goes on', '“菜园，”老乔说，“下周开放。”大家很高兴。', '“菜园，”老乔说，“下周开放。”'],
  ])('%s', (_name, text, expected) => expect(leadOf(paragraphs(text, filler))).toBe(expected));

  it.each<[string]>([
    ['据新华社3月1日报道，'],
    ['据示例网消息，'],
    ['北京时间3月1日消息，'],
    ['有消息称，'],
    ['综合消息，'],
  ])('keeps %s, which belongs to the sentence', (opening) =>
    expect(leadOf(paragraphs(`${opening}${filler}`, filler2))).toBe(`${opening}${filler}`),
  );
});

it('takes the digest of an older post, which has nothing else', () => {
  expect(leadOf(`> ${filler}`)).toBe(filler);
  expect(leadOf(filler)).toBe(filler);
});
