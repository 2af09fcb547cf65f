import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import zlib from 'node:zlib';
import { SourceFailure } from '../domain/source-failure.js';
import { createProxyAgent } from '../proxy.js';
import { lookupPublic, refuseLocalName, refusePrivateHost } from './private-address.js';
import { sourceKeyOf } from './source-address.js';

/** What a server is told of the answer that it gave last. */
export interface FeedVersion {
  readonly etag: string | undefined;
  readonly lastModified: string | undefined;
}

export type FeedAnswer =
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'feed';
      readonly bytes: Buffer;
      readonly contentType: string | undefined;
      /** Where it was found behind all redirections; with the password that the address may carry. */
      readonly url: string;
      /** Where it has moved to for good, without a password; undefined: it has not. */
      readonly movedTo: string | undefined;
      readonly version: FeedVersion;
    };

export interface FetchOptions {
  readonly allowPrivate: boolean;
  readonly proxyUrl: string | undefined;
  readonly limits?: Partial<FetchLimits>;
}

export interface FetchLimits {
  /** Of the feed itself, however small it was made for the way. */
  readonly maxBytes: number;
  /** From the first look-up of a name to the last byte. */
  readonly timeoutMs: number;
  readonly maxRedirects: number;
}

const usualLimits: FetchLimits = { maxBytes: 10 * 1024 * 1024, timeoutMs: 30_000, maxRedirects: 5 };
/** A longer one is no name for a version that we would want to keep. */
const maxVersionChars = 1_000;
const headers = {
  'user-agent': 'zhaibao (a bot that reads feeds and keeps to ETag, Last-Modified and Retry-After)',
  accept: 'application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5',
  'accept-encoding': 'gzip, deflate, br',
};

/** Asks for a feed. Throws SourceFailure, which names no password, for whatever the server or the way there can be. */
export async function fetchFeed(
  address: string,
  known: FeedVersion | undefined,
  options: FetchOptions,
  signal: AbortSignal,
  now: Date,
): Promise<FeedAnswer> {
  const limits = { ...usualLimits, ...options.limits };
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort('late'), limits.timeoutMs);
  // AbortSignal.any would do, but on Node 20 it keeps every call's signal for as long as the bot lives.
  const end = () => ending.abort('stopped');
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await follow(new URL(address), known, { ...options, limits, signal: ending.signal }, now);
  } catch (error) {
    if (ending.signal.reason === 'late')
      throw new SourceFailure(`no whole answer within ${limits.timeoutMs / 1_000} s`, { cause: error });
    throw error instanceof SourceFailure ? error : new SourceFailure(describe(error), { cause: error });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', end);
    // Whatever is left of a connection goes.
    ending.abort();
  }
}

interface Call extends Omit<FetchOptions, 'limits'> {
  readonly limits: FetchLimits;
  readonly signal: AbortSignal;
}

/** A feed's address can lead on to another, which is checked like the first. */
async function follow(start: URL, known: FeedVersion | undefined, call: Call, now: Date): Promise<FeedAnswer> {
  let url = start;
  let credentials = basicCredentials(start);
  let movedTo: string | undefined;
  let isMoved = true;
  for (let redirects = 0; redirects <= call.limits.maxRedirects; redirects += 1) {
    const response = await ask(url, { ...headers, ...conditions(known), ...credentials }, call);
    const status = response.statusCode ?? 0;
    const next = redirection(response, url);
    if (!next) return await readAnswer(response, url, movedTo, call, now);
    response.destroy();
    if (next.protocol !== 'http:' && next.protocol !== 'https:')
      throw new SourceFailure(`leads to an address that is not of the web (${next.protocol})`);
    // It has moved for good only as far as every step says so.
    isMoved &&= status === 301 || status === 308;
    if (isMoved) movedTo = sourceKeyOf(next.href);
    // A password is for the server that it was given for.
    if (next.origin !== url.origin) credentials = {};
    if (next.username) credentials = basicCredentials(next);
    url = next;
  }
  throw new SourceFailure(`leads on and on: more than ${call.limits.maxRedirects} redirections`);
}

function redirection({ statusCode, headers: { location } }: IncomingMessage, url: URL): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode ?? 0)) return undefined;
  if (!location || !URL.canParse(location, url.href)) throw new SourceFailure('leads on to nowhere');
  return new URL(location, url);
}

