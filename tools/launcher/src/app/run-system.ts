import { openStack } from '../any-stack.ts'
import type { Crash } from '../guard/start-guard.ts'
import { step } from '../progress.ts'
import type { Stack } from '../stack.ts'
import type { AppState } from '../status.ts'
import { givenAlipay } from './alipay-settings.ts'
import type { AppOptions } from './prepare-app.ts'
import { seedCatalogue } from './seed.ts'
import { type App, startApp } from './start-app.ts'
import { tokenSettingsOf } from './token.ts'

/** Servers and services, up and with something on sale. */
export interface RunningSystem {
  stack: Stack
  state: AppState
  /** Takes single services down and brings them back. */
  services: App['services']
  /** Settles when any part ended by itself. */
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
  // What is wrong with the settings is said before anything is started.
  givenAlipay(env)
  const givenUp = new AbortController()
  // Once it is given up, that the servers' start fails as well is no news.
  const serverLog = (line: string) => givenUp.signal.aborted || log(line)
  const opening = openStack({ dir, env, log: serverLog, label, signal: givenUp.signal })
  const app = await startApp(options, opening).catch(async error => {
    givenUp.abort()
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
      const told = (added: number) => (added === 0 ? 'nothing to add' : `${added} products added`)
      await step(log, 'Sample catalogue', () => seedCatalogue(app.state.gatewayUrl, tokens), told)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { stack, state: app.state, services: app.services, crashed: Promise.race([app.crashed, stack.crashed]), stop }
}
