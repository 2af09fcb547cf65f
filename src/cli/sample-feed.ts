import { parsePost } from '../extract/parse-post.js';
import type { App } from '../main.js';
import { layOutSamples } from '../source/samples.js';
import { samplesFolder } from './context.js';

/** The bundled samples as a source that goes on: some are there at once, the others come one by one. */
export interface SampleFeed {
  /** How many are still to come. */
  waiting(): number;
  /** Takes what came in an earlier start out of the archive, so that it can come again. */
  withdraw(app: App): Promise<void>;
  /** Publishes the next one and reads it; its file name, or undefined when all are out. */
  publishNext(app: App): Promise<string | undefined>;
  /** Publishes one a minute. Gives back what stops it. */
  goOn(app: App): () => void;
  /** Calls back whenever there is one less to come. Gives back what ends that. */
  onChange(listener: () => void): () => void;
}

const publishEveryMs = 60_000;

export function openSampleFeed(timeZone: string): SampleFeed {
  const samples = layOutSamples(samplesFolder, new Date());
  let waiting = samples.heldBack.length;
  const listeners = new Set<() => void>();
  const publishNext = async (app: App) => {
    const fileName = samples.publishNext(new Date());
    if (fileName === undefined) return undefined;
    waiting -= 1;
    for (const tell of listeners) tell();
    await app.readSources();
    return fileName;
  };
  return {
    waiting: () => waiting,
    async withdraw(app) {
      const identities = samples.heldBack.flatMap((post) => {
        const parsed = parsePost({ sourceKey: samplesFolder, ...post }, { timeZone });
        return parsed.kind === 'article' ? [parsed.article.identity] : [];
      });
      await app.stores.articles.remove(identities);
    },
    publishNext,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    goOn(app) {
      // A round that fails is a line in the log, and the next reads what it left.
      const timer = setInterval(() => void publishNext(app).catch(() => {}), publishEveryMs);
      return () => clearInterval(timer);
    },
  };
}
