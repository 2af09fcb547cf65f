import { devNull, tmpdir } from 'node:os';
import { execa } from 'execa';
import { explainGit, type GitExplanation } from './git-failure.js';

/** Where a repository is, apart from what lets one in. */
export interface GitRemote {
  /** Without a password, and for http(s) without a user. */
  readonly url: string;
  /** From the address in SOURCES; undefined: git's own credential helpers are asked. */
  readonly user: string | undefined;
  readonly password: string | undefined;
}

export interface GitLimits {
  /** Without a sign of life, as git's progress lines are one. */
  readonly idleMs: number;
  readonly totalMs: number;
}

export interface GitCall {
  readonly remote: GitRemote;
  /** The repository, absolute; undefined: none is needed. */
  readonly folder?: string | undefined;
  /** The call may talk to the server; otherwise every protocol is shut, and nothing is fetched behind our back. */
  readonly isOnline: boolean;
  readonly limits: GitLimits;
  readonly signal: AbortSignal;
  readonly input?: string | undefined;
  readonly config?: Readonly<Record<string, string>> | undefined;
}

export interface GitOutput {
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** git did not do it. The message holds no secret. */
export class GitFailure extends Error {
  constructor(readonly explanation: GitExplanation) {
    super(explanation.text);
    this.name = 'GitFailure';
  }
}

/** Whether a failure is that git took too long. */
export function isTimeout(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof GitFailure && cause.explanation.kind === 'time';
}

/** Major and minor version of git, and its whole text; undefined: there is no git. */
export async function findGitVersion(): Promise<readonly [number, number, string] | undefined> {
  const { stdout } = await execa('git', ['version'], { reject: false, cwd: tmpdir() });
  const { major, minor, text } = /(?<text>(?<major>\d+)\.(?<minor>\d+)\S*)/u.exec(stdout ?? '')?.groups ?? {};
  return text === undefined ? undefined : [Number(major), Number(minor), text];
}

/** The remote's name in our configuration; not `origin`, which the operator's own may have something to say about. */
export const remoteName = 'zhaibao';

/** Most that git may print: a listing of some 500,000 files. */
const maxOutputBytes = 64 * 1024 * 1024;
const stderrKeptChars = 16_000;
/** git removes its lock files when it is asked to go; whoever does not is killed. */
const graceMs = 1_000;

/**
 * Runs git without a shell, a terminal, hooks, maintenance or submodules. Everything that comes from SOURCES reaches it by the
 * environment, by standard input or behind a prefix such as `refs/heads/`, so that nothing there can be an option and no
 * password is in `ps`. Throws GitFailure; an aborted call throws the signal's reason.
 */
export async function runGit(args: readonly string[], call: GitCall): Promise<GitOutput> {
  call.signal.throwIfAborted();
  const child = execa('git', args, {
    env: environment(call),
    extendEnv: false,
    // Not inside whatever repository the bot was started in, whose configuration would count.
    cwd: tmpdir(),
    encoding: 'buffer',
    reject: false,
    stripFinalNewline: false,
    maxBuffer: maxOutputBytes,
    // Progress lines are for the watch below.
    buffer: { stdout: true, stderr: false },
    ...(call.input === undefined ? { stdin: 'ignore' } : { input: call.input }),
    // A group of its own: git's helpers end with it, no terminal reaches them, and Ctrl+C does not end them before us.
    detached: process.platform !== 'win32',
    cleanup: false,
  });
  let stderr = '';
  let timedOut: string | undefined;
  const end = () => killGroup(child);
  const giveUp = (limitMs: number, what: string) =>
    setTimeout(() => {
      timedOut = `${what} for ${Math.round(limitMs / 60_000) || 1} min`;
      end();
    }, limitMs);
  const idle = giveUp(call.limits.idleMs, 'git made no progress');
  const total = giveUp(call.limits.totalMs, 'git was at it');
  child.stderr.on('data', (chunk: Buffer) => {
    idle.refresh();
    stderr = (stderr + chunk.toString('utf8')).slice(-stderrKeptChars);
  });
  child.stdout.on('data', () => idle.refresh());
  call.signal.addEventListener('abort', end, { once: true });
  try {
    const result = await child;
    call.signal.throwIfAborted();
    if (timedOut) throw new GitFailure({ kind: 'time', text: timedOut });
    if (result.failed) {
      const isMissing = result.code === 'ENOENT';
      throw new GitFailure(explainGit(hideSecrets(stderr, call.remote), isMissing));
    }
    return { stdout: Buffer.from(result.stdout), stderr };
  } finally {
    clearTimeout(idle);
    clearTimeout(total);
    call.signal.removeEventListener('abort', end);
  }
}

function killGroup(child: { readonly pid?: number | undefined; kill(signal: NodeJS.Signals): boolean }): void {
  signalGroup(child, 'SIGTERM');
  setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs).unref();
}

