import { performance } from 'node:perf_hooks';

/** Milliseconds that the work took. */
export async function timeMs(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** One line: what, the figure, and its ratio to a named baseline. */
export function report(name: string, figure: string, ratio?: { readonly to: string; readonly value: number }): void {
  const compared = ratio ? `  ${ratio.value.toFixed(2)} x ${ratio.to}` : '';
  process.stdout.write(`${name.padEnd(44)} ${figure.padStart(16)}${compared}\n`);
}

export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;

/** The value that `percent` of all are at most, by the nearest rank. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1))] ?? Number.NaN;
}
