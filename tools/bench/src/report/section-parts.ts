import { barChart, escapeHtml } from './charts.ts'

/** What the page shows of one scenario. */
export interface Section {
  title: string
  about: string
  charts: string[]
  /** HTML below the charts. */
  more?: string
}

export type Numbers = Readonly<Record<string, number>>
export type Latencies = Readonly<Record<string, Readonly<Partial<Record<string, number>>>>>

/** What bars of rates count. */
export const perSecond = 'orders per second'

/** Times by name, each with its percentiles as bars. */
export function percentiles(
  title: string,
  latencies: Latencies,
  names: Record<string, string>,
  mark?: { value: number; label: string },
): string {
  const bars = Object.entries(names).flatMap(([name, label]) =>
    (['p50', 'p99'] as const).map(which => ({
      label: `${label}, ${which}`,
      value: latencies[name]?.[which] ?? 0,
      strong: which === 'p50',
    })),
  )
  return barChart({ title, axis: 'ms', bars, ...(mark && { mark }) })
}

/** CPU time by process. */
export function cpu(title: string, each: Numbers): string {
  const bars = Object.entries(each).map(([label, value]) => ({
    label,
    value,
    strong: label !== 'alipay-simulator' && label !== 'load generator',
  }))
  return barChart({ title, axis: 'ms of CPU time', bars })
}

/** Memory by process, with the mark for services. */
export function memory(mib: Numbers, title: string): string {
  const isService = (name: string) => name === 'gateway' || name.endsWith('-service')
  const bars = Object.entries(mib).map(([label, value]) => ({ label, value, strong: isService(label) }))
  return barChart({ title, axis: 'MiB, resident', bars, mark: { value: 200, label: 'mark for a service: 200 MiB' } })
}

/** A table with a line below it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], note: string): string {
  const cells = rows.map(
    row => `<tr>${row.map((cell, at) => `<td${at > 0 ? ' class="n"' : ''}>${cell}</td>`).join('')}</tr>`,
  )
  const body = `<table><tr>${head.map(cell => `<th>${cell}</th>`).join('')}</tr>${cells.join('')}</table>`
  return `${rows.length === 0 ? '' : `<div class="scroll">${body}</div>`}<p>${escapeHtml(note)}</p>`
}
