import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves `GET /healthz` (200 while the process lives). Throws when the address is taken. */
export async function startHealthServer(host: string, port: number): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const known = request.url?.split('?')[0] === '/healthz';
    const readable = request.method === 'GET' || request.method === 'HEAD';
    const [status, body] = !known ? [404, 'not found'] : readable ? [200, 'ok'] : [405, 'method not allowed'];
    response.writeHead(status as number, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
    response.end(`${body}\n`);
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