function signalGroup(
  child: { readonly pid?: number | undefined; kill(signal: NodeJS.Signals): boolean },
  signal: NodeJS.Signals,
): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') return void child.kill(signal);
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // They are gone already, and on some systems a group of the dead may not be signalled.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Of git's own variables, those with which an operator tells it the way; the others say where a repository is, or trace. */
const keptGitVariables = new Set([
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_CERT',
  'GIT_SSL_KEY',
  'GIT_EXEC_PATH',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
]);
/** Ours, and no business of git or of what it starts. */
const withheld = new Set(['BOT_TOKEN', 'SOURCES', 'DATABASE_URL', 'WEBHOOK_SECRET']);

function environment(call: GitCall): NodeJS.ProcessEnv {
  const { remote, folder, isOnline } = call;
  const inherited = Object.entries(process.env).filter(
    ([name]) => !withheld.has(name) && (!name.startsWith('GIT_') || keptGitVariables.has(name)),
  );
  return {
    ...(process.env.GIT_SSH === undefined ? { GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' } : {}),
    ...Object.fromEntries(inherited),
    ...(folder === undefined ? {} : { GIT_DIR: folder }),
    // Its messages are read.
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    // From git 2.39.4 on. In a damaged repository fetches start fetches, without an end.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: isOnline ? protocolOf(remote) : 'none',
    ...(isOnline ? { ZHAIBAO_GIT_USER: remote.user ?? '', ZHAIBAO_GIT_PASSWORD: remote.password ?? '' } : {}),
    ...numbered([
      ...Object.entries(settings),
      ...(isOnline ? remoteSettings(remote) : []),
      ...Object.entries(call.config ?? {}),
    ]),
  };
}

/** Over whatever the operator's own configuration says; what it says of proxies, certificates and credentials holds. */
const settings: Readonly<Record<string, string>> = {
  'core.hooksPath': devNull,
  'core.askPass': '',
  'core.fsmonitor': 'false',
  'credential.interactive': 'false',
  'init.defaultObjectFormat': 'sha1',
  'init.defaultRefFormat': 'files',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'fetch.recurseSubmodules': 'false',
  'fetch.writeCommitGraph': 'false',
  'fetch.prune': 'false',
  // Always one pack, never loose files.
  'fetch.unpackLimit': '1',
  'transfer.bundleURI': 'false',
  'protocol.version': '2',
};

/** Prints what the environment holds, when git asks for it. */
const ownHelper = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$ZHAIBAO_GIT_USER" "$ZHAIBAO_GIT_PASSWORD"; }; f`;

function remoteSettings({ url, user, password }: GitRemote): readonly (readonly [string, string])[] {
  const named: [string, string][] = [
    [`remote.${remoteName}.url`, url],
    [`remote.${remoteName}.promisor`, 'true'],
  ];
  if (user === undefined || protocolOf({ url }) === 'ssh') return named;
  // For this server only, whatever a redirect leads to; an empty helper puts the operator's aside.
  const credential = `credential.${new URL(url).origin}`;
  if (password === undefined) return [...named, [`${credential}.username`, user]];
  return [...named, [`${credential}.helper`, ''], [`${credential}.helper`, ownHelper]];
}

function protocolOf({ url }: Pick<GitRemote, 'url'>): string {
  return new URL(url).protocol.slice(0, -1);
}

/** Settings as variables (git-config, "GIT_CONFIG_COUNT"): unlike `-c`, `ps` does not show them. */
function numbered(entries: readonly (readonly [string, string])[]): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(entries.length) };
  for (const [index, [key, value]] of entries.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}

function hideSecrets(text: string, { user, password, url }: GitRemote): string {
  // The user of an ssh address is no secret; that of an http address can be a token.
  const secrets = [password, protocolOf({ url }) === 'ssh' ? undefined : user].filter((each) => each);
  return secrets
    .flatMap((each) => [each ?? '', encodeURIComponent(each ?? '')])
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), text)
    .replace(/(?<=:\/\/)[^/@\s']*@/gu, '');
}
