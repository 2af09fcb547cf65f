import type { Estimate } from '../src/ports.js';

/** With separators; a number that was worked out from others is marked: `~1,234,567`. */
export function formatCount(count: number | Estimate): string {
  if (typeof count === 'number') return count.toLocaleString('en-US');
  return `${count.isExact ? '' : '~'}${count.count.toLocaleString('en-US')}`;
}
