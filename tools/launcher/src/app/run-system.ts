import type { Crash } from '../guard/start-guard.ts'
import { openStack, requireLocalStack } from '../open-stack.ts'
import { step } from '../progress.ts'
import type { Stack } from '../stack.ts'
import type { AppState } from '../status.ts'
import { givenAlipay } from './alipay-settings.ts'
import type { AppOptions } from './prepare-app.ts'
import { seedCatalogue } from './seed.ts'
import { type App, startApp } from './start-app.ts'
import { tokenSettingsOf } from './token.ts'

/** Running servers and services, with products on sale. */
export interface RunningSystem {
  stack: Stack
  state: AppState
  /** Stop and start single services. */
  services: App['services']
  /** Resolves when a server or service ended unexpectedly. */
  crashed: Promise<Crash>
  /** Stops the services, then the servers that were started for them. */
  stop(): Promise<void>
}

/**
 * Starts the whole system and puts the sample catalogue on sale.
 *
 * @throws StartFailure naming the step, after everything that was started has been stopped
 */
export async function startSystem(options: AppOptions): Promise<RunningSystem> {
  const { dir, env, log, label } = options
  // Reports invalid settings before anything is started.
  givenAlipay(env)
  requireLocalStack(env)
  const aborted = new AbortController()
  // After the abort, the servers' own failure is a consequence and is not reported.
  const serverLog = (line: string) => aborted.signal.aborted || log(line)
  const opening = openStack({ dir, env, log: serverLog, label, signal: aborted.signal })
  const app = await startApp(options, opening).catch(async error => {
    aborted.abort()
    await opening.then(
      stack => stack.stop(),
      () => {},
    )
    throw error
  })
  const stack = await opening
  const stop = async () => {
    await app.stop()
    await stack.stop()
  }
  const tokens = tokenSettingsOf(app.state.environment)
  try {
    if (tokens !== undefined) {
      const note = (added: number) => (added === 0 ? 'nothing to add' : `${added} products added`)
      await step(log, 'Sample catalogue', () => seedCatalogue(app.state.gatewayUrl, tokens), note)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { stack, state: app.state, services: app.services, crashed: Promise.race([app.crashed, stack.crashed]), stop }
}
