import { timingSafeEqual } from 'node:crypto';
import { parse, sign, signData } from '@tma.js/init-data-node';

/** Who opened the Mini App. The id is that of the private chat as well. */
export interface MiniAppUser {
  readonly id: number;
  readonly firstName: string;
  /** Of the user's Telegram, `zh-hans`; undefined: not told. */
  readonly languageCode?: string | undefined;
}

export type VerifiedInitData =
  | { readonly kind: 'user'; readonly user: MiniAppUser }
  /** There is none, or it names no user. */
  | { readonly kind: 'missing' }
  /** Not signed with this bot's token, or nothing that Telegram writes. */
  | { readonly kind: 'forged' }
  | { readonly kind: 'expired' };

const maxAgeMs = 24 * 3_600_000;
/** How far Telegram's clock may be ahead of ours. */
const maxAheadMs = 5 * 60_000;
const maxBytes = 8 * 1024;

/**
 * Reads what Telegram says of whoever opened the Mini App (https://core.telegram.org/bots/webapps, "Validating data"),
 * signed with the bot's `token` not more than 24 h before `now`. Never throws.
 */
export function verifyInitData(initData: string | undefined, token: string, now: Date): VerifiedInitData {
  if (!initData) return { kind: 'missing' };
  if (Buffer.byteLength(initData) > maxBytes) return { kind: 'forged' };
  const fields = new URLSearchParams(initData);
  if (!isUnambiguous(fields) || !isSigned(fields, token)) return { kind: 'forged' };
  const { user, signedAt } = readFields(fields) ?? {};
  if (!signedAt || signedAt.getTime() - now.getTime() > maxAheadMs) return { kind: 'forged' };
  if (now.getTime() - signedAt.getTime() > maxAgeMs) return { kind: 'expired' };
  if (!user) return { kind: 'missing' };
  return Number.isSafeInteger(user.id) && user.id > 0 ? { kind: 'user', user } : { kind: 'forged' };
}

/** What Telegram would say of a user: for the local chat and for tests. */
export function signInitData({ id, firstName, languageCode }: MiniAppUser, token: string, now: Date): string {
  const user = { id, first_name: firstName, ...(languageCode ? { language_code: languageCode } : {}) };
  return sign({ user }, token, now);
}

/** What is signed are lines of `name=value`: no other fields may come to the same lines. */
function isUnambiguous(fields: URLSearchParams): boolean {
  const names = [...fields.keys()];
  const areNames = names.every((name) => /^[a-z_]{1,64}$/u.test(name)) && new Set(names).size === names.length;
  return areNames && [...fields.values()].every((value) => !/\p{Cc}/u.test(value));
}

/** The library's own `validate` compares texts with ===, whose time tells how much of a guess was right. */
function isSigned(fields: URLSearchParams, token: string): boolean {
  const hash = fields.get('hash') ?? '';
  const lines = [...fields].filter(([name]) => name !== 'hash').map(([name, value]) => `${name}=${value}`);
  const [given, expected] = [Buffer.from(hash), Buffer.from(signData(lines.sort().join('\n'), token))];
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** Undefined: not in the form that Telegram writes. */
function readFields(signed: URLSearchParams): { user: MiniAppUser | undefined; signedAt: Date } | undefined {
  const fields = new URLSearchParams(signed);
  // The library wants it, but it is for third parties only.
  if (!fields.has('signature')) fields.set('signature', '');
  try {
    const { user, auth_date: signedAt } = parse(fields);
    const { id, first_name: firstName, language_code: languageCode } = user ?? {};
    if (id === undefined || firstName === undefined) return { user: undefined, signedAt };
    return { user: { id, firstName, languageCode }, signedAt };
  } catch {
    // A signature under something else than init data.
    return undefined;
  }
}
