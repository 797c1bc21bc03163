import type { BenchResult } from './result.ts'

/** What is longer can be read in the JSON object. */
const lineLengthMax = 160

/** The result for people. */
export function describe(result: BenchResult): string {
  const { machine, marks, broken } = result
  return [
    `${machine.cores} cores (${machine.cpu}), ${machine.rsaSignsPerSecond} RSA-2048 signs/s of one core, disk sync ${machine.diskSyncMs} ms`,
    ...figures({ ...result, machine: undefined, marks: undefined, broken: undefined, at: undefined }, ''),
    ...marks.map(
      ({ scenario, what, value, mark, met }) => `${met ? '✔' : '✖ not met:'} ${scenario}: ${what} ${value} (${mark})`,
    ),
    ...(broken.length === 0 ? ['✔ all books agree'] : broken.map(line => `✖ BROKEN ${line}`)),
  ].join('\n')
}

/** Every figure on a line of its own, under the names that lead to it. */
function figures(value: unknown, indent: string): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    if (inner === undefined) return []
    if (Array.isArray(inner)) return list(name, inner, indent)
    if (typeof inner === 'object') {
      const lines = figures(inner, `${indent}  `)
      return lines.length === 0 ? [] : [`${indent}${name}`, ...lines]
    }
    return [`${indent}${name.padEnd(36)} ${inner}`]
  })
}

function list(name: string, values: readonly unknown[], indent: string): string[] {
  if (values.every(value => typeof value !== 'object')) return [`${indent}${name.padEnd(36)} ${values.join(' ')}`]
  return [`${indent}${name}`, ...values.map(value => `${indent}  ${JSON.stringify(value).slice(0, lineLengthMax)}`)]
}
