import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server on which nothing moves any more once it is frozen: neither an answer nor an end. */
export interface FreezableWay {
  readonly url: string;
  freeze(): void;
  /** What comes new gets through again; what was frozen stays so, as to a server that another has taken the place of. */
  openAnew(): void;
  /** All connections break; new ones get through. */
  cut(): void;
  close(): void;
}

export async function startFreezableWay(url: string): Promise<FreezableWay> {
  const target = new URL(url);
  const port = Number(target.port);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  const server = createServer((client) => {
    const upstream = connect(port, target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    if (isFrozen) client.pause();
    else client.pipe(upstream).pipe(client);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  target.port = String((server.address() as AddressInfo).port);
  return {
    url: target.toString(),
    freeze() {
      isFrozen = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    openAnew() {
      isFrozen = false;
    },
    cut,
    close() {
      cut();
      server.close();
    },
  };
}
