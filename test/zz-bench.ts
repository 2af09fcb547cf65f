import { startServerDatabase } from './support/postgres.js';
import { Corpus } from './support/generate-corpus.js';
import { itemFor } from './support/builders.js';
const n = Number(process.argv[2] ?? 3000);
const recent = process.argv[3] === 'recent';
const server = await startServerDatabase(process.env.TEST_DATABASE_URL!);
const stores = await server.open();
const corpus = new Corpus(7);
const articles = Array.from({ length: n }, (_, i) => { const a = corpus.article(i); return recent ? { ...a, published: new Date(Date.now() - (n - i) * 1000) } : a; });
const started = performance.now();
let longest = 0, calls = 0;
for (let at = 0; at < n;) {
  const t = performance.now();
  const c = await stores.ingest.saveAndEnqueue('bench', articles.slice(at, at + 100).map(itemFor), new Date(), true);
  longest = Math.max(longest, performance.now() - t); calls++;
  at += c.processed;
}
const ms = performance.now() - started;
console.log(`${n} articles silent: ${(n / ms * 1000).toFixed(0)}/s, longest call ${longest.toFixed(0)} ms, calls ${calls}`);
// again: unchanged
const t2 = performance.now();
for (let at = 0; at < n;) at += (await stores.ingest.saveAndEnqueue('bench', articles.slice(at, at + 100).map(itemFor), new Date(), true)).processed;
console.log(`unchanged: ${(n / (performance.now() - t2) * 1000).toFixed(0)}/s`);
// single
const more = Array.from({ length: 100 }, (_, i) => ({ ...corpus.article(n + i), published: new Date() }));
await stores.chats.save(5, 'private', new Date());
const cat = (await stores.categories.list())[0]!;
await stores.subscriptions.subscribe({ chatId: 5, topicId: 0 }, cat.id, new Date());
const t3 = performance.now();
for (const a of more) await stores.ingest.saveAndEnqueue('bench', [itemFor(a)], new Date(), false);
console.log(`one by one, news: ${((performance.now() - t3) / 100).toFixed(1)} ms each`);
const more2 = Array.from({ length: 300 }, (_, i) => ({ ...corpus.article(n + 100 + i), published: new Date() }));
const t4 = performance.now();
for (let at = 0; at < 300;) at += (await stores.ingest.saveAndEnqueue('bench', more2.slice(at, at + 100).map(itemFor), new Date(), false)).processed;
console.log(`news in batches: ${(300 / (performance.now() - t4) * 1000).toFixed(0)}/s`);
// one article to 10,000 chats
for (let i = 0; i < 10000; i += 500) await Promise.all(Array.from({ length: 500 }, async (_, k) => { const id = 1000 + i + k; await stores.chats.save(id, 'private', new Date()); await stores.subscriptions.subscribe({ chatId: id, topicId: 0 }, cat.id, new Date()); }));
const big = { ...corpus.article(n + 1000), published: new Date(), medium: cat.name, categories: [{ name: cat.name, slug: undefined }] };
const t5 = performance.now();
const c5 = await stores.ingest.saveAndEnqueue('bench', [itemFor(big)], new Date(), false);
console.log(`one article to ${c5.queued} chats: ${(performance.now() - t5).toFixed(0)} ms`);
await stores.close();
await server.close();
