import type { Machine } from './measure/machine.ts'

/** One measured value. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** E.g. `≥ 0.8`. A missed target is no error. */
  target?: string
  isMet?: boolean
}

export function figure(name: string, value: number, unit: string): Figure {
  return { name, value, unit }
}

export function atLeast(found: Figure, least: number): Figure {
  return { ...found, target: `≥ ${least}`, isMet: found.value >= least }
}

export function below(found: Figure, limit: number): Figure {
  return { ...found, target: `< ${limit}`, isMet: found.value < limit }
}

/** What a scenario found. */
export interface ScenarioResult {
  figures: Figure[]
  /** What is wrong with the orders; empty if all is well. */
  errors: string[]
}

/** The result of a run: one table. */
export interface BenchResult {
  /** ISO 8601. */
  at: string
  /** As `git describe --always --dirty` prints it. */
  commit: string
  isQuick: boolean
  rounds: number
  machine: Machine
  figures: (Figure & { scenario: string })[]
  errors: string[]
}

/** The result as a Markdown table. */
export function describeResult({ at, commit, isQuick, rounds, machine, figures, errors }: BenchResult): string {
  const { cores, cpu, memoryGiB, node, rsaSignsPerSecond, diskSyncMs } = machine
  const rows = figures.map(({ scenario, name, value, unit, target = '', isMet }) => {
    const mark = isMet === undefined ? '' : isMet ? ' ✔' : ' ✖'
    return [scenario, name, String(value), unit, `${target}${mark}`]
  })
  return [
    `Commit ${commit}, ${at}, ${rounds} rounds${isQuick ? ', quick' : ''}. ${cores} cores (${cpu}), ${memoryGiB} GiB,`,
    `Node ${node}, ${rsaSignsPerSecond} RSA-2048 signatures/s of one core, disk sync ${diskSyncMs} ms.`,
    '',
    ...table([['scenario', 'figure', 'value', 'unit', 'target'], ...rows]),
    '',
    ...(errors.length === 0 ? ['✔ every order is complete'] : errors.map(error => `✖ ERROR ${error}`)),
  ].join('\n')
}

/** Rows, the head first, as lines of a Markdown table. */
export function table(rows: readonly string[][]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const [head, ...body] = rows
  return [line(head!), line(widths.map(width => '-'.repeat(width))), ...body.map(line)]
}
