import { Hono } from 'hono';
import { expect, it } from 'vitest';
import { ownOrigin } from '../../../src/http/own-origin.js';

const app = new Hono().use(ownOrigin).all('*', (context) => context.text('fine'));

const ask = async (headers: Readonly<Record<string, string>>, method = 'GET') =>
  (await app.request('/x', { method, headers: { host: '127.0.0.1:8080', ...headers } })).status;

it.each([
  ['what a command line asks', {}],
  ['the own page', { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }],
  ['the same by name', { host: 'localhost:8080', origin: 'http://localhost:8080' }],
  ['the same by its IPv6 address', { host: '[::1]:8080' }],
  ['an address that is typed', { 'sec-fetch-site': 'none' }],
  [
    'a link on another site',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
  ],
])('lets through %s', async (_name, headers) => {
  expect(await ask(headers)).toBe(200);
});

it('lets a link lead here, and nothing be sent', async () => {
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  expect(await ask(link, 'POST')).toBe(403);
});

it.each([
  ['a name that was made to point here', { host: 'evil.example:8080' }],
  ['a name that only begins like ours', { host: '127.0.0.1.evil.example' }],
  ['another site', { origin: 'https://evil.example' }],
  ['another server of this machine', { origin: 'http://127.0.0.1:3000' }],
  ['a page without an origin of its own', { origin: 'null' }],
  [
    'what another site loads',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' },
  ],
  ['what another port loads', { 'sec-fetch-site': 'same-site' }],
  [
    'another site that shows us in a frame',
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
  ],
  ['no name at all', { host: '' }],
])('refuses %s', async (_name, headers) => {
  expect(await ask(headers)).toBe(403);
  expect(await ask(headers, 'POST')).toBe(403);
});
