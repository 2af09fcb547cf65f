import type { Gap } from './align.js';

/** 青石镇, 东渠街; not 我市, 公路 or 市场, which may stand in other words for the same thing. */
const placeEnd = new RegExp(
  `(?<![我本全该各])(?:${[
    '[县巷岛苑寨屯庄馆]',
    '省(?![略钱心力去])',
    '镇(?!定)',
    '街(?![头坊道上])',
    '(?<![城超上股都门楼车])市(?![场民值价面])',
    '(?<![地小社园山景])区(?![域别分间块])',
    '(?<![城家返下])乡(?![亲村愁])',
    '(?<![农乡新])村(?!民)',
    '(?<![道公铁马思出一])路(?![上边面])',
    '(?<!大)桥(?!梁)',
    '(?<![车网])站(?![在起位立])',
    '(?<!海)[港湾](?![口股])',
    '(?<![当结])局(?![面势部限])',
    '(?<![医学法])院(?![士长校])',
    '(?<!工)厂(?![家商房])',
    '(?<![部军团球排])队(?![伍员友])',
  ].join('|')})`,
  'gu',
);
/** The end of a place's name that is compared: 石镇 of 青石镇. */
const placeEndChars = 2;
/** In a list of places there is one every so many characters at least. */
const maxListedChars = 8;

/** A longer passage that lists places on both sides, and other ones: what a notice applies to. */
export function areOtherLists(gap: Gap, short: string, long: string): boolean {
  const isList = (side: string) => (side.match(placeEnd)?.length ?? 0) * maxListedChars >= side.length;
  return (
    isList(short.slice(gap.shortFrom, gap.shortTo)) &&
    isList(long.slice(gap.longFrom, gap.longTo)) &&
    namesOtherPlaces(gap, short, long)
  );
}

/** True when each side of a gap names a place that the other side does not. */
export function namesOtherPlaces(gap: Gap, short: string, long: string): boolean {
  const shortSide = short.slice(Math.max(0, gap.shortFrom - placeEndChars), gap.shortTo + 1);
  const longSide = long.slice(Math.max(0, gap.longFrom - placeEndChars), gap.longTo + 1);
  return (
    hasOwnPlace(short, gap.shortFrom, gap.shortTo, longSide) && hasOwnPlace(long, gap.longFrom, gap.longTo, shortSide)
  );
}

/** 东河镇 is not 西河镇; what stands before other names (在, 从, 位于) is no part of them. */
const partOfName = /[东西南北上下大小前后新老中内外]/u;

/** Whether this part of a text names a place, its end perhaps behind the part, that the other side does not name. */
function hasOwnPlace(text: string, from: number, to: number, otherSide: string): boolean {
  const start = Math.max(0, from - placeEndChars);
  for (const { index } of text.slice(start, to + 2).matchAll(placeEnd)) {
    const end = start + index + 1;
    // Only where the name itself differs, not what stands before or behind it.
    if (end - placeEndChars < from || end > to + 1) continue;
    const name = text.slice(end - placeEndChars, end);
    if (!otherSide.includes(name)) return true;
    const before = text.charAt(end - placeEndChars - 1);
    if (partOfName.test(before) && !otherSide.includes(before + name)) return true;
  }
  return false;
}
