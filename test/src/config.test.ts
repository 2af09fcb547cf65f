import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../../src/config.js';

const token = '123456789:AAabcdefghijklmnopqrstuvwxyz_012345';

function linesFor(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
  return [];
}

describe('loadConfig', () => {
  it('runs on the samples when nothing is configured', () => {
    expect(loadConfig({})).toMatchObject({
      botToken: undefined,
      usesSamples: true,
      databaseUrl: 'file:data/demo.db',
      ingestCron: '*/5 * * * *',
      timeZone: 'Asia/Shanghai',
      language: 'zh',
      sendRate: 28,
      paidBroadcast: false,
      pushPerHour: 0,
      host: '127.0.0.1',
      port: 8080,
    });
  });

  it.each([
    ['a token', { BOT_TOKEN: token }],
    ['sources', { SOURCES: '/posts' }],
  ])('leaves the samples alone with %s', (_name, env) =>
    expect(loadConfig(env)).toMatchObject({ usesSamples: false, databaseUrl: 'file:data/zhaibao.db' }),
  );

  it('splits SOURCES at white space', () => {
    expect(loadConfig({ SOURCES: ' /a\n  ./b ' }).sources).toEqual(['/a', './b']);
  });

  it('takes an empty variable as not set', () => {
    expect(loadConfig({ BOT_TOKEN: '', PORT: ' ' })).toMatchObject({ botToken: undefined, port: 8080 });
  });

  it('reports every bad variable at once, a line each', () => {
    const lines = linesFor({
      BOT_TOKEN: 'nonsense',
      INGEST_CRON: 'often',
      TIMEZONE: 'Mars/Olympus',
      LANGUAGE: 'fr',
      SEND_RATE: '100',
      PORT: '99999',
      WEBHOOK_URL: 'http://example.com',
      DATABASE_URL: 'mysql://me:secret@example/db',
      SOURCES: 'ftp://example.com/feed.xml git+https://example.com/repo.git#-f',
    });
    const names = lines.map((line) => line.split(' ')[0]);
    expect(names.sort()).toEqual(
      [
        'BOT_TOKEN',
        'DATABASE_URL',
        'INGEST_CRON',
        'LANGUAGE',
        'PORT',
        'SEND_RATE',
        'SOURCES',
        'SOURCES',
        'TIMEZONE',
        'WEBHOOK_URL',
      ].sort(),
    );
  });

  it('never repeats a token', () => {
    expect(linesFor({ BOT_TOKEN: 'secret secret' }).join()).not.toContain('secret');
  });

  it('takes folders and feeds as SOURCES, and never repeats what it does not understand', () => {
    const feed = 'https://me:secret@example.com/feed.xml';
    expect(loadConfig({ SOURCES: `./posts ${feed}` }).sources).toEqual(['./posts', feed]);
    expect(linesFor({ SOURCES: './posts ftp://me:secret@example.com/ https://me:secret@' })).toEqual([
      'SOURCES entry 2 is neither a folder, nor git+https://…#branch:folder, nor the http(s) address of a feed',
      'SOURCES entry 3 is neither a folder, nor git+https://…#branch:folder, nor the http(s) address of a feed',
    ]);
  });

  it.each([
    'file:a.db',
    'postgres://example/db',
    'postgresql://me:se%23cret@example.com:5433/db?sslmode=require',
    'postgres:///db?host=/var/run/postgresql',
  ])('takes %s as DATABASE_URL', (databaseUrl) =>
    expect(loadConfig({ DATABASE_URL: databaseUrl })).toMatchObject({ databaseUrl }),
  );

  it.each([
    'a.db',
    'file:',
    'mysql://me:secret@example/db',
    'postgres://me:sec#ret@example/db',
    'postgres://me:s%e@h/db',
    'postgres://me:9876/abc@h/db',
    'postgres://me:9876?abc@h/db',
    'postgres://me:9876#abc@h/db',
    'postgres://me:pa@ss@h/db',
    'postgres://me:pa@ss/w@h/db',
  ])('refuses %s as DATABASE_URL, and does not repeat it', (databaseUrl) => {
    const line =
      'DATABASE_URL must be file:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME, with %40 for @ in a password, %2F for /, %23 for # and so on';
    expect(linesFor({ DATABASE_URL: databaseUrl })).toEqual([line]);
  });

  it('leaves backups of a server to the server', () => {
    const env = { DATABASE_URL: 'postgres://example/db', BACKUP_CRON: '0 4 * * *' };
    expect(linesFor(env)).toEqual([expect.stringMatching(/^BACKUP_CRON is for SQLite: .* pg_dump/u)]);
    expect(linesFor({ BACKUP_CRON: '0 4 * * *' })).toEqual([]);
  });

  it('reads ALLOW_PRIVATE_FEEDS', () => {
    expect(loadConfig({})).toMatchObject({ allowPrivateFeeds: false });
    expect(loadConfig({ ALLOW_PRIVATE_FEEDS: 'true' })).toMatchObject({ allowPrivateFeeds: true });
    expect(linesFor({ ALLOW_PRIVATE_FEEDS: 'yes' })).toEqual(['ALLOW_PRIVATE_FEEDS must be true or false']);
  });

  it.each(['http://127.0.0.1:7890', 'https://me:secret@proxy.example.com', 'socks5://127.0.0.1:1080'])(
    'takes %s as PROXY_URL',
    (proxyUrl) => expect(loadConfig({ PROXY_URL: proxyUrl })).toMatchObject({ proxyUrl }),
  );

  it.each(['127.0.0.1:7890', 'socks4://127.0.0.1', 'http://me:secret@', 'ftp://secret.example.com'])(
    'refuses %s as PROXY_URL',
    (proxyUrl) => {
      const line = 'PROXY_URL must be a proxy such as http://127.0.0.1:7890 or socks5://127.0.0.1:1080';
      expect(linesFor({ PROXY_URL: proxyUrl })).toEqual([line]);
    },
  );

  it.each([
    [{ SEND_RATE: '30' }, []],
    [{ SEND_RATE: '31' }, ['SEND_RATE must be 1 to 30 (with PAID_BROADCAST=true 1 to 1000)']],
    [{ SEND_RATE: '31', PAID_BROADCAST: 'false' }, ['SEND_RATE must be 1 to 30 (with PAID_BROADCAST=true 1 to 1000)']],
    [{ SEND_RATE: '1000', PAID_BROADCAST: 'true' }, []],
    [{ SEND_RATE: '1001', PAID_BROADCAST: 'true' }, ['SEND_RATE must be 1 to 1000']],
    [{ SEND_RATE: '0' }, ['SEND_RATE must be 1 to 30 (with PAID_BROADCAST=true 1 to 1000)']],
    [{ SEND_RATE: '2.5' }, ['SEND_RATE must be a whole number']],
    [{ PAID_BROADCAST: 'yes' }, ['PAID_BROADCAST must be true or false']],
    [{ PUSH_PER_HOUR: '-1' }, ['PUSH_PER_HOUR must be a whole number']],
    [{ PUSH_PER_HOUR: '1001' }, ['PUSH_PER_HOUR must be 0 to 1000']],
  ])('bounds the pace: %j', (env, lines) => expect(linesFor(env)).toEqual(lines));

  it.each([
    ['123456789', [123456789]],
    [' 1, 2，3\t4 1', [1, 2, 3, 4]],
    [undefined, []],
  ])('reads ADMIN_IDS: %j', (text, ids) => expect(loadConfig({ ADMIN_IDS: text }).adminIds).toEqual(ids));

  it.each(['@somebody', '-1001234567890', '12.5', '0', '1;2'])('refuses %s as a user id', (text) => {
    expect(linesFor({ ADMIN_IDS: text })).toEqual([
      'ADMIN_IDS must be Telegram user ids: numbers, separated by commas or spaces',
    ]);
  });

  it('reads the pace', () => {
    expect(loadConfig({ SEND_RATE: '500', PAID_BROADCAST: 'true', PUSH_PER_HOUR: '0' })).toMatchObject({
      sendRate: 500,
      paidBroadcast: true,
      pushPerHour: 0,
    });
  });

  it.each([
    ['https://news.example.com', 'https://news.example.com'],
    ['https://example.com/zhaibao/', 'https://example.com/zhaibao'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    [undefined, undefined],
  ])('reads PUBLIC_URL: %j', (text, url) =>
    expect(loadConfig({ BOT_TOKEN: token, PUBLIC_URL: text }).publicUrl).toBe(url),
  );

  it.each([
    ['https://news.example.com/telegram', 'x'.repeat(256)],
    ['https://news.example.com:8443/a-b/c_d', 'A-z_0'],
    ['http://127.0.0.1:8080/telegram', undefined],
  ])('reads WEBHOOK_URL and WEBHOOK_SECRET: %s', (url, secret) =>
    expect(loadConfig({ BOT_TOKEN: token, WEBHOOK_URL: url, WEBHOOK_SECRET: secret })).toMatchObject({
      webhookUrl: url,
      webhookSecret: secret,
    }),
  );

  it.each([
    [{ WEBHOOK_URL: 'http://news.example.com/telegram' }, 'WEBHOOK_URL must be an https address'],
    [{ WEBHOOK_URL: 'https://news.example.com/a?b=1' }, 'WEBHOOK_URL must be an https address'],
    [{ WEBHOOK_URL: 'https://news.example.com/:id/*' }, 'WEBHOOK_URL must be an https address'],
    [{ WEBHOOK_URL: 'https://news.example.com/推送' }, 'WEBHOOK_URL must be an https address'],
    [{ WEBHOOK_SECRET: 'x'.repeat(257) }, 'WEBHOOK_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -'],
    [{ WEBHOOK_SECRET: '口令' }, 'WEBHOOK_SECRET must be 1 to 256 of A-Z, a-z, 0-9, _ and -'],
  ])('refuses %j', (env, line) => {
    const lines = linesFor(env);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(line);
  });

  it.each(['http://news.example.com', 'news.example.com', 'https://example.com/?a=1', 'ftp://example.com', 'https://'])(
    'refuses %s as PUBLIC_URL',
    (url) => {
      expect(linesFor({ PUBLIC_URL: url })).toEqual([
        'PUBLIC_URL must be an https address without a query, such as https://news.example.com',
      ]);
    },
  );

  it.each([
    ['localhost', []],
    ['127.0.0.1', []],
    ['::1', []],
    ['0.0.0.0', ['HOST must be 127.0.0.1 without BOT_TOKEN: the local chat is for this machine only']],
    ['127.0.0.1.example.com', ['HOST must be 127.0.0.1 without BOT_TOKEN: the local chat is for this machine only']],
  ])('keeps the local chat on this machine: HOST=%s', (host, lines) => {
    expect(linesFor({ HOST: host })).toEqual(lines);
    expect(linesFor({ HOST: host, BOT_TOKEN: token })).toEqual([]);
  });

  it('knows a port that nobody chose', () => {
    expect([loadConfig({}).isDefaultPort, loadConfig({ PORT: '8080' }).isDefaultPort]).toEqual([true, false]);
  });

  it('accepts .env.example with every line uncommented', () => {
    const example = readFileSync('.env.example', 'utf8').replace(/^#(?=[A-Z_]+=)/gmu, '');
    const env = Object.fromEntries(
      [...example.matchAll(/^(?<name>[A-Z_]+)=(?<value>.*)$/gmu)].map(({ groups }) => [groups?.name, groups?.value]),
    );
    expect(Object.keys(env).length).toBeGreaterThan(8);
    expect(linesFor(env)).toEqual([]);
  });
});
