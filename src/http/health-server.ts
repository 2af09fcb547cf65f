import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** One thing that must be in order for the bot to do its work. */
export interface ReadinessCheck {
  readonly name: string;
  /** What is wrong, in one line; undefined: nothing. A throw is a failure as well. */
  readonly findFailure: () => Promise<string | undefined> | string | undefined;
}

/** A check that takes longer has failed. */
const checkTimeoutMs = 2_000;

/**
 * Serves `GET /healthz` (200 while the process lives) and `GET /readyz` (200 when every check is in order, else 503 with
 * a line for each that is not). Throws when the address is taken.
 */
export async function startHealthServer(
  host: string,
  port: number,
  checks: readonly ReadinessCheck[] = [],
): Promise<HealthServer> {
  const pages = new Map<string, (response: ServerResponse) => Promise<void>>([
    ['/healthz', async (response) => answer(response, 200, ['ok'])],
    [
      '/readyz',
      async (response) => {
        const failures = (await Promise.all(checks.map(describeFailure))).filter((line) => line !== undefined);
        answer(response, failures.length === 0 ? 200 : 503, failures.length === 0 ? ['ready'] : failures);
      },
    ],
  ]);
  const server = createServer((request, response) => {
    const page = pages.get(request.url?.split('?')[0] ?? '');
    if (!page) return answer(response, 404, ['not found']);
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, ['method not allowed']);
    void page(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, lines: readonly string[]): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${lines.join('\n')}\n`);
}

/** `NAME: what is wrong`; never throws. */
async function describeFailure({ name, findFailure }: ReadinessCheck): Promise<string | undefined> {
  const waiting = new AbortController();
  try {
    const tooSlow = delay(checkTimeoutMs, 'no answer', { ref: false, signal: waiting.signal });
    // Its end by the abort below is nobody's failure.
    tooSlow.catch(() => {});
    const failure = await Promise.race([findFailure(), tooSlow]);
    return failure === undefined ? undefined : `${name}: ${failure}`;
  } catch (error) {
    return `${name}: ${error instanceof Error ? error.message.split('\n')[0] : 'failed'}`;
  } finally {
    waiting.abort();
  }
}
