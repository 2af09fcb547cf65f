import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { validate as isCronExpression } from 'node-cron';
import { z } from 'zod';
import { languages } from './domain/language.js';
import { projectFile } from './paths.js';

export interface Config {
  readonly botToken: string | undefined;
  readonly telegramApiRoot: string;
  /** Folders of posts. The bundled samples when `usesSamples`. */
  readonly sources: readonly string[];
  /** Neither a token nor sources are configured: the bot shows itself on the bundled sample posts. */
  readonly usesSamples: boolean;
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
  /** The text of an article may be shown, not only its summary. */
  readonly fullText: boolean;
  readonly logLevel: string;
}

/** Every bad variable at once, a line each. */
export class ConfigError extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ConfigError';
  }
}

/** DESIGN.md has these; this version does not. Setting one stops the start, because it would silently do nothing. */
const notBuiltYet = [
  'PROXY_URL',
  'WEBHOOK_URL',
  'WEBHOOK_SECRET',
  'RETENTION_DAYS',
  'BACKUP_CRON',
  'BACKUP_KEEP',
  'ALLOW_PRIVATE_FEEDS',
] as const;

/** Values of those that ask for what this version does anyway. */
const acceptedAnyway: Readonly<Record<string, string>> = {
  ALLOW_PRIVATE_FEEDS: 'false',
};

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
  SOURCES: z
    .string()
    .transform((text) => text.split(/\s+/u).filter(Boolean))
    .superRefine((entries, context) => {
      for (const entry of entries.filter((each) => /^[a-z+]+:\/\//iu.test(each))) {
        const kind = entry.startsWith('git+') ? 'git repositories' : 'feeds';
        context.addIssue({
          code: 'custom',
          message: `${kind} are not supported by this version; give a folder of posts`,
        });
      }
    })
    .default([]),
  DATABASE_URL: z
    .string()
    .regex(/^file:.+/u, 'must be file:PATH (other databases are not supported by this version)')
    .optional(),
  INGEST_CRON: z
    .string()
    .refine((text) => isCronExpression(text), 'is not a cron expression of 5 or 6 fields, such as */5 * * * *')
    .default('*/5 * * * *'),
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
  PUSH_PER_HOUR: wholeNumber(0, 1_000).default(6),
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
  FULL_TEXT: z
    .enum(['true', 'false'], 'must be true or false')
    .transform((text) => text === 'true')
    .default(true),
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
  const lines = notBuiltYet
    .filter((name) => given[name] !== undefined && given[name] !== acceptedAnyway[name])
    .map((name) => `${name} is not supported by this version: remove it`);
  const parsed = (given.PAID_BROADCAST === 'true' ? schemaWhenPaid : schema).safeParse(given);
  if (!parsed.success) lines.push(...parsed.error.issues.map(({ path, message }) => `${String(path[0])} ${message}`));
  // Whoever opens the local chat is its user: nobody but this machine may.
  if (given.BOT_TOKEN === undefined && given.HOST !== undefined && !isLoopback(given.HOST))
    lines.push('HOST must be 127.0.0.1 without BOT_TOKEN: the local chat is for this machine only');
  if (!parsed.success || lines.length > 0) throw new ConfigError(lines);
  const values = parsed.data;
  const usesSamples = values.BOT_TOKEN === undefined && values.SOURCES.length === 0;
  return Object.freeze({
    botToken: values.BOT_TOKEN,
    telegramApiRoot: values.TELEGRAM_API_ROOT,
    sources: values.SOURCES,
    usesSamples,
    databaseUrl: values.DATABASE_URL ?? (usesSamples ? sampleDatabase : 'file:data/zhaibao.db'),
    ingestCron: values.INGEST_CRON,
    timeZone: values.TIMEZONE,
    language: values.LANGUAGE,
    adminIds: values.ADMIN_IDS,
    sendRate: values.SEND_RATE,
    paidBroadcast: values.PAID_BROADCAST,
    pushPerHour: values.PUSH_PER_HOUR,
    host: values.HOST,
    port: values.PORT,
    isDefaultPort: given.PORT === undefined,
    publicUrl: values.PUBLIC_URL,
    fullText: values.FULL_TEXT,
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

/** Telegram opens Mini Apps by https only; on this machine they can be tried without. */
function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isSafe && search === '' && hash === '' && username === '';
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
