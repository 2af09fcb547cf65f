import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';

export interface HttpServer {
  readonly port: number;
  /** `http://127.0.0.1:8080`, without a slash. By its number: Telegram takes no button that leads to `localhost`. */
  readonly url: string;
  close(): Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** How many ports behind it are tried when it is taken. */
  readonly portsBehind?: number;
}

/** Fewer than the files that a process may open (1,024 where nobody set it): the bot needs some itself. */
const mostConnections = 500;
const headersTimeoutMs = 15_000;
const requestTimeoutMs = 60_000;
const silenceMs = 60_000;

/** Serves an app. Throws when the address is taken. */
export async function startHttpServer(
  app: Hono,
  { host, port, portsBehind = 0 }: HttpServerOptions,
): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.maxConnections = mostConnections;
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  // A page that listens hears something every 20 s; who takes nothing for so long has gone.
  server.setTimeout(silenceMs);
  await listen(server, host, port, portsBehind);
  const { port: taken, address } = server.address() as AddressInfo;
  return {
    port: taken,
    url: `http://${address.includes(':') ? `[${address}]` : address}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, host: string, port: number, portsBehind: number): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' && portsBehind > 0) return listen(server, host, port + 1, portsBehind - 1);
    throw new Error(`cannot listen on ${host}:${port} (${explain(error as NodeJS.ErrnoException)})`, { cause: error });
  }
}

function explain({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'the port is taken: set PORT to another';
  if (code === 'EACCES') return 'not allowed: set PORT to one above 1023';
  return message;
}
