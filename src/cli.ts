import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { reportBug, reportFailure } from './cli/context.js';
import { projectFile } from './paths.js';
import { isPostgresUrl, postgresUrlForm } from './postgres-url.js';
import { type Role, roles } from './worker-ports.js';

const failed = 1;
const usageError = 2;

/** A command's work: false, or a throw, means that it failed. Loaded when it is called, because starting fast matters. */
type Work = () => Promise<unknown>;

/** Runs one command of the command line and sets the exit code: 0, 1 (failed), 2 (usage). */
async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    await buildProgram().parseAsync(argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : usageError;
  }
}

function buildProgram(): Command {
  const { version } = JSON.parse(readFileSync(projectFile('package.json'), 'utf8')) as { version: string };
  const program = new Command('zhaibao').description('Zhaibao 摘报: Chinese news by medium, as summaries on Telegram');
  program.version(version).exitOverride().showHelpAfterError('(--help shows what is possible)');
  program
    .command('start')
    .description(
      'run the bot on Telegram (BOT_TOKEN, SOURCES); without BOT_TOKEN, chat with it on a page of this machine',
    )
    .option(
      '--only <roles>',
      `with DATABASE_URL=postgres://…, where several processes share the work: some of ${roles.join(',')}`,
      toRoles,
    )
    .addHelpText(
      'after',
      `
web answers readers, and serves pages and webhook; ingest reads SOURCES; deliver sends pushes. Each may run several times,
with the same settings, and on one machine each with a PORT of its own.`,
    )
    .action(({ only }: { only?: readonly Role[] }) =>
      run(async () => (await import('./cli/start.js')).runStart({ roles: only })),
    );
  program
    .command('chat')
    .description('chat with the bot in this terminal, on SOURCES or the bundled samples: each line is a message')
    .action(() => run(async () => (await import('./cli/chat.js')).runChat()));
  program
    .command('import')
    .description('read all of SOURCES once into the database (DATABASE_URL) and its search index')
    .action(() => run(async () => (await import('./cli/import.js')).importSources()));
  program
    .command('extract')
    .description('print what is extracted from posts, one JSON line each; needs no database')
    .argument('<path...>', 'posts, or folders of posts')
    .option('--outline', 'add the sub-headings')
    .option('--explain', 'tell for each block of text which rule decided')
    .action((paths: string[], options) =>
      run(async () => (await import('./cli/extract.js')).extractPosts(paths, options)),
    );
  program
    .command('search')
    .description('search the articles in the database')
    .argument('<query...>', 'words, "phrases", A OR B, -excluded, in:CATEGORY, after:2022-06, before:2023')
    .option('--limit <n>', 'most articles to print', toLimit, 10)
    .option('--json', 'print JSON lines', false)
    // -word excludes a word, and is no option.
    .allowUnknownOption()
    .addHelpText(
      'after',
      `\nA phrase needs quotes that the shell leaves alone: zhaibao search '"乡村振兴 战略" 农业 -股票'`,
    )
    .action((words: string[], options, command: Command) => {
      const unknown = words.find((word) => word.startsWith('--'));
      if (unknown) command.error(`error: unknown option '${unknown}'`);
      return run(async () => (await import('./cli/search.js')).searchArticles(words.join(' '), options));
    });
  program
    .command('stats')
    .description('print what is in the database')
    .option('--json', 'print one JSON line', false)
    .action((options) => run(async () => (await import('./cli/stats.js')).printStats(options)));
  program
    .command('doctor')
    .description(
      'check configuration, sources, disk, database, search index, port, token and clock, and say what to do',
    )
    .action(() => run(async () => (await import('./cli/doctor.js')).runDoctor()));
  program
    .command('backup')
    .description('copy the database into a new file, also while the bot runs')
    .argument('<file>', 'the copy; not the search index, which can be made anew')
    .option('--force', 'replace the file when it is there', false)
    .action((file: string, options) =>
      run(async () => (await import('./cli/backup.js')).backUpDatabase(file, options)),
    );
  program
    .command('restore')
    .description('put a backup in the place of the database, which is kept beside it; the bot must not run')
    .argument('<file>', 'a file that `backup` or BACKUP_CRON made')
    .action((file: string) => run(async () => (await import('./cli/restore.js')).restoreBackup(file)));
  program
    .command('reindex')
    .description('make the search index anew, also while the bot runs')
    .action(() => run(async () => (await import('./cli/reindex.js')).reindex()));
  program
    .command('migrate-to')
    .description('copy the SQLite database (DATABASE_URL) to PostgreSQL and compare both, also while the bot runs')
    .argument('<url>', 'postgres://USER:PASSWORD@HOST:PORT/NAME, a database for the bot alone')
    .addHelpText(
      'after',
      `
The bot goes on meanwhile. Then stop it, run the same command once more, which takes over only what has changed, set
DATABASE_URL to the new database, and start. Whatever ended it, the same command goes on where it was.
The password need not be in the URL: PGPASSWORD and ~/.pgpass are read as well.`,
    )
    .action((url: string, _options, command: Command) => {
      // Without the address, which can have a password in it.
      if (!isPostgresUrl(url)) command.error(`error: the address has to be ${postgresUrlForm}`);
      return run(async () => (await import('./cli/migrate-to.js')).migrate(url));
    });
  program.addHelpText('after', '\nConfiguration comes from the environment and .env: see .env.example and README.md.');
  return program;
}

async function run(work: Work): Promise<void> {
  try {
    if ((await work()) === false) process.exitCode = failed;
  } catch (error) {
    reportFailure(error);
    process.exitCode = failed;
  }
}

function toRoles(text: string): readonly Role[] {
  const named = text.split(',').map((name) => name.trim());
  const isRole = (name: string): name is Role => (roles as readonly string[]).includes(name);
  if (!named.every(isRole)) throw new InvalidArgumentError(`It has to be some of ${roles.join(',')}.`);
  return named;
}

function toLimit(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1_000)
    throw new InvalidArgumentError('It has to be a whole number from 1 to 1000.');
  return limit;
}

// What nobody caught is printed by Node as it is, and an error of the HTTP library has the address of the call in it.
process.on('uncaughtException', (error) => {
  reportBug(error);
  process.exit(failed);
});
// `| head` closes the pipe early: what is left to print is not wanted, and that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
await runCommandLine(process.argv);
