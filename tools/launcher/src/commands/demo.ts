import { parseArgs } from 'node:util'
import { readKafkaConnection } from '@alipay-checkout/service-kit/connections'
import { type CheckoutTarget, runCheckout } from '../app/checkout.ts'
import { describeCheckout } from '../app/describe.ts'
import { gatewayPort } from '../app/environment.ts'
import { type PaymentMethodName, paymentMethods } from '../app/payment-target.ts'
import { startSystem } from '../app/run-system.ts'
import { tokenSettingsOf } from '../app/token.ts'
import { composeSystem } from '../compose-system.ts'
import { StartFailure } from '../failure.ts'
import { type AppState, readAppState } from '../status.ts'
import type { Command, CommandContext } from './command.ts'

/** `npm run demo [-- --json] [--method alipay_wap]`: one checkout at the running system, or at one that is started for it. */
export const demoCommand: Command = async context => {
  const { dir, env, log } = context
  // Reports invalid arguments before anything is started.
  readArguments(context.args)
  const running = await findRunning(context)
  if (running !== undefined) return buy(running, context)
  log('nothing is running: starting the system for one checkout')
  const system = await startSystem({ dir, env, log, label: 'npm run demo' })
  try {
    return await buy(targetOf(system.state), context)
  } finally {
    await system.stop()
  }
}

async function buy(target: CheckoutTarget, { args, print }: CommandContext): Promise<number> {
  const { json, method } = readArguments(args)
  const checkout = await runCheckout(target, method)
  print(json ? JSON.stringify(checkout, null, 2) : describeCheckout(checkout))
  return checkout.orderStatus === 'PAID' ? 0 : 1
}

/** @throws StartFailure naming an unknown argument or method */
function readArguments(args: readonly string[]): { json: boolean; method: PaymentMethodName } {
  const remedy = `Use npm run demo -- [--json] [--method ${paymentMethods.join('|')}]`
  const fail = (reason: string) => new StartFailure('Reading the arguments', reason, remedy)
  const options = { json: { type: 'boolean' }, method: { type: 'string' } } as const
  try {
    const { json = false, method: name = 'alipay_page' } = parseArgs({ args: [...args], options }).values
    const method = paymentMethods.find(one => one === name)
    if (!method) throw fail(`--method ${name} is no way to pay`)
    return { json, method }
  } catch (error) {
    throw error instanceof StartFailure ? error : fail((error as Error).message)
  }
}

/** The system that runs: from this directory, where the environment names one, or in Docker. */
async function findRunning({ dir, env }: CommandContext): Promise<CheckoutTarget | undefined> {
  if (env.STACK !== 'docker') {
    const running = readAppState(dir)
    if (running !== undefined) return targetOf(running)
    const gatewayUrl = (env.PUBLIC_URL ?? `http://127.0.0.1:${gatewayPort(env)}`).replace(/\/+$/, '')
    const named = targetIn(env, gatewayUrl)
    if (named !== undefined && (await isHealthy(gatewayUrl))) return named
  }
  const compose = await composeSystem(env)
  if (compose === undefined) return undefined
  const gatewayUrl = `http://127.0.0.1:${compose.GATEWAY_PORT}`
  const target = targetIn({ ...env, ...compose }, gatewayUrl)
  if (target && (await isHealthy(gatewayUrl))) return { ...target, simulatorUrl: compose.SIMULATOR_URL }
  const remedy = 'Start it with `docker compose --profile app up -d --build --wait`, or unset STACK'
  throw new StartFailure('Finding the system in Docker', `no gateway answers at ${gatewayUrl}`, remedy)
}

function targetOf({ gatewayUrl, environment, simulatorUrl }: AppState): CheckoutTarget {
  const target = targetIn(environment, gatewayUrl)
  if (target !== undefined) return { ...target, simulatorUrl }
  const reason = 'tokens come from JWT_JWKS_URL, so the launcher can sign none for a customer'
  throw new StartFailure('Signing in as a customer', reason, 'Start the system with JWT_SECRET instead')
}

/** Undefined where the environment does not name Kafka and the key that signs tokens. */
function targetIn(env: Record<string, string>, gatewayUrl: string): CheckoutTarget | undefined {
  const tokens = tokenSettingsOf(env)
  return tokens && env.KAFKA_BROKERS ? { gatewayUrl, tokens, kafka: readKafkaConnection(env) } : undefined
}

async function isHealthy(gatewayUrl: string): Promise<boolean> {
  try {
    return (await fetch(`${gatewayUrl}/healthz`, { signal: AbortSignal.timeout(2000) })).ok
  } catch {
    return false
  }
}
