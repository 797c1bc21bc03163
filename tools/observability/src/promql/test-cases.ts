import { type Sample, SampleStore } from './samples.ts'

/** Series, in promtool's notation: `1 2 3`, `0+5x90`, `7x90`, and `_` where there is no value. */
export type InputSeries = Readonly<Record<string, string>>

/** Samples of series that have a value each minute, up to a time. Each series is scraped on its own. */
export function storeOf(series: InputSeries, untilS: number): SampleStore {
  const store = new SampleStore()
  const all = Object.entries(series).map(([key, values]) => ({ ...seriesOf(key), values: valuesOf(values) }))
  for (let minute = 0; minute * 60 <= untilS; minute++) {
    for (const { name, labels, values } of all) {
      const value = values[minute]
      if (value === undefined) continue
      const { job = '', instance = '', ...own } = labels
      store.addSample(
        { name, labels: { ...own, ...(job && { job }), ...(instance && { instance }) }, value },
        minute * 60,
      )
    }
  }
  return store
}

function seriesOf(key: string): Pick<Sample, 'name' | 'labels'> {
  const [, name = '', labels = ''] = /^([\w:]+)(?:\{(.*)\})?$/.exec(key) ?? []
  return {
    name,
    labels: Object.fromEntries([...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label, value])),
  }
}

function valuesOf(notation: string): (number | undefined)[] {
  return notation.split(' ').flatMap(one => {
    const [, start = '', step = '0', times = '0'] = /^(-?[\d.]+|_)([+-][\d.]+)?(?:x(\d+))?$/.exec(one) ?? []
    // `_x20` are 20 gaps, but `1x20` is the value and 20 more.
    if (start === '_') return Array.from({ length: Number(times) || 1 }, () => undefined)
    return Array.from({ length: Number(times) + 1 }, (_, index) => Number(start) + index * Number(step))
  })
}

const counters: InputSeries = {
  'c_total{job="a",instance="1",kind="x"}': '0+3x10 0+3x30',
  'c_total{job="a",instance="2",kind="x"}': '100+7x40',
  'c_total{job="a",instance="2",kind="y"}': '5x40',
  'd_total{job="a",instance="1"}': '_x20 0+2x20',
}
const gauges: InputSeries = {
  'g{job="a",instance="1"}': '-4x40',
  'g{job="a",instance="2"}': '9x40',
  'g{job="b",instance="1"}': '0x40',
  'h{job="a",instance="1"}': '2x40',
  'gone{job="a"}': '1x10',
}

/** Expressions in every form that the rules use. */
export const promqlCases: readonly { series: InputSeries; expr: string; atMinute: number }[] = [
  ...[
    'rate(c_total[5m])',
    'increase(c_total[10m])',
    'increase(c_total{instance="1"}[30m])',
    'increase(d_total[30m])',
    'sum by (job) (rate(c_total[5m]))',
    'sum(rate(c_total{kind="x"}[5m])) / sum(rate(c_total[5m]))',
    '1 - sum(rate(c_total{kind=~"x"}[5m])) / sum(rate(c_total[5m]))',
    'sum by (kind) (increase(c_total{instance!="1"}[15m])) > 3',
    'sum(rate(c_total{kind="z"}[5m]))',
  ].map(expr => ({ series: counters, expr, atMinute: 27 })),
  ...[
    'max by (job) (g)',
    'min by (job) (g) < 0',
    'count by (job) (g)',
    'sum(g) * 2 - 1',
    'abs(g) > 3',
    'g == 0',
    'g != 0 and h',
    'g unless on (instance) h',
    'g and on (job) h == 2',
    'max by (instance) (g) > on (instance) max by (instance) (h)',
    'max by (job, instance) (g) / on (job, instance) h',
    'absent(g{job="c",instance="9"})',
    'absent(g{job="a"})',
    'absent(gone{job="a"}) or g',
    'g{job!~"a|c"}',
    'time() - max(g)',
  ].map(expr => ({ series: gauges, expr, atMinute: 27 })),
]
