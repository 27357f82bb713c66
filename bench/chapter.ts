/** What a benchmark has to say in docs/benchmarks.md. */
export interface Chapter {
  title: string;
  /** What was done, and what limits the result: paragraphs in Markdown. */
  text: string[];
  tables: Table[];
  plot?: Plot;
}

export interface Table {
  head: string[];
  rows: (string | number)[][];
}

/** Bars, the first of which is ours. */
export interface Plot {
  file: string;
  title: string;
  unit: string;
  bars: { label: string; value: number }[];
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};

export const ratio = (value: number, of: number): string => (value / of).toFixed(2);

export function markdown({ title, text, tables, plot }: Chapter): string {
  const row = (cells: (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const lines = tables.map(({ head, rows }) => [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n'));
  const picture = plot ? [`![${plot.title}](${plot.file})`] : [];
  return [`## ${title}`, ...text, ...lines, ...picture].join('\n\n');
}

const WIDTH = 720;
const ROW = 28;
const LABELS = 300;

/** In the colours of the page that shows it, as far as an image can. */
export function svg({ title, unit, bars }: Plot): string {
  const most = Math.max(...bars.map(({ value }) => value));
  const height = ROW * (bars.length + 1) + 8;
  const drawn = bars.map(({ label, value }, i) => {
    const y = ROW * (i + 1);
    const width = Math.max(1, ((WIDTH - LABELS - 90) * value) / most);
    return [
      `<text x="${LABELS - 8}" y="${y + 18}" text-anchor="end">${label}</text>`,
      `<rect x="${LABELS}" y="${y + 4}" width="${width.toFixed(1)}" height="${ROW - 8}" fill="${i === 0 ? '#0b57d0' : '#8a94a6'}"/>`,
      `<text x="${(LABELS + width + 6).toFixed(1)}" y="${y + 18}">${value.toLocaleString('en')} ${unit}</text>`,
    ].join('\n  ');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="${title}">
  <rect width="100%" height="100%" fill="#fff"/>
  <text x="8" y="18" font-weight="600">${title}</text>
  ${drawn.join('\n  ')}
</svg>
`;
}
