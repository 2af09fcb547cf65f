import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadFile } from '../../bot/download-file.js';

let server: http.Server;
let answer: (response: http.ServerResponse) => void;
beforeEach(async () => {
  server = http.createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const address = () =>
  new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/file/bot7:secret/documents/a.json`);
const download = (signal = new AbortController().signal) =>
  downloadFile(address(), { agent: undefined, maxBytes: 1_000, signal });
const failure = async (signal?: AbortSignal) => {
  const error = await download(signal).then(
    () => undefined,
    (reason: Error) => reason,
  );
  return error?.message ?? '';
};

describe('downloadFile', () => {
  it('gives what is there, up to the limit', async () => {
    answer = (response) => response.end('x'.repeat(1_000));
    expect((await download())?.length).toBe(1_000);
  });

  it('reads no further than the limit, whatever the length is said to be', async () => {
    answer = (response) => {
      const timer = setInterval(() => response.write('x'.repeat(900)), 5);
      response.on('close', () => clearInterval(timer));
    };
    expect(await download()).toBeUndefined();
  });

  it.each([
    ['an error', (response: http.ServerResponse) => void response.writeHead(404).end(), 'status 404'],
    [
      'a redirection',
      (response: http.ServerResponse) => void response.writeHead(302, { location: 'http://a.cn' }).end(),
      'status 302',
    ],
    ['a cut connection', (response: http.ServerResponse) => void response.destroy(), 'ECONNRESET'],
    [
      'a cut in the middle',
      (response: http.ServerResponse) => {
        response.writeHead(200, { 'content-length': 500 });
        response.write('x');
        setTimeout(() => response.destroy(), 20);
      },
      'ECONNRESET',
    ],
  ])('fails at %s without telling the token', async (_name, how, expected) => {
    answer = how;
    expect(await failure()).toBe(`file could not be downloaded (${expected})`);
  });

  it('is given up', async () => {
    answer = () => {};
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    expect(await failure(controller.signal)).toBe('file could not be downloaded (ABORT_ERR)');
  });
});
