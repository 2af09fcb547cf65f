import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { validate as isCronExpression } from 'node-cron';
import { z } from 'zod';
import { languages } from './domain/language.js';
import { projectFile } from './paths.js';
import { isPostgresUrl, postgresUrlForm } from './postgres-url.js';
import { findGitProblem, parseSourceAddress, sourceKeyOf } from './source/source-address.js';

export interface Config {
  readonly botToken: string | undefined;
  readonly telegramApiRoot: string;
  /** http(s) or socks5, for Telegram and feeds; may carry a password. */
  readonly proxyUrl: string | undefined;
  /** Folders of posts, and addresses of git repositories and feeds, which may carry a password. The bundled samples when `usesSamples`. */
  readonly sources: readonly string[];
  /** Neither a token nor sources are configured: the bot shows itself on the bundled sample posts. */
  readonly usesSamples: boolean;
  /** Feeds may be at private addresses. */
  readonly allowPrivateFeeds: boolean;
  /** `file:PATH`, or `postgres://…`, which may carry a password. */
  readonly databaseUrl: string;
  readonly ingestCron: string;
  readonly timeZone: string;
  readonly language: (typeof languages)[number];
  /** Telegram user ids of who may use /admin and /announce. */
  readonly adminIds: readonly number[];
  /** Messages per second over all chats. */
  readonly sendRate: number;
  /** Pushes beyond Telegram's 30 messages a second, for 0.1 Star each. */
  readonly paidBroadcast: boolean;
  /** Push messages that a chat gets one by one in an hour; 0: no limit. */
  readonly pushPerHour: number;
  readonly host: string;
  readonly port: number;
  /** Nobody chose the port: another one does as well. */
  readonly isDefaultPort: boolean;
  /** Where readers reach the HTTP server, without a slash at the end; undefined: no Mini App, API and Atom. */
  readonly publicUrl: string | undefined;
  /** Where Telegram delivers updates; undefined: the bot polls. */
  readonly webhookUrl: string | undefined;
  /** Undefined: one is derived from the token. */
  readonly webhookSecret: string | undefined;
  /** The text of an article may be shown, not only its summary. */
  readonly fullText: boolean;
  /** Articles older than so many days are removed; undefined: none. */
  readonly retentionDays: number | undefined;
  /** When backups are made; undefined: not by themselves. */
  readonly backupCron: string | undefined;
  /** Scheduled backups that are kept. */
  readonly backupKeep: number;
  readonly logLevel: string;
}

/** Every bad variable at once, a line each. */
export class ConfigError extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
  }
}

const defaultPushPerHour = 6;
const sampleDatabase = 'file:data/demo.db';

const timeZone = z
  .string()
  .refine(isTimeZone, 'is not an IANA time zone such as Asia/Shanghai')
  .default('Asia/Shanghai');

/** Messages per second that Telegram takes (Bot API FAQ), and with paid broadcasts. */
const freeRate = 30;
const paidRate = 1_000;

const schema = z.object({
  BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]{20,}$/u, 'is not a bot token (it looks like 123456789:AA…; @BotFather gives one)')
    .optional(),
  TELEGRAM_API_ROOT: z
    .string()
    .refine((text) => /^https?:\/\//iu.test(text) && URL.canParse(text), 'must be an http(s) address')
    .transform(withSlash)
    .default('https://api.telegram.org/'),
  PROXY_URL: z
    .string()
    .refine(isProxyUrl, 'must be a proxy such as http://127.0.0.1:7890 or socks5://127.0.0.1:1080')
    .optional(),
  ALLOW_PRIVATE_FEEDS: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .default(false),
  SOURCES: z
    .string()
    .transform((text) => text.split(/\s+/u).filter(Boolean))
    .superRefine((entries, context) => {
      entries.forEach((entry, index) => {
        const message = findSourceProblem(entry, index + 1);
        if (message !== undefined) context.addIssue({ code: 'custom', message });
      });
    })
    .default([]),
  DATABASE_URL: z.string().refine(isDatabaseUrl, `must be file:PATH or ${postgresUrlForm}`).optional(),
  INGEST_CRON: cronExpression('*/5 * * * *').default('*/5 * * * *'),
  TIMEZONE: timeZone,
  LANGUAGE: z.enum(languages, 'must be zh or en').default('zh'),
  ADMIN_IDS: z
    .string()
    .transform((text) => text.split(/[\s,，]+/u).filter(Boolean))
    // A user's id is positive: a group's would let everybody in it in.
    .refine(
      (ids) => ids.every((id) => /^[1-9]\d{0,14}$/u.test(id)),
      'must be Telegram user ids: numbers, separated by commas or spaces',
    )
    .transform((ids) => [...new Set(ids.map(Number))])
    .default([]),
  SEND_RATE: wholeNumber(1, freeRate, `must be 1 to ${freeRate} (with PAID_BROADCAST=true 1 to ${paidRate})`).default(
    28,
  ),
  PAID_BROADCAST: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .default(false),
  PUSH_PER_HOUR: wholeNumber(0, 1_000).optional(),
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/u, 'must be a port number')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port number')
    .default(8080),
  PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, 'must be an https address without a query, such as https://news.example.com')
    .transform((text) => text.replace(/\/+$/u, ''))
    .optional(),
  WEBHOOK_URL: z
    .string()
    .refine(
      isWebhookUrl,
      'must be an https address without a query, its path of letters, digits and - . _ ~ /, such as https://news.example.com/telegram',
    )
    .optional(),
  WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{1,256}$/u, 'must be 1 to 256 of A-Z, a-z, 0-9, _ and -')
    .optional(),
  FULL_TEXT: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .default(true),
  RETENTION_DAYS: wholeNumber(1, 36_500).optional(),
  BACKUP_CRON: cronExpression('0 4 * * *').optional(),
  BACKUP_KEEP: wholeNumber(1, 365).default(7),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'must be one of debug info warn error silent')
    .default('info'),
});

