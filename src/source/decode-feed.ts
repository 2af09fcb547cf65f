import { TextDecoder } from 'node:util';

const declared = /^<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']/iu;
/** Enough for a byte order mark and an XML declaration. */
const headBytes = 512;

/**
 * A feed's bytes as text. A byte order mark decides, then the server's word, then the XML declaration, then UTF-8: the first
 * of them that the bytes agree with. Servers name UTF-8 for what is GB18030 more often than the bytes are damaged.
 */
export function decodeFeed(bytes: Uint8Array, contentType: string | undefined): string {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, headBytes)).trimStart();
  const named = [
    markOf(bytes),
    /charset\s*=\s*["']?([\w.:-]{1,40})/iu.exec(contentType ?? '')?.[1],
    declared.exec(head)?.[1],
  ];
  const labels = [...named, 'utf-8'].flatMap((label) => (label && isKnown(label) ? [label] : []));
  for (const label of [...labels, 'gb18030']) {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // Not in this one.
    }
  }
  return new TextDecoder(labels[0]).decode(bytes);
}

function markOf([first, second, third]: Uint8Array): string | undefined {
  if (first === 0xef && second === 0xbb && third === 0xbf) return 'utf-8';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return undefined;
}

/** Western labels fit any bytes at all, so that they say nothing; UTF-16 without a mark is a mistake. */
function isKnown(label: string): boolean {
  try {
    const { encoding } = new TextDecoder(label);
    return !/^(?:windows-1252|iso-8859-\d+)$/u.test(encoding);
  } catch {
    return false;
  }
}
