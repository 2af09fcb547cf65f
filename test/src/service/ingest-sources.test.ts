import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStores } from '../../../db/open-stores.js';
import { SourceFailure } from '../../../src/domain/source-failure.js';
import { parsePost } from '../../../src/extract/parse-post.js';
import type { KnownPost, PostSource, SourceRound, Stores } from '../../../src/ports.js';
import { createIngest, type Ingest } from '../../../src/service/ingest.js';
import { silentLog, TestClock } from '../../support/builders.js';
import { aPost } from '../../support/posts.js';

let stores: Stores;
let clock: TestClock;
let held: number;
beforeEach(async () => {
  stores = await openStores('file::memory:');
  clock = new TestClock();
  held = 0;
});
afterEach(() => stores.close());

const minutes = (n: number) => n * 60_000;

function openIngest(...sources: readonly PostSource[]): Ingest {
  return createIngest({
    sources,
    store: stores.ingest,
    parse: async (posts) => posts.map((post) => parsePost(post, { timeZone: 'Asia/Shanghai' })),
    log: silentLog,
    now: clock.now,
    random: () => 0,
    hold: () => {
      held += 1;
      return () => {
        held -= 1;
      };
    },
  });
}

/** Has a post for every round, or fails with what it is told to. */
function aSource(key: string, rest: Partial<PostSource> = {}) {
  const rounds: SourceRound[] = [];
  const source = {
    key,
    isRemote: true,
    rounds,
    failure: undefined as Error | undefined,
    async *read(_known: ReadonlyMap<string, KnownPost>, round: SourceRound) {
      rounds.push(round);
      if (source.failure) throw source.failure;
      const name = `${rounds.length}.md`;
      round.onFound(1, 1);
      const content = aPost('<p>菜园里的番茄熟了。</p>', { link: `https://example.com/${key}/${name}` });
      yield [
        { kind: 'post', path: name, fingerprint: '1', post: { sourceKey: key, fileName: name, content } } as const,
      ];
    },
    vanished: () => [],
    ...rest,
  };
  return source;
}

describe('a source that keeps something from round to round', () => {
  it('gets it back, in another process as well', async () => {
    let last = 0;
    const source = aSource('far', { memory: () => `commit ${++last}` });
    await openIngest(source).round();
    await openIngest(source).round();
    await openIngest(source).round();
    expect(source.rounds.map(({ memory }) => memory)).toEqual([undefined, 'commit 1', 'commit 2']);
  });

  it('gets what it kept before a round that failed', async () => {
    const source = aSource('far', { memory: () => 'commit 1' });
    const ingest = openIngest(source);
    await ingest.round();
    source.failure = new Error('the line is cut');
    await ingest.round();
    await ingest.round();
    expect(source.rounds.at(-1)?.memory).toBe('commit 1');
  });
});

describe('a source that fails', () => {
  it('is left alone for longer and longer, and shows since when and why', async () => {
    const source = aSource('far');
    source.failure = new SourceFailure('answers 500');
    const ingest = openIngest(source);
    expect((await ingest.round()).sources).toMatchObject([{ error: 'answers 500' }]);
    clock.advance(minutes(4));
    expect(await ingest.round()).toMatchObject({ sources: [], waiting: [{ sourceKey: 'far', error: 'answers 500' }] });
    clock.advance(minutes(1));
    expect((await ingest.round()).sources).toMatchObject([{ error: 'answers 500' }]);
    const nextTryAt = new Date(clock.now().getTime() + minutes(10));
    expect(await stores.ingest.findSource('far')).toMatchObject({ failures: 2, nextTryAt, lastError: 'answers 500' });
  });

  it('waits after a restart too, and is tried every round again once it answers', async () => {
    const source = aSource('far');
    source.failure = new SourceFailure('answers 500');
    await openIngest(source).round();
    expect((await openIngest(source).round()).waiting).toHaveLength(1);
    clock.advance(minutes(5));
    source.failure = undefined;
    const ingest = openIngest(source);
    expect((await ingest.round()).sources).toMatchObject([{ error: undefined, added: 1 }]);
    expect((await ingest.round()).sources).toMatchObject([{ added: 1 }]);
  });

  it('for a reason of our own is tried in the next round', async () => {
    const source = aSource('near', { isRemote: false });
    source.failure = new Error('disk is full');
    const ingest = openIngest(source);
    await ingest.round();
    expect((await ingest.round()).sources).toMatchObject([{ error: 'disk is full' }]);
  });

  it('stops none of the others', async () => {
    const broken = aSource('broken');
    broken.failure = new SourceFailure('answers 500');
    const { sources } = await openIngest(broken, aSource('far'), aSource('near', { isRemote: false })).round();
    expect(new Map(sources.map(({ sourceKey, added }) => [sourceKey, added]))).toEqual(
      new Map([
        ['near', 1],
        ['broken', 0],
        ['far', 1],
      ]),
    );
  });
});

describe('a remote source that takes its time', () => {
  /** Answers when it is told to, or gives up when the process ends. */
  function aSlowSource(key: string) {
    let answer: () => void = () => {};
    const slow = aSource(key);
    const { read } = slow;
    const source = {
      ...slow,
      answer: () => answer(),
      async *read(known: ReadonlyMap<string, KnownPost>, round: SourceRound) {
        await new Promise<void>((resolve, reject) => {
          answer = resolve;
          round.signal.addEventListener('abort', () => reject(new SourceFailure('gave up')));
        });
        yield* read(known, round);
      },
    };
    return source;
  }

  it('does not hold up the folders, nor what they made due', async () => {
    const slow = aSlowSource('slow');
    const ingest = openIngest(slow, aSource('near', { isRemote: false }));
    const { sources } = await ingest.round({ patienceMs: 0 });
    expect(sources).toMatchObject([{ sourceKey: 'near', added: 1 }]);
    expect(held).toBe(0);
    expect((await ingest.round({ patienceMs: 0 })).sources).toMatchObject([{ sourceKey: 'near', added: 1 }]);
    const all = ingest.round();
    await new Promise(setImmediate);
    slow.answer();
    expect((await all).sources.map(({ sourceKey }) => sourceKey)).toEqual(['near', 'slow']);
    expect(slow.rounds).toHaveLength(1);
    expect(held).toBe(0);
  });

  it('does not hold up the other remote ones', async () => {
    const far = aSource('far');
    const slow = aSlowSource('slow');
    const ingest = openIngest(slow, far);
    await ingest.round({ patienceMs: 0 });
    await ingest.round({ patienceMs: 10 });
    await ingest.round({ patienceMs: 10 });
    expect(far.rounds.length).toBeGreaterThanOrEqual(2);
    expect(slow.rounds).toHaveLength(0);
    await ingest.stop();
  });

  it('leaves those that wait behind it to the next round', async () => {
    const slow = Array.from({ length: 8 }, (_, n) => aSlowSource(`slow${n}`));
    const far = aSource('far');
    const ingest = openIngest(...slow, far);
    await ingest.round({ patienceMs: 0 });
    expect(far.rounds).toHaveLength(0);
    await ingest.round({ patienceMs: 10 });
    expect(far.rounds).toHaveLength(1);
    for (const { answer } of slow) answer();
    await ingest.stop();
    expect(far.rounds).toHaveLength(1);
  });

  it('is given up when the process ends, and counts as no failure', async () => {
    const ingest = openIngest(aSlowSource('slow'));
    const { sources } = await ingest.round({ patienceMs: 0 });
    expect(sources).toEqual([]);
    await ingest.stop();
    expect(await stores.ingest.findSource('slow')).toMatchObject({ failures: 0, lastError: undefined });
  });
});