function ask(url: URL, sent: http.OutgoingHttpHeaders, call: Call): Promise<IncomingMessage> {
  if (!call.allowPrivate) (call.proxyUrl ? refuseLocalName : refusePrivateHost)(url);
  const { request } = url.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const asked = request(withoutCredentials(url), {
      headers: sent,
      signal: call.signal,
      // A connection of its own: none that was made to an address nobody checked.
      agent: call.proxyUrl ? createProxyAgent(call.proxyUrl) : false,
      ...(!call.allowPrivate && !call.proxyUrl && { lookup: lookupPublic }),
    });
    asked.on('response', resolve).on('error', reject).end();
  });
}

async function readAnswer(
  response: IncomingMessage,
  url: URL,
  movedTo: string | undefined,
  { limits }: Call,
  now: Date,
): Promise<FeedAnswer> {
  const { statusCode: status = 0, headers: given } = response;
  if (status === 304) {
    response.destroy();
    return { kind: 'unchanged' };
  }
  if (status !== 200) {
    response.destroy();
    throw new SourceFailure(`answers ${status}${meanings[status] ?? ''}`, {
      notBefore: retryAfter(given['retry-after'], now),
    });
  }
  const bytes = await readBody(response, limits.maxBytes);
  const version = { etag: bounded(given.etag), lastModified: bounded(given['last-modified']) };
  return { kind: 'feed', bytes, contentType: given['content-type'], url: url.href, movedTo, version };
}

const meanings: Readonly<Record<number, string>> = {
  401: ' (it wants a name and password: https://NAME:PASSWORD@…)',
  403: ' (it refuses us)',
  404: ' (there is nothing at this address)',
  407: ' (the proxy wants a name and password)',
  410: ' (the feed is gone for good)',
  429: ' (we ask too often)',
  503: ' (it is too busy)',
};

/** Counts what comes out of the decompression: a small answer can unpack to any size. */
async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new SourceFailure(`larger than ${maxBytes / 1024 / 1024} MB`);
  const chunks: Buffer[] = [];
  let size = 0;
  const body = decompressed(response);
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop destroys the streams, and with them the connection.
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decompressed(response: IncomingMessage): Readable {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const unpack = {
    identity: undefined,
    gzip: () => zlib.createGunzip(),
    'x-gzip': () => zlib.createGunzip(),
    deflate: () => zlib.createInflate(),
    br: () => zlib.createBrotliDecompress(),
  };
  if (!Object.hasOwn(unpack, encoding)) {
    response.destroy();
    throw new SourceFailure(`packed in a way that nobody asked for (${encoding.slice(0, 40)})`);
  }
  const opened = unpack[encoding as keyof typeof unpack]?.();
  // The reader of the last stream gets the error of any.
  return opened ? pipeline(response, opened, () => {}) : response;
}

function conditions(known: FeedVersion | undefined): http.OutgoingHttpHeaders {
  return {
    ...(known?.etag && { 'if-none-match': known.etag }),
    ...(known?.lastModified && { 'if-modified-since': known.lastModified }),
  };
}

function basicCredentials({ username, password }: URL): http.OutgoingHttpHeaders {
  if (!username && !password) return {};
  const pair = `${decode(username)}:${decode(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function withoutCredentials(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  return bare;
}

/** Seconds, or a date. */
function retryAfter(value: string | undefined, now: Date): Date | undefined {
  if (value === undefined) return undefined;
  const time = /^\d{1,9}$/u.test(value.trim()) ? now.getTime() + Number(value) * 1_000 : Date.parse(value);
  return Number.isFinite(time) ? new Date(time) : undefined;
}

const bounded = (value: string | undefined) => (value && value.length <= maxVersionChars ? value : undefined);

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no server of that name',
  EAI_AGAIN: 'names cannot be looked up at the moment',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'cannot be reached',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is one that nobody vouches for',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is one that nobody vouches for',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is one that nobody vouches for',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  Z_DATA_ERROR: 'its compression is damaged',
  Z_BUF_ERROR: 'its compression is cut short',
};

/** By code: an error's own words can quote the address. */
function describe(error: unknown): string {
  // Several addresses of one name were tried.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  if (first instanceof SourceFailure) return first.message;
  const { code, name } = first as NodeJS.ErrnoException;
  return `cannot be read: ${reasons[code ?? ''] ?? code ?? name}`;
}
