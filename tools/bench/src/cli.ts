// npm run bench: the system beside the least durable work that orders need, on this machine.
import { join } from 'node:path'
import { readLocalDir } from '@alipay-checkout/launcher'
import { type Options, readArguments, usage } from './arguments.ts'
import { describe } from './describe.ts'
import { calibrate } from './measure/machine.ts'
import { keepResult } from './report/store.ts'
import { type BenchResult, collect } from './result.ts'
import { runScenario } from './scenarios/run.ts'

const log = (line: string) => console.error(line)

async function bench(options: Options): Promise<BenchResult> {
  log('calibrating the machine …')
  const machine = calibrate(join(readLocalDir(), 'bench-calibration'))
  const result = collect(machine)
  for (const name of options.scenarios) {
    log(`\n${name}`)
    const found = await runScenario(name, { options, machine, log })
    result.add(name, found)
    if (!options.quick) log(`see ${keepResult(name, { at: new Date().toISOString(), machine, ...found })}`)
  }
  return result.value
}

try {
  const options = readArguments(process.argv.slice(2))
  if (options.help) console.log(usage)
  else {
    const result = await bench(options)
    console.log(options.json ? JSON.stringify(result, null, 2) : describe(result))
    process.exitCode = result.broken.length === 0 ? 0 : 1
  }
} catch (error) {
  log(`the measurement failed: ${(error as Error).message}`)
  process.exitCode = 1
}
