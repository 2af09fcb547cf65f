import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitServerOptions {
  /** Repositories are served by their path below it. */
  readonly root: string;
  /** Basic authentication; undefined: none. */
  readonly credentials?: { readonly user: string; readonly password: string } | undefined;
  /** As servers were before 2018: protocol 0, which gives single objects only where it is told to, and no filters. */
  readonly isOld?: boolean | undefined;
  /** Protocol 0 alone. */
  readonly protocol?: 0 | undefined;
}

export interface GitServer {
  /** http://127.0.0.1:PORT, without a slash. */
  readonly url: string;
  /** Bytes of bodies, both ways. */
  readonly transferred: number;
  readonly requests: number;
  /** From now on answers break off behind so many bytes, and the connection hangs; undefined: they are whole. */
  hangBehind(bytes: number | undefined): void;
  close(): Promise<void>;
}

/** git's own server, `git http-backend` (a CGI), behind a real HTTP server of this machine. */
export async function startGitServer(options: GitServerOptions): Promise<GitServer> {
  const { credentials } = options;
  const count = { transferred: 0, requests: 0 };
  let mostBytes: number | undefined;
  const expected = credentials && `Basic ${btoa(`${credentials.user}:${credentials.password}`)}`;
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    count.requests += 1;
    if (expected && request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="posts"' }).end();
      return;
    }
    const backend = spawn('git', ['http-backend'], { env: environment(request, options) });
    request.on('data', (chunk: Buffer) => {
      count.transferred += chunk.length;
    });
    // A backend that ended early reads no more.
    backend.stdin.on('error', () => {});
    request.pipe(backend.stdin);
    response.on('close', () => backend.kill());
    let head: Buffer | undefined = Buffer.alloc(0);
    let sent = 0;
    const send = (bytes: Buffer) => {
      const whole = sent + bytes.length;
      const rest = mostBytes === undefined ? bytes : bytes.subarray(0, Math.max(0, mostBytes - sent));
      sent = whole;
      count.transferred += rest.length;
      response.write(rest);
    };
    backend.stdout.on('data', (chunk: Buffer) => {
      if (!head) return send(chunk);
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      writeHead(response, head.subarray(0, end).toString());
      const body = head.subarray(end + 4);
      head = undefined;
      send(body);
    });
    backend.on('close', () => {
      if (mostBytes === undefined || sent <= mostBytes) response.end();
    });
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get transferred() {
      return count.transferred;
    },
    get requests() {
      return count.requests;
    },
    hangBehind(bytes) {
      mostBytes = bytes;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function environment(request: IncomingMessage, { root, isOld, protocol }: GitServerOptions): NodeJS.ProcessEnv {
  const { pathname, search } = new URL(request.url ?? '/', 'http://host');
  const { headers } = request;
  const settings = isOld
    ? [
        ['uploadpack.allowFilter', 'false'],
        ['uploadpack.allowAnySHA1InWant', 'false'],
      ]
    : [];
  return {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
    PATH_INFO: decodeURIComponent(pathname),
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: headers['content-type'] ?? '',
    ...(headers['content-length'] ? { CONTENT_LENGTH: headers['content-length'] } : {}),
    ...(headers['content-encoding'] ? { HTTP_CONTENT_ENCODING: headers['content-encoding'] } : {}),
    ...(headers['git-protocol'] && !isOld && protocol !== 0 ? { GIT_PROTOCOL: String(headers['git-protocol']) } : {}),
  };
}

function writeHead(response: ServerResponse, head: string): void {
  const lines = head.split('\r\n').map((line) => line.split(': '));
  let status = 200;
  for (const [name = '', value = ''] of lines) {
    if (name === 'Status') status = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.writeHead(status);
}
