import http from 'node:http';
import net, { type AddressInfo } from 'node:net';

export interface TestProxy {
  readonly url: string;
  /** Where it was asked to connect to, and with what credentials. */
  readonly asked: string[];
  close(): void;
}

/** A proxy that connects to this machine whatever name it is asked for, and to the port asked for unless it is told one. */
export async function startProxy(kind: 'http' | 'socks5', port?: number): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<net.Socket>();
  const join = (client: net.Socket, askedPort: number, hello: string | Buffer) => {
    const target = net.connect(port ?? askedPort, '127.0.0.1', () => {
      client.write(hello);
      client.pipe(target).pipe(client);
    });
    sockets.add(client);
    target.on('error', () => client.destroy());
    client.on('error', () => target.destroy()).on('close', () => target.destroy());
  };
  const connect = http.createServer().on('connect', ({ url = '', headers }, socket: net.Socket) => {
    asked.push(`${url} ${headers['proxy-authorization'] ?? ''}`.trim());
    join(socket, Number(url.split(':').at(-1)), 'HTTP/1.1 200 OK\r\n\r\n');
  });
  const socks = net.createServer((client) => {
    client.once('data', () => {
      client.write(Buffer.of(5, 0));
      client.once('data', (request: Buffer) => {
        // RFC 1928: an IPv4 address, or a name behind its length.
        const end = request[3] === 1 ? 8 : 5 + (request[4] ?? 0);
        const host = request[3] === 1 ? request.subarray(4, end).join('.') : request.subarray(5, end).toString();
        asked.push(`${host}:${request.readUInt16BE(end)}`);
        join(client, request.readUInt16BE(end), Buffer.of(5, 0, 0, 1, 0, 0, 0, 0, 0, 0));
      });
    });
  });
  const server: net.Server = kind === 'http' ? connect : socks;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${kind}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
