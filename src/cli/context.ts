import { type Config, ConfigError, loadConfig, readEnvironment } from '../config.js';
import { hideSecrets } from '../domain/secrets.js';
import { createLog, createPlainLog } from '../log.js';
import type { Log } from '../ports.js';
import { secretsOf } from '../secrets.js';

export interface CommandContext {
  readonly config: Config;
  readonly log: Log;
}

/** Where the bundled samples are laid out when neither a token nor sources are configured. */
export const samplesFolder = 'data/samples';

/** Configuration and log of a command. Throws ConfigError. `forPeople`: plain lines, unless LOG_LEVEL asks for the log. */
export function loadContext({ forPeople }: { forPeople: boolean }): CommandContext {
  const env = readEnvironment();
  const config = loadConfig(env);
  const secrets = secretsOf(config);
  const sources = config.usesSamples ? [samplesFolder] : config.sources;
  const log = forPeople && !env.LOG_LEVEL ? createPlainLog(secrets) : createLog(config.logLevel, secrets);
  return { config: { ...config, sources }, log };
}

/** One line per problem on stderr, for the operator; no stack trace. */
export function reportFailure(error: unknown): void {
  const lines = error instanceof ConfigError ? error.lines : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) process.stderr.write(`zhaibao: ${hideSecrets(line)}\n`);
}

/** What should not have happened, with where it did, on stderr. */
export function reportBug(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`zhaibao: ${hideSecrets(text)}\n`);
}
