import type { Fault } from '../storage-faults.js';

/** Codes of the server (https://www.postgresql.org/docs/current/errcodes-appendix.html) and of the network. */
const faults: readonly (Fault & { readonly codes: RegExp })[] = [
  {
    kind: 'full',
    codes: /^53100$/u,
    text: 'make room on the server; nothing is lost, and a running bot goes on by itself',
  },
  {
    kind: 'read-only',
    codes: /^25006$/u,
    text: 'this server takes no writes: set DATABASE_URL to the primary; a running bot goes on by itself when it does',
  },
  {
    kind: 'damaged',
    codes: /^(?:XX001|XX002)$/u,
    text: 'stop the bot and restore the newest good dump',
  },
  {
    kind: 'input-output',
    codes: /^58030$/u,
    text: 'the disk of the server fails to read or write; look into its log',
  },
  {
    kind: 'unreachable',
    codes: /^3D000$/u,
    text: "create it on the server (CREATE DATABASE … OWNER … ENCODING 'UTF8' TEMPLATE template0), or check its name in DATABASE_URL",
  },
  {
    kind: 'unreachable',
    codes: /^42501$/u,
    text: 'make the user in DATABASE_URL the owner of the database (ALTER DATABASE … OWNER TO …)',
  },
  {
    kind: 'unreachable',
    codes: /^(?:28P01|28000)$/u,
    text: 'check user and password in DATABASE_URL',
  },
  {
    kind: 'unreachable',
    codes:
      /^(?:08...|57P0.|53300|25P03|ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/u,
    text: 'the server cannot be reached: see that it runs, and check host and port in DATABASE_URL; nothing is lost, and a running bot goes on by itself',
  },
  {
    kind: 'unreachable',
    codes:
      /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+|ERR_TLS_CERT_ALTNAME_INVALID)$/u,
    text: 'check the host in DATABASE_URL, and name the CA of the server there: sslmode=verify-full&sslrootcert=/path/ca.pem',
  },
  {
    kind: 'unreachable',
    codes: /^NO_SSL$/u,
    text: 'take sslmode out of DATABASE_URL, or turn ssl on at the server',
  },
];

/** What `pg` says, without a code, when a connection breaks or none is free in time. */
const brokenConnection =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/u;

/** Undefined: the error is of another kind. */
export function describePostgresFault(error: unknown): Fault | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const name = typeof code === 'string' ? code : nameOf(message);
    const fault = name !== undefined && faults.find(({ codes }) => codes.test(name));
    // Where several addresses of a name were tried the message is empty.
    if (fault) return { kind: fault.kind, text: `${message || name}: ${fault.text}` };
  }
  return undefined;
}

function nameOf(message: string): string | undefined {
  if (message === 'The server does not support SSL connections') return 'NO_SSL';
  return brokenConnection.test(message) ? 'ECONNRESET' : undefined;
}
