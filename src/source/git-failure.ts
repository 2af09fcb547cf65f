/**
 * What a failed call of git comes down to.
 * `refused`: the server does not give single objects.
 * `time`: it took too long. `machine`: ours lacks something. `remote`: the server or the way there, or what is asked of it, and trying at once is no use.
 * `unknown`: it may as well be the cache.
 */
export interface GitExplanation {
  readonly kind: 'refused' | 'time' | 'machine' | 'remote' | 'unknown';
  readonly text: string;
}

const askForCredentials =
  'the server wants a user and a token: put them in SOURCES (git+https://USER:TOKEN@…), or in a credential helper of git';

/** git's and ssh's own words, with LC_ALL=C; the first rule that fits speaks. */
const rules: readonly (readonly [RegExp, GitExplanation['kind'], string])[] = [
  [/No space left on device|Disk quota exceeded/u, 'machine', 'the disk is full'],
  [/not allow request for unadvertised object/u, 'refused', 'the server gives no single objects'],
  [/Authentication failed|HTTP 401|error: 401/u, 'remote', `the server refuses them: ${askForCredentials}`],
  [/could not read (?:Username|Password)|terminal prompts disabled/u, 'remote', askForCredentials],
  [/error: 403|HTTP 403/u, 'remote', 'the server forbids it (403): check what the token may read'],
  [
    /repository '.*' not found|Repository not found|error: 404|does not appear to be a git repository/u,
    'remote',
    'there is no such repository, or it is shown to those with a token only: check SOURCES',
  ],
  [/Permission denied \(publickey/u, 'remote', "the server refuses the ssh key: give it this machine's"],
  [/Host key verification failed/u, 'remote', 'the ssh host key is not known: add it to known_hosts (ssh-keyscan)'],
  [
    /Could not resolve (?:host|proxy)|Could not resolve hostname/u,
    'remote',
    'the server’s name is not found: check SOURCES and DNS',
  ],
  [
    /Connection refused|Failed to connect|Couldn't connect|Connection timed out|Network is unreachable|No route to host/u,
    'remote',
    'the server cannot be reached',
  ],
  [/certificate|SSL|TLS|gnutls/iu, 'remote', 'the server’s certificate is not trusted, or TLS fails'],
  [/detected dubious ownership/u, 'remote', 'the repository belongs to another user: see safe.directory of git'],
  [/transport '.*' not allowed/u, 'remote', 'the server leads to a protocol that is not allowed'],
  [/couldn't find remote ref/u, 'remote', 'there is no such branch: check SOURCES'],
  [
    /error: (?:429|5\d\d)|HTTP 5\d\d|early EOF|RPC failed|unexpected disconnect|hung up|Connection (?:was )?reset|Recv failure/u,
    'remote',
    'the server broke off',
  ],
];

const mostChars = 200;

/** Reads what git said on standard error, secrets taken out; `isMissing`: there is no git to run. */
export function explainGit(stderr: string, isMissing: boolean): GitExplanation {
  if (isMissing) return { kind: 'machine', text: 'git is not installed: install it (Debian: apt install git)' };
  for (const [pattern, kind, text] of rules) if (pattern.test(stderr)) return { kind, text };
  const lines = stderr.split(/[\r\n]+/u).filter(Boolean);
  const line = lines.find((each) => /^(?:fatal|error):/u.test(each)) ?? lines.at(-1) ?? 'it ended without a word';
  return { kind: 'unknown', text: `git says: ${line.slice(0, mostChars)}` };
}
