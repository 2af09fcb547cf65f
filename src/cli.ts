import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addExtractCommand } from './cli/extract.js';
import { projectFile } from './paths.js';

const usageError = 2;

/** Runs one command of the command line and sets the exit code: 0, 1 (failed), 2 (usage). */
async function runCommandLine(argv: readonly string[]): Promise<void> {
  const { version } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string };
  const program = new Command('zhaibao').version(version).exitOverride();
  addExtractCommand(program);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : usageError;
  }
}

await runCommandLine(process.argv);
