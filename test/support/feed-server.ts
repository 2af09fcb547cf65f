import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { TextDecoder } from 'node:util';

export interface FeedServer {
  readonly url: string;
  readonly port: number;
  /** As they came. */
  readonly requests: http.IncomingMessage[];
  /** What answers from now on. */
  answer: http.RequestListener;
  close(): Promise<void>;
}

/** A server on this machine that answers as a test wants it. */
export async function startFeedServer(): Promise<FeedServer> {
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    feeds.answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const feeds: FeedServer = {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    answer: (_request, response) => response.writeHead(404).end(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return feeds;
}

/** Answers with a body. */
export function serving(body: string | Buffer, headers: http.OutgoingHttpHeaders = {}): http.RequestListener {
  return (_request, response) => response.writeHead(200, headers).end(body);
}

/** Text in an encoding of two bytes (`gbk`, `big5`), which the platform can only read. */
export function encodeAs(label: string, text: string): Buffer {
  const decoder = new TextDecoder(label);
  const bytesOf = new Map<string, readonly number[]>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1)
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const character = decoder.decode(Uint8Array.of(lead, trail));
      if ([...character].length === 1 && character !== '\ufffd') bytesOf.set(character, [lead, trail]);
    }
  return Buffer.from([...text].flatMap((character) => bytesOf.get(character) ?? [character.charCodeAt(0)]));
}

export interface RssItem {
  readonly title?: string;
  readonly link?: string;
  readonly guid?: string;
  readonly date?: string;
  readonly html?: string;
}

/** An RSS 2.0 feed of our own, the newest entry first. */
export function anRss(items: readonly RssItem[], title = '云溪日报', head = '<?xml version="1.0"?>'): string {
  const tag = (name: string, text: string | undefined) => (text === undefined ? '' : `<${name}>${text}</${name}>`);
  const entries = items.map(({ title: itemTitle, link, guid, date, html }) => {
    const content = html === undefined ? '' : `<content:encoded><![CDATA[${html}]]></content:encoded>`;
    return `<item>${tag('title', itemTitle)}${tag('link', link)}${tag('guid', guid)}${tag('pubDate', date)}${content}</item>`;
  });
  const namespace = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"';
  return `${head}<rss version="2.0" ${namespace}><channel>${tag('title', title)}${entries.join('\n')}</channel></rss>`;
}
