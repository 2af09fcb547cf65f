import { existsSync, statSync } from 'node:fs';
import type { Budget } from '../../search/budget.js';
import type { SqliteClient } from '../driver.js';
import { createArchiveReader } from './archive-reader.js';
import { checkIndex } from './check-index.js';
import { indexPath } from './index-file.js';
import { createIndexReader, type IndexReader } from './index-reader.js';
import { isDamage } from './open-index.js';
import type { Question, Questions } from './thread-messages.js';
import { listRising } from './title-words.js';

/** Answers questions about one database from the generation of its index that is in use at the time. */
export interface Answerer {
  answer<Q extends Question>(question: Q, args: Questions[Q]['arguments'], budget: Budget): Questions[Q]['answer'];
  close(): void;
}

/** There is no index to ask yet. */
export class NoIndex extends Error {
  override readonly name = 'NoIndex';
}

interface Opened {
  readonly generation: number;
  readonly client: SqliteClient;
  readonly reader: IndexReader;
}

/** A file that cannot be opened is as good as none, unless it is broken: then it has to be made anew. */
function openOrExplain(open: AnswererOptions['openIndex'], generation: number): SqliteClient | undefined {
  try {
    return open(generation);
  } catch (error) {
    if (isDamage(error)) throw error;
    throw new NoIndex((error as Error).message, { cause: error });
  }
}

export interface AnswererOptions {
  readonly databaseFile: string;
  readonly archiveClient: SqliteClient;
  /** Opens a generation for reading; undefined: it is not there. */
  readonly openIndex: (generation: number) => SqliteClient | undefined;
}

export function createAnswerer({ databaseFile, archiveClient, openIndex }: AnswererOptions): Answerer {
  const archive = createArchiveReader(archiveClient);
  let opened: Opened | undefined;

  const close = () => {
    opened?.client.close();
    opened = undefined;
  };
  const open = (): Opened | undefined => {
    const { generation } = archive.state();
    if (opened?.generation === generation) return opened;
    close();
    const client = openOrExplain(openIndex, generation);
    if (!client) return undefined;
    try {
      opened = { generation, client, reader: createIndexReader(client, archiveClient, databaseFile !== ':memory:') };
    } catch (error) {
      client.close();
      throw error;
    }
    return opened;
  };
  const needed = (): Opened => {
    const index = open();
    if (!index) throw new NoIndex('there is no search index yet');
    return index;
  };
  const answers: { [Q in Question]: (args: Questions[Q]['arguments'], budget: Budget) => Questions[Q]['answer'] } = {
    search: ([request], budget) => needed().reader.search(request, budget),
    byDay: ([request], budget) => needed().reader.countByDay(request, budget),
    related: ([articleId, limit]) => needed().reader.related(articleId, limit),
    rising: ([now, limit]) => listRising(needed().client, now, limit),
    check: () => {
      const { generation } = archive.state();
      const file = indexPath(databaseFile, generation);
      const sizes = [file, `${file}-wal`].filter(existsSync).map((each) => statSync(each).size);
      return { ...checkIndex(open()?.client, archive), bytes: sizes.reduce((sum, size) => sum + size, 0) };
    },
  };
  return {
    answer(question, args, budget) {
      try {
        return answers[question](args, budget);
      } catch (error) {
        // The file may have been replaced under us: the next question opens it again.
        close();
        throw error;
      }
    },
    close,
  };
}
