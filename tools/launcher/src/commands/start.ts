import { join } from 'node:path'
import { readKafkaConnection } from '@alipay-checkout/service-kit/connections'
import { runCheckout } from '../app/checkout.ts'
import { describeCheckout, describeSystem } from '../app/describe.ts'
import { type Observers, startObservers } from '../app/observe.ts'
import { type RunningSystem, startSystem } from '../app/run-system.ts'
import { tokenSettingsOf } from '../app/token.ts'
import { runningGuard } from '../guard/lock.ts'
import type { Crash } from '../guard/start-guard.ts'
import { tailOf } from '../log-file.ts'
import { step } from '../progress.ts'
import { appDirOf, readAppState } from '../status.ts'
import type { Command, CommandContext } from './command.ts'

/**
 * `npm start`: the whole system and one sample checkout, until it is stopped. With `--observe` also what watches it: a
 * receiver of traces, and Prometheus where it is on PATH.
 */
export const startCommand: Command = async context => {
  const { args, log, onStop } = context
  const unknown = args.find(argument => argument !== '--observe')
  if (unknown !== undefined) {
    log(`✖ unknown argument: ${unknown}; there is --observe`)
    return 2
  }
  if (isRunningAlready(context)) return 1
  const observers = args.includes('--observe') ? await startObservers(context) : undefined
  if (observers !== undefined) onStop(observers.stop)
  try {
    return await runUntilStopped({ ...context, env: { ...context.env, ...observers?.env } }, observers)
  } finally {
    await observers?.stop()
  }
}

async function runUntilStopped(context: CommandContext, observers: Observers | undefined): Promise<number> {
  const { dir, env, log, print } = context
  const since = performance.now()
  const system = await startSystem({ dir, env, log, label: 'npm start', hasConsole: true })
  try {
    const watched = observers?.watch(system.state)
    const sample = Promise.all([watched, sampleCheckout(system, context)]).then(() => undefined)
    const early = await Promise.race([sample, system.crashed])
    if (early === undefined) {
      print(describeSystem(system.state, system.stack.addresses, join(dir, 'logs'), await watched))
      print(`Up after ${((performance.now() - since) / 1000).toFixed(1)} s. Ctrl-C stops everything; the data stays.`)
    }
    reportCrash(await system.crashed, context)
  } finally {
    await system.stop()
  }
  return 1
}

function isRunningAlready({ dir, log }: CommandContext): boolean {
  const holder = runningGuard(appDirOf(dir)) ?? runningGuard(dir)
  if (holder === undefined || holder.kept) return false
  const state = readAppState(dir)
  const where =
    state === undefined ? 'it is still starting' : `storefront ${state.publicUrl}   API ${state.publicUrl}/docs`
  log(`✖ ${holder.label} is running already (process ${holder.launcher.pid})`)
  log(`  ${where}`)
  log('  remedy: use that one, or stop it with Ctrl-C there or `npm run stack -- down`')
  return true
}

async function sampleCheckout({ state }: RunningSystem, { log, print }: CommandContext): Promise<void> {
  const tokens = tokenSettingsOf(state.environment)
  if (state.simulatorUrl === undefined || tokens === undefined) {
    const why = tokens === undefined ? 'tokens come from JWT_JWKS_URL' : `payments go to ${state.alipay.gateway}`
    log(`– no sample checkout: ${why}`)
    return
  }
  const checkout = await step(log, 'One sample checkout', () =>
    runCheckout({ gatewayUrl: state.gatewayUrl, tokens, kafka: readKafkaConnection(state.environment) }),
  )
  print(describeCheckout(checkout))
}

function reportCrash({ name, how, logFile }: Crash, { log }: CommandContext): void {
  log(`✖ ${name} ended (${how}): everything is being stopped`)
  const tail = tailOf(logFile, 10)
  if (tail !== '') log(`  the end of ${logFile}:\n${tail}`)
}
