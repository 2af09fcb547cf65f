/** A link as Telegram stores it, or why it takes it for none. */
export type CheckedLink = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly reason: string };

const hostCharacters = /^(?:[A-Za-z0-9._!$,~*'();&+=-]|[\u0080-\u{10ffff}]|%[0-9A-Fa-f]{2})*$/u;
const userInfoCharacters = /^(?:[A-Za-z0-9._!$,~*'();&+=:-]|[\u0080-\u{10ffff}]|%[0-9A-Fa-f]{2})*$/u;

interface UrlParts {
  readonly scheme: 'http' | 'https';
  readonly userInfo: string;
  readonly host: string;
  /** 0 when none was given. */
  readonly port: number;
  /** Path, query and fragment; starts with a slash. */
  readonly rest: string;
}

/**
 * Checks and normalizes a link the way tdlib does for buttons and for `<a href>` (LinkManager::check_link, parse_url):
 * no scheme means http, the host needs a dot, an empty path becomes `/`, tg: links keep their own form.
 */
export function checkLink(link: string, options: { httpsOnly?: boolean } = {}): CheckedLink {
  const own = /^(tg|ton|tonsite):(?:\/\/)?/iu.exec(link);
  const parts = splitUrl(own ? link.slice(own[0].length) : link);
  if (typeof parts === 'string') return { ok: false, reason: parts };
  if (options.httpsOnly && (own || parts.scheme !== 'https')) {
    return { ok: false, reason: 'Only HTTPS links are allowed' };
  }
  if (own?.[1]) return checkOwnLink(own[1].toLowerCase(), parts);
  if (!parts.host.includes('.') && !parts.host.startsWith('[')) return { ok: false, reason: 'Wrong HTTP URL' };
  const userInfo = parts.userInfo === '' ? '' : `${parts.userInfo}@`;
  const port = parts.port === 0 ? '' : `:${parts.port}`;
  return { ok: true, url: `${parts.scheme}://${userInfo}${parts.host}${port}${parts.rest}` };
}

function checkOwnLink(scheme: string, parts: UrlParts): CheckedLink {
  if (parts.scheme === 'https' || parts.userInfo !== '' || parts.port !== 0 || parts.host.startsWith('[')) {
    return { ok: false, reason: scheme === 'tg' ? 'Wrong tg URL' : 'Wrong ton URL' };
  }
  const allowed = scheme === 'tonsite' ? /^[a-z0-9._-]+$/iu : /^[a-z0-9_-]+$/iu;
  if (!allowed.test(parts.host)) return { ok: false, reason: 'Unallowed characters in URL host' };
  const rest = parts.rest.startsWith('/?') ? parts.rest.slice(1) : parts.rest;
  return { ok: true, url: `${scheme}://${parts.host}${rest}` };
}

/** The parts of a URL, or what is wrong with it. */
function splitUrl(url: string): UrlParts | string {
  const scheme = /^([^:/?#@[\]]*):\/\//u.exec(url);
  const name = scheme?.[1]?.toLowerCase() ?? 'http';
  if (name !== 'http' && name !== 'https') return 'Unsupported URL protocol';
  const [, authority = '', tail = ''] = /^([^/?#]*)(.*)$/su.exec(url.slice(scheme?.[0].length ?? 0)) ?? [];

  const portPart = /^(.+):([^:\]@]*)$/su.exec(authority);
  const port = portPart ? Number(/^\d+$/.test(portPart[2] ?? '') ? portPart[2] : 0) : 0;
  if (portPart && (port === 0 || port > 65_535)) return 'Wrong port number specified in the URL';
  const userAndHost = portPart?.[1] ?? authority;
  const at = userAndHost.lastIndexOf('@');
  const userInfo = at < 0 ? '' : userAndHost.slice(0, at);
  const host = userAndHost.slice(at + 1).replace(/[A-Z]/g, (letter) => letter.toLowerCase());

  if (host === '') return 'URL host is empty';
  if (host === '.') return 'Host is invalid';
  if (/^\[.*\]$/.test(host)) {
    if (!/^\[[0-9a-f:.]+\]$/.test(host)) return 'Wrong IPv6 address specified in the URL';
  } else {
    if (!hostCharacters.test(host)) return describeBadPart(host, 'host');
    if (!userInfoCharacters.test(userInfo)) return describeBadPart(userInfo, 'userinfo');
  }
  return { scheme: name, userInfo, host, port, rest: normalizeTail(tail) };
}

function describeBadPart(part: string, name: string): string {
  const badEscape = /%(?![0-9A-Fa-f]{2})/.test(part);
  return badEscape ? `Wrong percent-encoded symbol in URL ${name}` : `Disallowed character in URL ${name}`;
}

function normalizeTail(tail: string): string {
  const trimmed = tail.replace(/[ \t\r\n\v\0]+$/u, '');
  const rooted = trimmed.startsWith('/') ? trimmed : `/${trimmed}`;
  return rooted.replace(/[\0- ]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}

/** The user that a `tg://user?id=…` link names (LinkManager::get_link_user_id). */
export function linkedUserId(link: string): number | undefined {
  const query = /^tg:(?:\/\/)?user\/?\?([^#]*)/iu.exec(link)?.[1];
  if (query === undefined) return undefined;
  const id = Number(new URLSearchParams(query.toLowerCase()).get('id'));
  return Number.isSafeInteger(id) && id > 0 ? id : undefined;
}
