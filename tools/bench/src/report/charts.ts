/** One bar of a chart. */
export interface Bar {
  label: string
  value: number
  /** What the chart is about, in the strong colour; the others are there to compare. */
  strong?: boolean
}

/** Bars from zero on a common axis. */
export interface BarChart {
  title: string
  /** What the axis counts, with its unit. */
  axis: string
  bars: readonly Bar[]
  /** A mark that was set, as a line across. */
  mark?: { value: number; label: string }
}

/** Values over time or size. */
export interface LineChart {
  title: string
  xAxis: string
  yAxis: string
  series: readonly { label: string; points: readonly (readonly [x: number, y: number])[] }[]
}

const barRow = 40
const barHeight = 14
const axisHeight = 40
const lineHeight = 240

/** Text as it may stand in a page. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A number as people read it: thousands apart, two decimals at most. */
export function readable(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 })
}

/** Three to six round numbers from 0 to the greatest value or just above. */
export function ticks(max: number): number[] {
  if (!(max > 0)) return [0, 1]
  const rough = max / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * power).find(one => one >= rough) ?? rough
  const count = Math.ceil(max / step - 1e-9)
  return Array.from({ length: count + 1 }, (_, index) => Number((index * step).toPrecision(12)))
}

/**
 * Horizontal bars as an inline SVG. Widths are shares of whatever room there is, texts keep their size: the same on a
 * phone and on a desk.
 */
export function barChart({ title, axis, bars, mark }: BarChart): string {
  const marks = ticks(Math.max(...bars.map(({ value }) => value), mark?.value ?? 0))
  const end = marks.at(-1)!
  const height = bars.length * barRow + axisHeight
  const bottom = height - axisHeight
  const share = (value: number) => `${((value / end) * 100).toFixed(2)}%`
  const rows = bars.map(
    ({ label, value, strong }, index) => `
    <text x="0" y="${index * barRow + 14}">${escapeHtml(label)}</text>
    <text x="100%" y="${index * barRow + 14}" class="value">${readable(value)}</text>
    <rect x="0" y="${index * barRow + 19}" width="${share(value)}" height="${barHeight}" class="${strong ? 'strong' : 'bar'}"/>`,
  )
  return figure(
    title,
    `<svg role="img" aria-label="${escapeHtml(title)}" width="100%" height="${height}">
    ${marks.map(value => grid(share(value), bottom)).join('')}${rows.join('')}
    ${marks.map((value, index) => tickText(share(value), bottom + 14, readable(value), anchorOf(index, marks.length))).join('')}
    <text x="50%" y="${bottom + 32}" class="axis" text-anchor="middle">${escapeHtml(axis)}</text>
    ${mark === undefined ? '' : markLine(share(mark.value), bottom)}
  </svg>${mark === undefined ? '' : `<p class="key"><i class="mark"></i>${escapeHtml(mark.label)}</p>`}`,
  )
}

/** Lines as an inline SVG, with the same texts at every width. */
export function lineChart({ title, xAxis, yAxis, series }: LineChart): string {
  const points = series.flatMap(one => one.points)
  const xMarks = ticks(Math.max(...points.map(([x]) => x)))
  const yMarks = ticks(Math.max(...points.map(([, y]) => y)))
  const [xEnd, yEnd] = [xMarks.at(-1)!, yMarks.at(-1)!]
  const bottom = lineHeight - axisHeight
  const y = (value: number) => ((1 - value / yEnd) * bottom).toFixed(1)
  const paths = series.map(
    ({ points: line }, index) =>
      `<polyline class="line s${index}" points="${line.map(([px, py]) => `${((px / xEnd) * 1000).toFixed(1)},${y(py)}`).join(' ')}"/>`,
  )
  return figure(
    title,
    `<p class="axis">${escapeHtml(yAxis)}</p>
  <svg role="img" aria-label="${escapeHtml(title)}" width="100%" height="${lineHeight}">
    ${yMarks.map(value => `<line x1="0" x2="100%" y1="${y(value)}" y2="${y(value)}" class="grid"/><text x="0" y="${Number(y(value)) - 3}" class="tick">${readable(value)}</text>`).join('')}
    <svg x="0" y="0" width="100%" height="${bottom}" viewBox="0 0 1000 ${bottom}" preserveAspectRatio="none">${paths.join('')}</svg>
    ${xMarks.map((value, index) => tickText(`${((value / xEnd) * 100).toFixed(2)}%`, bottom + 14, readable(value), anchorOf(index, xMarks.length))).join('')}
    <text x="50%" y="${bottom + 32}" class="axis" text-anchor="middle">${escapeHtml(xAxis)}</text>
  </svg>
  <p class="key">${series.map(({ label }, index) => `<span><i class="s${index}"></i>${escapeHtml(label)}</span>`).join(' ')}</p>`,
  )
}

function figure(title: string, content: string): string {
  return `<figure><figcaption>${escapeHtml(title)}</figcaption>${content}</figure>`
}

function grid(x: string, bottom: number): string {
  return `<line x1="${x}" x2="${x}" y1="0" y2="${bottom}" class="grid"/>`
}

function markLine(x: string, bottom: number): string {
  return `<line x1="${x}" x2="${x}" y1="0" y2="${bottom}" class="mark"/>`
}

function tickText(x: string, y: number, text: string, anchor: string): string {
  return `<text x="${x}" y="${y}" class="tick" text-anchor="${anchor}">${text}</text>`
}

/** The outermost texts stay inside. */
function anchorOf(index: number, count: number): string {
  if (index === 0) return 'start'
  return index === count - 1 ? 'end' : 'middle'
}
