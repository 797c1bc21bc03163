/** A query of a panel. */
interface Query {
  readonly expr: string
  /** Names the series: `{{job}}`, or a fixed text. */
  readonly legend: string
}

/** A panel: one question that its title asks, answered by queries. */
export interface Panel {
  readonly title: string
  /** What to make of it. */
  readonly help?: string
  /** Grafana's name of the unit. */
  readonly unit: 's' | 'short' | 'percentunit' | 'ops' | 'reqps' | 'd' | 'bytes' | 'dateTimeAsIso'
  /** `stat`: the current value, large. */
  readonly kind?: 'timeseries' | 'stat'
  /** From here on it is bad, and the value is red. */
  readonly redFrom?: number
  readonly queries: readonly Query[]
}

export interface Dashboard {
  /** Its file is called so. */
  readonly name: string
  readonly title: string
  readonly description: string
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[]
}

const columns = 24
const size = { timeseries: { w: 12, h: 8 }, stat: { w: 6, h: 4 } } as const
// Grafana's own placeholder for the chosen data source.
const datasource = { type: 'prometheus', uid: `$\{datasource}` }
const tag = 'alipay-checkout'

/** The dashboard as Grafana imports it. */
export function grafanaJson(dashboard: Dashboard): string {
  const { name, title, description, rows } = dashboard
  const json = {
    uid: `${tag}-${name}`,
    title: `Alipay checkout: ${title}`,
    description,
    tags: [tag],
    schemaVersion: 39,
    editable: true,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    timezone: 'browser',
    links: [
      {
        type: 'dashboards',
        tags: [tag],
        title: 'Alipay checkout',
        asDropdown: true,
        includeVars: true,
        keepTime: true,
      },
    ],
    templating: {
      list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', hide: 0 }],
    },
    annotations: { list: [] },
    panels: placed(rows),
  }
  return `${JSON.stringify(json, undefined, 2)}\n`
}

/** Places panels from left to right, and rows one below the other. */
function placed(rows: Dashboard['rows']): object[] {
  const panels: object[] = []
  let y = 0
  for (const row of rows) {
    panels.push({
      id: panels.length + 1,
      type: 'row',
      title: row.title,
      collapsed: false,
      gridPos: { x: 0, y, w: columns, h: 1 },
      panels: [],
    })
    y += 1
    let [x, height] = [0, 0]
    for (const panel of row.panels) {
      const { w, h } = size[panel.kind ?? 'timeseries']
      if (x + w > columns) [x, y, height] = [0, y + height, 0]
      panels.push(panelJson(panel, { id: panels.length + 1, gridPos: { x, y, w, h } }))
      x += w
      height = Math.max(height, h)
    }
    y += height
  }
  return panels
}

function panelJson({ title, help, unit, kind = 'timeseries', redFrom, queries }: Panel, place: object): object {
  const steps = [{ color: 'green', value: null }, ...(redFrom === undefined ? [] : [{ color: 'red', value: redFrom }])]
  const lines =
    kind === 'timeseries'
      ? {
          lineWidth: 1,
          fillOpacity: 8,
          showPoints: 'never',
          thresholdsStyle: { mode: redFrom === undefined ? 'off' : 'line' },
        }
      : {}
  return {
    ...place,
    type: kind,
    title,
    ...(help ? { description: help } : {}),
    datasource,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        color: { mode: kind === 'stat' ? 'thresholds' : 'palette-classic' },
        thresholds: { mode: 'absolute', steps },
        custom: lines,
      },
      overrides: [],
    },
    options:
      kind === 'stat'
        ? { reduceOptions: { calcs: ['lastNotNull'] }, colorMode: 'value', graphMode: 'area' }
        : {
            legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
            tooltip: { mode: 'multi', sort: 'desc' },
          },
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat: legend,
      range: true,
    })),
  }
}

/** Quantiles of a histogram over all processes, and by further labels. */
export function quantiles(name: string, of: readonly number[], by: readonly string[] = [], matchers = ''): Query[] {
  const labels = ['le', ...by].join(', ')
  const named = by.map(label => `{{${label}}}`).join(' ')
  return of.map(quantile => ({
    expr: `histogram_quantile(${quantile}, sum by (${labels}) (rate(${name}_bucket${matchers}[$__rate_interval])))`,
    legend: `${named} p${quantile * 100}`.trim(),
  }))
}

/** The rate of a counter, by labels. */
export function rates(name: string, by: readonly string[], matchers = ''): Query {
  return {
    expr: `sum by (${by.join(', ')}) (rate(${name}${matchers}[$__rate_interval]))`,
    legend: by.map(label => `{{${label}}}`).join(' '),
  }
}

/** A gauge that every replica reports alike, by labels. */
export function shared(name: string, by: readonly string[], matchers = ''): Query {
  return {
    expr: by.length === 0 ? `max(${name}${matchers})` : `max by (${by.join(', ')}) (${name}${matchers})`,
    legend: by.length === 0 ? name : by.map(label => `{{${label}}}`).join(' '),
  }
}
