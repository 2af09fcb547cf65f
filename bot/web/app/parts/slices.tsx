import { useEffect, useRef } from 'preact/hooks';
import { useKept } from '../loaded.js';

const firstRows = 60;
const rowsMore = 120;

/** How much of a long list is drawn, and what to put behind it: when that comes near, there is more. `key`: of what the list is. */
export function useSlices(key: string, total: number) {
  const [drawn, setDrawn] = useKept('slices', { key, count: firstRows });
  const count = drawn.key === key ? drawn.count : firstRows;
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!end.current || count >= total) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setDrawn({ key, count: count + rowsMore }),
      { rootMargin: '1200px' },
    );
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [key, count, total]);
  return { count, end: count < total ? <div class="slice-end" ref={end} /> : null };
}
