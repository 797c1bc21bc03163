import { type CheckoutTarget, runCheckout } from '../app/checkout.ts'
import { describeCheckout } from '../app/describe.ts'
import { gatewayPort } from '../app/environment.ts'
import { startSystem } from '../app/run-system.ts'
import { tokenSettingsOf } from '../app/token.ts'
import { containersTarget } from '../docker-app.ts'
import { StartFailure } from '../failure.ts'
import { type AppState, readAppState } from '../status.ts'
import type { Command, CommandContext } from './command.ts'

/** `npm run demo [-- --json]`: one checkout against the running system, or against one that is started for it. */
export const demoCommand: Command = async context => {
  const { dir, env, log } = context
  const running = readAppState(dir)
  if (running !== undefined) return buy(targetOf(running), context)
  const elsewhere = (await targetFromEnvironment(env)) ?? (await containersTarget(env))
  if (elsewhere !== undefined) return buy(elsewhere, context)
  log('nothing is running: starting the system for one checkout')
  const system = await startSystem({ dir, env, log, label: 'npm run demo' })
  try {
    return await buy(targetOf(system.state), context)
  } finally {
    await system.stop()
  }
}

async function buy(target: CheckoutTarget, { args, print }: CommandContext): Promise<number> {
  const checkout = await runCheckout(target)
  print(args.includes('--json') ? JSON.stringify(checkout, null, 2) : describeCheckout(checkout))
  return checkout.orderStatus === 'PAID' ? 0 : 1
}

function targetOf({ gatewayUrl, environment }: AppState): CheckoutTarget {
  const { KAFKA_BROKERS: kafkaBrokers = '' } = environment
  const tokens = tokenSettingsOf(environment)
  if (tokens !== undefined) return { gatewayUrl, tokens, kafkaBrokers }
  const reason = 'tokens come from JWT_JWKS_URL, so no customer’s token can be made here'
  throw new StartFailure('Signing in as a customer', reason, 'Start the system with JWT_SECRET instead')
}

/** A system that runs elsewhere, named by the environment or by `.env`. */
async function targetFromEnvironment(env: Record<string, string>): Promise<CheckoutTarget | undefined> {
  const { KAFKA_BROKERS: kafkaBrokers } = env
  const tokens = tokenSettingsOf(env)
  if (tokens === undefined || kafkaBrokers === undefined) return undefined
  const gatewayUrl = (env.PUBLIC_URL ?? `http://127.0.0.1:${gatewayPort(env)}`).replace(/\/+$/, '')
  const answers = await fetch(`${gatewayUrl}/healthz`, { signal: AbortSignal.timeout(2000) }).then(
    answer => answer.ok,
    () => false,
  )
  return answers ? { gatewayUrl, tokens, kafkaBrokers } : undefined
}
