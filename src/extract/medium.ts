import { mediaEnding } from '../domain/category.js';
import type { Block } from './block.js';
import { firstRuling, type Rule, type Ruling } from './rule.js';
import { trimEndOf } from './text.js';

const maxMediumChars = 40;
/** In order: the em_media line, then a credit that closes the text, then the 来源 line of the page. */
export const mediumRules: readonly Rule<readonly Block[], string>[] = [
  { name: 'em-media-line', apply: (blocks) => cleanMedium(blocks.find((block) => block.isMediaLine)?.text) },
  { name: 'closing-credit', apply: (blocks) => closingCredit(blocks) },
];

/** The printed media credit; undefined when none is printed. */
export function extractMedium(blocks: readonly Block[]): Ruling<string> | undefined {
  return firstRuling(mediumRules, blocks);
}

/** 中国劳动保障报 of （文章来源：中国劳动保障报）. */
function cleanMedium(line: string | undefined): string | undefined {
  if (line === undefined) return undefined;
  const opened = line.replace(/^[（(【[\s]*(?:(?:文章|本文|稿件|新闻|信息)?来源[\s\u3000]*[:：]?)?[\s\u3000]*/u, '');
  const name = trimEndOf(opened, '）)】] \t\n\u3000\u00a0');
  return name === '' || name.length > maxMediumChars ? undefined : name;
}

/** …欢迎登记。(央视新闻), and （来源：青禾健康网） as a line or behind the last sentence. */
function closingCredit(blocks: readonly Block[]): string | undefined {
  for (let index = blocks.length - 1, seen = 0; index >= 0 && seen < 3; index -= 1) {
    const block = blocks[index] as Block;
    if (block.role === 'source') {
      const name = cleanMedium(
        /^[（(【[]?\s*(?:文章|本文|稿件|新闻|信息)?来源\s*[:：][^。，]{2,40}$/u.exec(block.text)?.[0],
      );
      if (name !== undefined) return name;
    }
    if (block.role !== 'paragraph') continue;
    seen += 1;
    const inside = /(?:^|[。！？!?”；;…])[\s\u3000]*[（(](?<inside>[^（()）]{2,40})[）)]$/u.exec(block.text.slice(-60))
      ?.groups?.inside;
    if (inside === undefined) return undefined;
    const labelled = /^(?:文章|本文|稿件)?来源[:：](?<name>[^，。]{2,40})$/u.exec(inside)?.groups?.name;
    if (labelled !== undefined) return labelled.trim();
    return mediaEnding.test(inside) && !/记者|作者|编辑|通讯员|[，。：“”、]/u.test(inside) ? inside.trim() : undefined;
  }
  return undefined;
}
