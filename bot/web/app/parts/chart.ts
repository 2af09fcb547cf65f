import UPlot from 'uplot';
import type { MiniAppLocale } from '../../../locale/mini-app-shape.js';
import type { PageLanguage, TrendAnswer } from '../../../mini-app/protocol.js';

type Found = Extract<TrendAnswer, { kind: 'found' }>;

export interface Chart {
  /** To the size of its place. */
  fit(): void;
  destroy(): void;
}

export interface ChartOptions {
  /** One for each series. */
  readonly colours: readonly string[];
  readonly language: PageLanguage;
  readonly texts: MiniAppLocale['trend'];
}

/** Draws bars, one for each bucket, the series stacked with the largest at the foot. Colours of axes are those of theme.css. */
export function drawTrend(place: HTMLElement, answer: Found, options: ChartOptions): Chart {
  const { buckets, series } = answer;
  const sums = stack(answer);
  const style = getComputedStyle(document.documentElement);
  const [hint, line, background] = ['--hint', '--line', '--bg'].map((name) => style.getPropertyValue(name).trim());
  const axis = { stroke: hint ?? '', font: `12px ${getComputedStyle(place).fontFamily}`, ticks: { show: false } };
  const dayName = dayNames(options.language);
  const tooltip = createTooltip(place, answer, options, dayName);
  const chart = new UPlot(
    {
      ...sizeOf(place),
      padding: [12, 8, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      scales: {
        x: { time: false, range: () => [-0.6, buckets.length - 0.4] },
        y: { range: (_chart, _from, to) => [0, Math.max(4, to * 1.05)] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          space: 56,
          size: 30,
          incrs: [1, 2, 3, 5, 7, 10, 14, 21, 28],
          values: (_chart, places) => places.map((at) => dayName(buckets[at])),
        },
        {
          ...axis,
          size: 40,
          grid: { stroke: line ?? '', width: 1 },
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
        },
      ],
      series: [
        {},
        // The topmost first, so that each hides all but its own part of the one behind.
        ...series
          .map((_series, at) => ({
            fill: options.colours[at] ?? '',
            stroke: background ?? '',
            width: 1,
            points: { show: false },
            ...(UPlot.paths.bars ? { paths: UPlot.paths.bars({ size: [0.72, 44], radius: 0 }) } : {}),
          }))
          .reverse(),
      ],
      hooks: { setCursor: [(drawn) => tooltip.show(drawn.cursor.idx, drawn.cursor.left ?? 0)] },
    },
    [buckets.map((_bucket, at) => at), ...[...sums].reverse()],
    place,
  );
  return {
    fit: () => chart.setSize(sizeOf(place)),
    destroy: () => {
      tooltip.remove();
      chart.destroy();
    },
  };
}

/** Heights at which each series ends, the first at the foot; null where it has nothing to draw. */
function stack({ buckets, series }: Found): (number | null)[][] {
  const below = buckets.map(() => 0);
  return series.map(({ counts }) =>
    counts.map((count, at) => {
      below[at] = (below[at] ?? 0) + count;
      return count > 0 ? (below[at] ?? 0) : null;
    }),
  );
}

function sizeOf(place: HTMLElement): { width: number; height: number } {
  return { width: place.clientWidth, height: place.clientHeight };
}

/** `11/26`, `26 Nov` */
function dayNames(language: PageLanguage): (day: string | undefined) => string {
  const format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    timeZone: 'UTC',
    day: 'numeric',
    month: language === 'zh' ? 'numeric' : 'short',
  });
  return (day) => (day ? format.format(Date.parse(`${day}T00:00:00Z`)) : '');
}

/** The numbers of the bar under the pointer or finger. */
function createTooltip(
  place: HTMLElement,
  { buckets, series }: Found,
  { colours, texts }: ChartOptions,
  dayName: (day: string) => string,
) {
  const box = document.createElement('div');
  box.className = 'chart-tip';
  box.hidden = true;
  place.append(box);
  const row = (colour: string | undefined, name: string, count: number) => {
    const line = document.createElement('div');
    const swatch = document.createElement('span');
    swatch.className = 'swatch';
    if (colour) swatch.style.backgroundColor = colour;
    const [label, number] = [document.createElement('span'), document.createElement('b')];
    label.textContent = name;
    number.textContent = String(count);
    line.append(...(colour ? [swatch] : []), label, number);
    return line;
  };
  return {
    show(at: number | null | undefined, left: number): void {
      const bucket = at === null || at === undefined ? undefined : buckets[at];
      box.hidden = bucket === undefined;
      if (bucket === undefined || at === null || at === undefined) return;
      const counts = series.map((each) => each.counts[at] ?? 0);
      const rows = series.flatMap(({ name }, n) =>
        counts[n] ? [row(colours[n], name ?? texts.others, counts[n])] : [],
      );
      const title = row(
        undefined,
        dayName(bucket),
        counts.reduce((sum, count) => sum + count, 0),
      );
      box.replaceChildren(title, ...rows);
      // On the side with more room.
      const isLeft = left > place.clientWidth / 2;
      box.style.insetInlineStart = isLeft ? 'auto' : `${left + 56}px`;
      box.style.insetInlineEnd = isLeft ? `${place.clientWidth - left - 24}px` : 'auto';
    },
    remove: () => box.remove(),
  };
}