const schemaWhenPaid = schema.extend({ SEND_RATE: wholeNumber(1, paidRate).default(28) });

/** Reads the configuration. Throws ConfigError with one line per bad variable; no line repeats a value of BOT_TOKEN. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const lines: string[] = [];
  const parsed = (given.PAID_BROADCAST === 'true' ? schemaWhenPaid : schema).safeParse(given);
  if (!parsed.success) lines.push(...parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`));
  // Whoever opens the local chat is its user: nobody but this machine may.
  if (given.BOT_TOKEN === undefined && given.HOST !== undefined && !isLoopback(given.HOST))
    lines.push('HOST must be 127.0.0.1 without BOT_TOKEN: the local chat is for this machine only');
  if (given.BACKUP_CRON !== undefined && given.DATABASE_URL !== undefined && !given.DATABASE_URL.startsWith('file:'))
    lines.push('BACKUP_CRON is for SQLite: a PostgreSQL server has pg_dump, which cron can run; take the variable out');
  if (!parsed.success || lines.length > 0) throw new ConfigError(lines);
  const values = parsed.data;
  const usesSamples = values.BOT_TOKEN === undefined && values.SOURCES.length === 0;
  return Object.freeze({
    botToken: values.BOT_TOKEN,
    telegramApiRoot: values.TELEGRAM_API_ROOT,
    proxyUrl: values.PROXY_URL,
    sources: values.SOURCES,
    allowPrivateFeeds: values.ALLOW_PRIVATE_FEEDS,
    usesSamples,
    databaseUrl: values.DATABASE_URL ?? (usesSamples ? sampleDatabase : 'file:data/zhaibao.db'),
    ingestCron: values.INGEST_CRON,
    timeZone: values.TIMEZONE,
    language: values.LANGUAGE,
    adminIds: values.ADMIN_IDS,
    sendRate: values.SEND_RATE,
    paidBroadcast: values.PAID_BROADCAST,
    // Whoever tries the samples publishes more in a minute than a medium in an hour.
    pushPerHour: values.PUSH_PER_HOUR ?? (usesSamples ? 0 : defaultPushPerHour),
    host: values.HOST,
    port: values.PORT,
    isDefaultPort: given.PORT === undefined,
    publicUrl: values.PUBLIC_URL,
    webhookUrl: values.WEBHOOK_URL,
    webhookSecret: values.WEBHOOK_SECRET,
    fullText: values.FULL_TEXT,
    retentionDays: values.RETENTION_DAYS,
    backupCron: values.BACKUP_CRON,
    backupKeep: values.BACKUP_KEEP,
    logLevel: values.LOG_LEVEL,
  });
}

/** The one variable that `extract` needs. Throws ConfigError. */
export function readTimeZone(env: NodeJS.ProcessEnv): string {
  const parsed = timeZone.safeParse(env.TIMEZONE?.trim() || undefined);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map(({ message }) => `TIMEZONE ${message}`));
  return parsed.data;
}

/** The `.env` file that is read; undefined: there is none. */
export function environmentFile(): string | undefined {
  return ['.env', projectFile('.env')].find((each) => existsSync(each));
}

/** The process environment over the `.env` file of the working folder, else of the project. */
export function readEnvironment(): NodeJS.ProcessEnv {
  const file = environmentFile();
  return file ? { ...parseEnv(readFileSync(file, 'utf8')), ...process.env } : process.env;
}

function cronExpression(example: string) {
  const message = `is not a cron expression of 5 or 6 fields, such as ${example}`;
  return z.string().refine((text) => isCronExpression(text), message);
}

/** What is wrong with an entry of SOURCES. One that is not understood is not repeated: it can carry a password. */
function findSourceProblem(entry: string, number: number): string | undefined {
  const address = parseSourceAddress(entry);
  if (address === undefined)
    return `entry ${number} is neither a folder, nor git+https://…#branch:folder, nor the http(s) address of a feed`;
  const problem = address.kind === 'git' ? findGitProblem(address) : undefined;
  return problem === undefined ? undefined : `${problem}: ${sourceKeyOf(entry)}`;
}

function wholeNumber(least: number, most: number, otherwise = `must be ${least} to ${most}`) {
  return z
    .string()
    .regex(/^\d+$/u, { message: 'must be a whole number', abort: true })
    .transform(Number)
    .refine((number) => number >= least && number <= most, otherwise);
}

/** Method addresses are resolved against it: without the slash, the last part of a path would be replaced. */
function withSlash(root: string): string {
  return root.endsWith('/') ? root : `${root}/`;
}

function isProxyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return ['http:', 'https:', 'socks5:', 'socks5h:'].includes(protocol) && hostname !== '';
}

function isDatabaseUrl(text: string): boolean {
  return /^file:./u.test(text) || isPostgresUrl(text);
}

/** Telegram opens Mini Apps by https only; on this machine they can be tried without. */
function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isSafe && search === '' && hash === '' && username === '';
}

/** As PUBLIC_URL; its path is an address that the HTTP server answers. */
function isWebhookUrl(text: string): boolean {
  return isPublicUrl(text) && /^[\w.~/-]*$/u.test(new URL(text).pathname);
}

/** A name or address of this machine that nobody else reaches. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/iu.test(host);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
