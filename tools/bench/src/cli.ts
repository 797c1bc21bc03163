// npm run bench: measures the system next to the least durable work that orders need, on this machine.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readLocalDir } from '@alipay-checkout/launcher'
import { readArguments, type Settings, scenarios, usage } from './arguments.ts'
import { describeCapacity } from './capacity.ts'
import { calibrate } from './measure/machine.ts'
import { type BenchResult, describeResult } from './result.ts'
import { runScenario } from './scenarios/scenario.ts'

const log = (line: string) => console.error(line)

async function bench({ names, isQuick, sizes, method }: Settings): Promise<BenchResult> {
  log('calibrating the machine …')
  const machine = calibrate(join(readLocalDir(), 'bench-calibration'))
  const { rounds } = sizes
  const at = new Date().toISOString()
  const result: BenchResult = { at, commit: readCommit(), isQuick, rounds, machine, figures: [], errors: [] }
  for (const name of names) {
    log(`\n${name}`)
    // A failure must not discard the results of the other scenarios.
    const { figures, errors } = await runScenario(scenarios[name], { sizes, machine, method, log }).catch(error => ({
      figures: [],
      errors: [`the measurement failed: ${(error as Error).message}`],
    }))
    result.figures.push(...figures.map(one => ({ scenario: name, ...one })))
    result.errors.push(...errors.map(error => `${name}: ${error}`))
  }
  return result
}

/** The commit that is measured; `unknown` outside a git repository. */
function readCommit(): string {
  try {
    const options = { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' } as const
    return execFileSync('git', ['describe', '--always', '--dirty'], options).trim()
  } catch {
    return 'unknown'
  }
}

/** Writes the result as JSON and as a table. Returns the folder. */
function writeResult(result: BenchResult): string {
  const folder = join(readLocalDir(), 'bench-results', result.at.replaceAll(':', '-'))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`)
  writeFileSync(join(folder, 'result.md'), `${describeResult(result)}\n`)
  return folder
}

/** A result that an earlier run has stored. */
function readResult(file: string): BenchResult {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as BenchResult
  } catch (error) {
    throw new Error(`--capacity takes a result.json that the bench has written: ${(error as Error).message}`)
  }
}

try {
  const settings = readArguments(process.argv.slice(2))
  if (settings.help) console.log(usage)
  else if (settings.capacityOf !== undefined) {
    console.log(describeCapacity(readResult(settings.capacityOf)))
  } else {
    const result = await bench(settings)
    log(`results are in ${writeResult(result)}`)
    console.log(settings.json ? JSON.stringify(result, null, 2) : describeResult(result))
    process.exitCode = result.errors.length === 0 ? 0 : 1
  }
} catch (error) {
  log(`the bench failed: ${(error as Error).message}`)
  process.exitCode = 1
}
