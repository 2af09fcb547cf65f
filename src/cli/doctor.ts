import { type Config, ConfigError, loadConfig, readEnvironment } from '../config.js';
import { checkDatabase, databaseFile } from './doctor/database.js';
import { checkDatabaseFolder, checkDisk, checkEnvironmentFile } from './doctor/files.js';
import type { Finding } from './doctor/finding.js';
import { checkHttp } from './doctor/http.js';
import { checkLocale, checkNode } from './doctor/machine.js';
import { checkSources } from './doctor/sources.js';
import { checkTelegram } from './doctor/telegram.js';

/** Prints what is in order and what is not, each with its remedy. False when something is not. */
export async function runDoctor(): Promise<boolean> {
  const findings: Finding[] = [];
  const add = (more: readonly Finding[]) => {
    for (const { subject, state, text } of more)
      process.stdout.write(`${state.padEnd(5)} ${subject.padEnd(14)} ${text}\n`);
    findings.push(...more);
  };
  add([checkNode(new Date())]);
  add(await checkEnvironmentFile());
  const config = checkConfiguration(add);
  if (config) {
    const file = databaseFile(config.databaseUrl);
    add([checkLocale(config.timeZone)]);
    add(await checkSources(config));
    add(await checkDatabaseFolder(file));
    add(await checkDisk(file));
    add(await checkDatabase(config));
    add(await checkHttp(config));
    add(await checkTelegram(config));
  }
  return findings.every(({ state }) => state !== 'bad');
}

function checkConfiguration(add: (findings: readonly Finding[]) => void): Config | undefined {
  try {
    const config = loadConfig(readEnvironment());
    add([{ subject: 'configuration', state: 'ok', text: 'every variable is understood' }]);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    add(error.lines.map((text) => ({ subject: 'configuration', state: 'bad', text })));
    return undefined;
  }
}
