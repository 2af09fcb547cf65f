import type { ServerState } from '../../../db/open-stores.js';
import { type Role, roles } from '../../worker-ports.js';
import { about, type Finding } from './finding.js';

/** The oldest that gets fixes when this was written, but for a year, and what the tests run on. */
const oldestVersion = 13;
/** What one process of the bot opens at most. */
const neededConnections = 10;
/** Leases and turns go by the server's clock, but digests and the schedule by this machine's. */
const noticedOffsetMs = 5_000;
const largestOffsetMs = 60_000;

/** What a PostgreSQL server is like, and what to do. Only its contents and its search index are looked at elsewhere. */
export function judgeServer(state: ServerState): readonly Finding[] {
  return [
    judgeVersion(state),
    judgeSchema(state),
    judgeRights(state),
    judgeEncoding(state),
    judgeConnections(state),
    judgeWorkers(state),
    judgeClock(state),
  ];
}

function judgeVersion({ name, version, majorVersion }: ServerState): Finding {
  const server = about('server');
  if (majorVersion < oldestVersion)
    return server.bad(`${name} is PostgreSQL ${version}: ${oldestVersion} or later is needed`);
  return server.ok(`${name} is PostgreSQL ${version}`);
}

function judgeSchema({ schema, pending, others }: ServerState): Finding {
  const finding = about('schema');
  if (others.length > 0)
    return finding.bad(
      `there are tables that are not the bot's (${others.slice(0, 3).join(', ')}${others.length > 3 ? ' …' : ''}): create a database for the bot alone`,
    );
  switch (schema) {
    case 'current':
      return finding.ok('is what this version needs');
    case 'none':
      return finding.note('there are no tables yet: the first `start` or `import` makes them');
    case 'older':
      return finding.note(`lacks ${pending} of this version's changes: the next start makes them; run pg_dump first`);
    case 'newer':
      return finding.bad(
        'was written by a newer version of zhaibao: install that version again, or restore a dump made before the upgrade',
      );
  }
}

function judgeRights({ isReadOnly, lacks }: ServerState): Finding {
  const rights = about('rights');
  if (isReadOnly) return rights.bad('it takes no writes: set DATABASE_URL to the primary');
  if (lacks.length > 0)
    return rights.bad(`this user may not ${lacks.join(', nor ')}: make it the owner of the database`);
  return rights.ok('this user may read, write and make tables');
}

function judgeEncoding({ encoding }: ServerState): Finding {
  const finding = about('encoding');
  if (encoding === 'UTF8') return finding.ok('UTF8');
  return finding.bad(
    `${encoding} has no room for Chinese and emoji: create another database with ENCODING 'UTF8' TEMPLATE template0`,
  );
}

/** What is not done when nobody has a role. */
const undone: Readonly<Record<Role, string>> = {
  web: 'readers get no answers',
  ingest: 'nothing new is read',
  deliver: 'nothing is pushed',
};

function judgeWorkers({ workers }: ServerState): Finding {
  const processes = about('processes');
  if (workers.total === 0) return processes.note('no process of the bot runs on it: run `start`');
  const counts = `${workers.total} of the bot on it: ${roles.map((role) => `${role} ${workers[role]}`).join(', ')}`;
  const missing = roles.filter((role) => workers[role] === 0);
  if (missing.length === 0) return processes.ok(counts);
  return processes.bad(
    `${counts}; ${missing.map((role) => undone[role]).join(', and ')}: run \`start --only=${missing.join(',')}\``,
  );
}

function judgeConnections({ connections: { open, most } }: ServerState): Finding {
  const finding = about('connections');
  const counts = `${open} of ${most} are open, a process of the bot opens up to ${neededConnections}`;
  if (most - open < neededConnections)
    return finding.note(`${counts}: raise max_connections, or put a pooler before it`);
  return finding.ok(counts);
}

function judgeClock({ clockOffsetMs }: ServerState): Finding {
  const clock = about('server clock');
  const seconds = (Math.abs(clockOffsetMs) / 1_000).toFixed(1);
  if (Math.abs(clockOffsetMs) <= noticedOffsetMs) return clock.ok(`agrees with this machine's (${seconds} s apart)`);
  const text = `is ${seconds} s ${clockOffsetMs > 0 ? 'behind' : 'ahead of'} this machine's: have both kept right (timedatectl set-ntp true)`;
  return Math.abs(clockOffsetMs) > largestOffsetMs ? clock.bad(text) : clock.note(text);
}
