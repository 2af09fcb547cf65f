import { type Config, ConfigError, loadConfig, readEnvironment } from '../config.js';
import { createLog } from '../log.js';
import type { Log } from '../ports.js';

export interface CommandContext {
  readonly config: Config;
  readonly log: Log;
}

/** Where the bundled samples are laid out when neither a token nor sources are configured. */
export const samplesFolder = 'data/samples';

/** Configuration and log of a command. Throws ConfigError. `quiet`: only warnings and errors are logged by default. */
export function loadContext({ quiet }: { quiet: boolean }): CommandContext {
  const env = readEnvironment();
  const config = loadConfig(env);
  const level = quiet && !env.LOG_LEVEL ? 'warn' : config.logLevel;
  const sources = config.usesSamples ? [samplesFolder] : config.sources;
  return { config: { ...config, sources }, log: createLog(level, config.botToken ? [config.botToken] : []) };
}

/** One line per problem on stderr, for the operator; no stack trace. */
export function reportFailure(error: unknown): void {
  const lines = error instanceof ConfigError ? error.lines : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) process.stderr.write(`zhaibao: ${line}\n`);
}
