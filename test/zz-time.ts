import pg from 'pg';
const sums = new Map<string, [number, number]>();
const orig = pg.Client.prototype.query as any;
(pg.Client.prototype as any).query = function (...a: any[]) {
  const text = typeof a[0] === 'string' ? a[0] : a[0]?.text ?? '?';
  const t = performance.now();
  const r = orig.apply(this, a);
  if (r?.then) r.then(() => { const k = text.replace(/\s+/g, ' ').slice(0, 90); const s = sums.get(k) ?? [0, 0]; s[0] += performance.now() - t; s[1]++; sums.set(k, s); }, () => {});
  return r;
};
process.on('exit', () => { for (const [k, [ms, n]] of [...sums].sort((a, b) => b[1][0] - a[1][0]).slice(0, 25)) console.log(`${ms.toFixed(0)} ms / ${n} = ${(ms / n).toFixed(2)}: ${k}`); });
await import('./zz-bench.js');
