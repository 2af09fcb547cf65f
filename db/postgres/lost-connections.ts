import pg from 'pg';

/**
 * A server that vanishes (its machine lost its power, a network was cut) says nothing: what was asked over a connection to it
 * waits for as long as the system repeats itself, a quarter of an hour on Linux, also when another server has long taken its
 * place. So what waits for an answer is looked up on a new connection: where the server there knows nothing of it, the old
 * connection is given up, and whoever waits gets an error. However long a statement takes that the server is at work on, it
 * may.
 */
export interface ConnectionWatch {
  end(): void;
}

/** What `pg` keeps of a client and its types do not tell. */
interface Client extends pg.ClientBase {
  readonly readyForQuery: boolean;
  readonly processID: number | null;
  readonly connection: { readonly stream: { destroy(error: Error): void } };
}

interface Backend {
  readonly pid: number;
  readonly is_active: boolean;
  /** Another whenever it did anything. */
  readonly mark: string;
}

const defaultEveryMs = 5_000;
const probeTimeoutMs = 5_000;
/** Of a backend that the server does not have. */
const gone = 'gone';

/** Watches the connections of a pool; `url` is where a new one goes. */
export function watchConnections(pool: pg.Pool, url: string, everyMs = defaultEveryMs): ConnectionWatch {
  const inUse = new Set<Client>();
  pool.on('acquire', (client) => inUse.add(client as unknown as Client));
  pool.on('release', (_error, client) => inUse.delete(client as unknown as Client));
  pool.on('remove', (client) => inUse.delete(client as unknown as Client));
  /** What waited at the last look, and what the server knew of it: undefined where it was not asked. */
  let before = new Map<Client, string | undefined>();
  let isEnded = false;

  const look = async () => {
    const waiting = [...inUse].filter((client) => !client.readyForQuery && client.processID);
    const stillWaiting = waiting.filter((client) => before.has(client));
    const now = new Map<Client, string | undefined>(waiting.map((client) => [client, undefined]));
    if (stillWaiting.length > 0) {
      const marks = await findMarks(
        url,
        stillWaiting.map(({ processID }) => processID ?? 0),
      );
      for (const client of stillWaiting) {
        const mark = marks(client.processID ?? 0);
        // Asked twice: it may have been on its way to the server, or the answer on its way back.
        if (mark !== undefined && mark === before.get(client) && !client.readyForQuery)
          client.connection.stream.destroy(lost());
        now.set(client, mark);
      }
    }
    before = now;
  };
  let timer: NodeJS.Timeout;
  const next = () => {
    timer = setTimeout(() => {
      look()
        // No server answers at all: all that can be done is to wait for one.
        .catch(() => {})
        .finally(() => {
          if (!isEnded) next();
        });
    }, everyMs);
    timer.unref();
  };
  next();
  return {
    end() {
      isEnded = true;
      clearTimeout(timer);
    },
  };
}

/** Told as a fault of the network (fault.ts). */
const lost = () =>
  Object.assign(new Error('the server no longer knows of this connection'), { code: 'ETIMEDOUT' as const });

/** For each backend, what the server knows of it; undefined: it is at work, or nothing can be told. Rejects when no server answers. */
async function findMarks(url: string, pids: readonly number[]): Promise<(pid: number) => string | undefined> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: probeTimeoutMs,
    query_timeout: probeTimeoutMs,
    application_name: 'zhaibao',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows: own } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // A pooler in between has numbers of its own, and looks after its connections by itself.
    if (own[0]?.pid !== (client as unknown as Client).processID) return () => undefined;
    const { rows } = await client.query<Backend>(
      `SELECT pid, coalesce(state = 'active', true) AS is_active, state || ' ' || state_change AS mark
        FROM pg_stat_activity WHERE pid = ANY($1::integer[])`,
      [pids],
    );
    const backends = new Map(rows.map((row) => [row.pid, row]));
    return (pid) => {
      const backend = backends.get(pid);
      if (!backend) return gone;
      return backend.is_active ? undefined : backend.mark;
    };
  } finally {
    // Not waited for: it may be the next that nobody answers.
    client.end().catch(() => {});
  }
}
