import pino from 'pino';
import { hideSecrets } from './domain/secrets.js';
import type { Log } from './ports.js';

/**
 * Structured log on stderr: JSON lines, or readable ones on a terminal. `secrets` never appear in a line, whatever
 * field or message they got into.
 */
export function createLog(level: string, secrets: readonly string[] = []): Log {
  const pretty = process.stderr.isTTY === true;
  const destination = pretty ? prettyStream() : pino.destination({ dest: 2, sync: true });
  const logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    withoutSecrets(destination, secrets),
  );
  return {
    debug: (fields, event) => logger.debug(fields, event),
    info: (fields, event) => logger.info(fields, event),
    warn: (fields, event) => logger.warn(fields, event),
    error: (fields, event) => logger.error(fields, event),
  };
}

function prettyStream(): pino.DestinationStream {
  return pino.transport({
    target: 'pino-pretty',
    options: { destination: 2, translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname' },
  });
}

function withoutSecrets(destination: pino.DestinationStream, secrets: readonly string[]): pino.DestinationStream {
  return {
    write(line) {
      destination.write(hideSecrets(line, secrets));
    },
  };
}

/**
 * For commands that a person runs and reads: warnings and errors as plain lines on stderr, `zhaibao: what happened: detail`.
 */
export function createPlainLog(secrets: readonly string[] = []): Log {
  const write = (fields: object, event: string) => {
    const details = Object.values(fields).filter((value) => typeof value === 'string' || typeof value === 'number');
    const line = [`zhaibao: ${event}`, details.join(', ')].filter(Boolean).join(': ');
    // A name of a file can hold anything, and a terminal obeys some of it.
    process.stderr.write(`${hideSecrets(line, secrets).replace(/\p{Cc}/gu, ' ')}\n`);
  };
  return { debug() {}, info() {}, warn: write, error: write };
}
