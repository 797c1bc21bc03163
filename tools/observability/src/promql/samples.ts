import type { Matcher } from './parse.ts'

export type Labels = Readonly<Record<string, string>>

/** A value of one series. */
export interface Sample {
  readonly name: string
  readonly labels: Labels
  readonly value: number
}

/** A point in time of a series. `value` is undefined from when its target no longer served it. */
interface Point {
  readonly atS: number
  readonly value: number | undefined
}

interface Series {
  readonly name: string
  readonly labels: Labels
  readonly points: Point[]
}

/** An instant selector finds no value that is older, s, as in Prometheus. */
const lookbackS = 300

/** Samples of several targets over time. */
export class SampleStore {
  readonly #byName = new Map<string, Map<string, Series>>()
  readonly #served = new Map<string, Set<Series>>()

  /**
   * Adds one scrape of a target, at a later time than the one before. Undefined: the scrape failed. `up` is added, and
   * series that the target no longer serves end.
   */
  add(target: Labels, atS: number, samples: readonly Sample[] | undefined): void {
    const all = [...(samples ?? []), { name: 'up', labels: {}, value: samples ? 1 : 0 }]
    const key = keyOf(target)
    const served = new Set<Series>()
    for (const { name, labels, value } of all) {
      served.add(this.addSample({ name, labels: { ...labels, ...target }, value }, atS))
    }
    for (const series of this.#served.get(key) ?? []) {
      if (!served.has(series)) series.points.push({ atS, value: undefined })
    }
    this.#served.set(key, served)
  }

  /** Adds a value of one series, later than the one before. */
  addSample({ name, labels, value }: Sample, atS: number): Series {
    const series = this.#seriesOf(name, labels)
    series.points.push({ atS, value })
    return series
  }

  /** The current values of the series that match at a time, each as its last value. */
  valuesAt(name: string, matchers: readonly Matcher[], atS: number): Sample[] {
    return this.#find(name, matchers).flatMap(({ labels, points }) => {
      const point = points.findLast(one => one.atS <= atS)
      if (point?.value === undefined || point.atS <= atS - lookbackS) return []
      return [{ name, labels, value: point.value }]
    })
  }

  /** The points of the series that match, within `rangeS` before a time. */
  pointsWithin(
    name: string,
    matchers: readonly Matcher[],
    { atS, rangeS }: { atS: number; rangeS: number },
  ): { labels: Labels; points: { atS: number; value: number }[] }[] {
    return this.#find(name, matchers).map(({ labels, points }) => ({
      labels,
      points: points.flatMap(({ atS: at, value }) =>
        value !== undefined && at >= atS - rangeS && at <= atS ? [{ atS: at, value }] : [],
      ),
    }))
  }

  /** Drops what is older, except for the last value of each series. */
  forgetBefore(atS: number): void {
    for (const ofName of this.#byName.values()) {
      for (const { points } of ofName.values()) {
        const first = points.findIndex(point => point.atS >= atS)
        points.splice(0, first < 0 ? points.length - 1 : first)
      }
    }
  }

  /** Every series that was ever added. */
  all(): readonly { readonly name: string; readonly labels: Labels }[] {
    return [...this.#byName.values()].flatMap(series => [...series.values()])
  }

  #find(name: string, matchers: readonly Matcher[]): Series[] {
    return [...(this.#byName.get(name)?.values() ?? [])].filter(({ labels }) => matchesAll(labels, matchers))
  }

  #seriesOf(name: string, labels: Labels): Series {
    const ofName = this.#byName.get(name) ?? new Map<string, Series>()
    this.#byName.set(name, ofName)
    const key = keyOf(labels)
    const series = ofName.get(key) ?? { name, labels, points: [] }
    ofName.set(key, series)
    return series
  }
}

/** The same text for the same labels, in whatever order. */
export function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether labels match, as in Prometheus: a missing label is empty, and a pattern covers the whole value. */
export function matchesAll(labels: Labels, matchers: readonly Matcher[]): boolean {
  return matchers.every(({ label, op, value }) => {
    const given = labels[label] ?? ''
    if (op === '=' || op === '!=') return (given === value) === (op === '=')
    return new RegExp(`^(?:${value})$`).test(given) === (op === '=~')
  })
}

/** Reads samples in Prometheus' text format. */
export function parseMetrics(text: string): Sample[] {
  return text.split('\n').flatMap(line => {
    const parts = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line)
    if (!parts) return []
    const [, name = '', labels = '', value = ''] = parts
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
    return [
      {
        name,
        labels: Object.fromEntries(pairs.map(([, label = '', quoted = '']) => [label, unquote(quoted)])),
        value: numberOf(value),
      },
    ]
  })
}

const unquote = (text: string) => text.replaceAll(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one))
const numberOf = (text: string) => Number(text.replace(/^([+-]?)Inf$/, '$1Infinity'))
