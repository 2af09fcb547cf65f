import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '../../config.js';
import { about, type Finding } from './finding.js';

const timeoutMs = 10_000;

/** Whether the HTTP server gets its address, and whether others reach it where PUBLIC_URL says. */
export async function checkHttp(config: Config): Promise<readonly Finding[]> {
  const port = await checkPort(config);
  return [port.finding, ...(config.publicUrl ? [await checkPublicUrl(config.publicUrl, port.isBotThere)] : [])];
}

async function checkPort({ host, port, botToken, isDefaultPort }: Config): Promise<{
  readonly finding: Finding;
  readonly isBotThere: boolean;
}> {
  const address = about('port');
  if (port === 0) return { finding: address.ok('0: a free one at each start'), isBotThere: false };
  const failure = await tryToListen(host, port);
  if (failure === undefined) return { finding: address.ok(`${host}:${port} is free`), isBotThere: false };
  if (failure !== 'EADDRINUSE') return { finding: address.bad(explain(failure, host)), isBotThere: false };
  if (await answersAsBot(host, port))
    return { finding: address.ok(`the bot is running at ${host}:${port}`), isBotThere: true };
  const taken = `another program has ${host}:${port}`;
  // The local chat goes on to the next port.
  const goesOn = botToken === undefined && isDefaultPort;
  const finding = goesOn ? address.note(`${taken}: the next free port is taken`) : address.bad(`${taken}: set PORT`);
  return { finding, isBotThere: false };
}

/** Undefined: nothing is in the way; else the code of what is. */
async function tryToListen(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    server.listen({ host, port, exclusive: true });
    await once(server, 'listening');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'error';
  } finally {
    server.close();
  }
}

function explain(code: string, host: string): string {
  if (code === 'EACCES') return 'not allowed: set PORT to one above 1023';
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine: set HOST to 127.0.0.1 or 0.0.0.0`;
  return `${host} cannot be listened on (${code}): set HOST to 127.0.0.1`;
}

async function answersAsBot(host: string, port: number): Promise<boolean> {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return (await readHealth(`http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`)) === 'ok';
}

async function checkPublicUrl(publicUrl: string, isBotThere: boolean): Promise<Finding> {
  const address = about('public url');
  const health = await readHealth(publicUrl);
  if (health === 'ok') {
    if (publicUrl.startsWith('http:'))
      return address.note(`${publicUrl} is not https: Telegram does not open the Mini App; set an https address`);
    return address.ok(`${publicUrl} leads to the bot`);
  }
  if (isCertificateTrouble(health))
    return address.bad(`${publicUrl}: its certificate is refused (${health}): renew it`);
  if (health === 'ENOTFOUND') return address.bad(`${publicUrl}: there is no such host: correct PUBLIC_URL or its DNS`);
  // A machine behind a router may not reach itself by its public name.
  const remedy = isBotThere
    ? 'let the proxy pass it on to HOST:PORT, and look from another machine'
    : 'start the bot, then run this again';
  return address.note(`${publicUrl} does not lead to a running bot from here (${health}): ${remedy}`);
}

/** `ok`, or in a word what came in its place. */
async function readHealth(url: string): Promise<string> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(timeoutMs) });
    const text = await response.text();
    if (!response.ok) return `HTTP ${response.status}`;
    return text.trim() === 'ok' ? 'ok' : 'another page';
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { readonly code?: string };
    return code ?? (error as Error).name;
  }
}

function isCertificateTrouble(code: string): boolean {
  return /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO_VERIFY/u.test(code);
}
