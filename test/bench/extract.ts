import { load } from 'cheerio/slim';
import { parseFrontMatter } from '../../src/extract/front-matter.js';
import { parsePost } from '../../src/extract/parse-post.js';

const rounds = 7;
const options = { timeZone: 'Asia/Shanghai' };

/**
 * Articles a second through extraction alone, on one thread, beside a bare `load` of cheerio/slim on the same bodies.
 * `args`: how many posts to generate (default 2000). Rounds alternate; the medians are printed with their ratio.
 */
export async function run(args: string[]): Promise<void> {
  const posts = generatePosts(Number(args[0] ?? 2000), 20240301);
  const bodies = posts.map(({ content }) => {
    const read = parseFrontMatter(content);
    if (read.kind !== 'read') throw new Error('bench: a generated post has no front matter');
    return read.body;
  });
  const extraction: number[] = [];
  const loading: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    extraction.push(timeMs(() => posts.forEach((post) => void parsePost(post, options))));
    loading.push(timeMs(() => bodies.forEach((body) => void load(body))));
  }
  const [extractMs, loadMs] = [median(extraction), median(loading)];
  const perSecond = (ms: number) => Math.round((posts.length * 1000) / ms).toLocaleString('en');
  const averageBytes = Math.round(bodies.reduce((sum, body) => sum + Buffer.byteLength(body), 0) / bodies.length);
  process.stdout.write(
    `extract      ${posts.length} posts, ${averageBytes} bytes a body on average, median of ${rounds} rounds, one thread\n` +
      `extraction   ${perSecond(extractMs)} articles/s\n` +
      `bare load    ${perSecond(loadMs)} bodies/s (cheerio/slim)\n` +
      `ratio        ${(extractMs / loadMs).toFixed(2)} x the time of load\n`,
  );
}

function timeMs(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** A small generator of numbers from 0 to 1 (mulberry32): the same seed gives the same posts. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const verbs = ['推进', '完善', '加强', '整理', '登记', '打理', '种植', '分享', '修缮', '养护'];
const things = ['菜园', '地块', '工具棚', '水渠', '苗圃', '步道', '公示栏', '排队办法', '轮种计划', '周末市集'];
const people = ['住户', '管理员', '志愿者', '孩子们', '老人', '技术员'];

/** Posts of the kinds that the archive has: wire reports, headings of every device, run-in series, page debris. */
function generatePosts(count: number, seed: number) {
  const random = seeded(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const clause = () => `${pick(people)}一起${pick(verbs)}${pick(things)}`;
  const sentence = () => `${Array.from({ length: 1 + Math.floor(random() * 4) }, clause).join('，')}。`;
  const text = (sentences: number) => Array.from({ length: sentences }, sentence).join('');
  const paragraph = () => `<p>　　${text(2 + Math.floor(random() * 5))}</p>`;
  const heading = () => `${pick(verbs)}${pick(things)}让${pick(people)}满意`;
  const section = [
    () => `<p><strong>${heading()}</strong></p>`,
    () => `<p>　　${heading()}</p>`,
    () => `<h3>${heading()}</h3>`,
    () => '',
  ];
  return Array.from({ length: count }, (_unused, index) => {
    const open = pick(section);
    const sections = Array.from(
      { length: 2 + Math.floor(random() * 4) },
      () => open() + paragraph() + paragraph() + paragraph(),
    );
    const credit = random() < 0.5 ? '<p align="center">本报记者 李雷</p>' : '';
    const debris =
      random() < 0.3
        ? '<p style="text-align:center"><img src="https://a.example/b.jpg"></p><p>菜园一角 李雷 摄</p><!-- 广告 --><script>var a = 1;</script>'
        : '';
    const body = `${credit}<p>　　新华社某市3月1日电（记者韩梅梅）${text(3)}</p>${debris}${sections.join('\n')}<p class="em_media">（文章来源：示例日报）</p>`;
    const content = `---\nlayout: post\ntitle: "${heading()}"\ndate: 2024-03-01 09:30:00 +0800\ncategories: shili\ntags: 示例日报新闻\n---\n${body}\n\n<https://news.example/${index}>\n\n[返回示例日报新闻](//a.example/)｜[返回首页](//a.example/)\n`;
    return { sourceKey: 'bench', fileName: `2024-03-01-B${index}.md`, content };
  });
}
