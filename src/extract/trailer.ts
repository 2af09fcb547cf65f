/** The body of a post without its last lines, and the link those held. */
export interface Body {
  /** HTML, Markdown or both. */
  readonly markup: string;
  /** The original link as printed; undefined for `<>` and for anything but http and https. */
  readonly url: string | undefined;
}

const maxTrailerLines = 40;
const navigationLine = /^\[返回[^\]]{0,200}\]\([^)\s]{0,500}\)(?:[\s｜|]*\[返回[^\]]{0,200}\]\([^)\s]{0,500}\))*$/u;
const linkLine = /^<([^<>]{0,2000})>$/u;

/** Takes the `<link>` line and the 返回… navigation off the end of a body. */
export function splitTrailer(body: string): Body {
  let end = body.length;
  let url: string | undefined;
  for (let lines = 0; lines < maxTrailerLines && end > 0; lines += 1) {
    const start = body.lastIndexOf('\n', end - 1) + 1;
    const line = body.slice(start, end).trim();
    const link = linkLine.exec(line)?.[1];
    if (line !== '' && link === undefined && !navigationLine.test(line)) break;
    // A tag that stands alone on the last line is no link line.
    if (link !== undefined && link !== '' && !/[:/]/u.test(link)) break;
    if (link !== undefined && /^\/?[a-zA-Z][a-zA-Z0-9]*[\s/]*$/u.test(link)) break;
    if (link !== undefined) url ??= webUrl(link.trim());
    end = Math.max(0, start - 1);
    if (start === 0) break;
  }
  return { markup: body.slice(0, end), url };
}

/** The address itself when it is http or https with a host; else undefined. */
export function webUrl(address: string): string | undefined {
  // Behind the scheme only what cannot leave an attribute or a line; a host that does not parse is none.
  return /^https?:\/\/[^\s"'`\\<>]+$/iu.test(address) && URL.canParse(address) ? address : undefined;
}
