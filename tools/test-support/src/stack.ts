import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forcedStack, givenAddresses, type StackAddresses, type StartedStack } from './config.ts'

/**
 * Servers for tests: given by the environment, else containers, else the local stack (see README.md).
 *
 * @throws Error with the reason, when the kind that TEST_STACK requires is not available
 */
export async function openTestStack(): Promise<StartedStack> {
  const given = givenAddresses()
  if (given !== undefined) return { addresses: given, kind: 'given', stop: async () => {} }
  const forced = forcedStack()
  if (forced === 'local') return startLocalStack()
  // Loaded here, because most runs are given their servers and testcontainers takes long to load.
  const { startContainers, whyNoContainers } = await import('./containers.ts')
  const obstacle = await whyNoContainers()
  if (obstacle === undefined) return startContainers()
  if (forced === 'docker') throw new Error(`TEST_STACK=docker, but containers cannot be used: ${obstacle}`)
  return startLocalStack()
}

let opened: Promise<StartedStack> | undefined

/**
 * The servers of this test run. With the global setup of this package they are there already; without it, the first
 * call starts them, and they end with this process.
 */
export async function testStack(): Promise<StackAddresses> {
  opened ??= openTestStack()
  return (await opened).addresses
}

async function startLocalStack(): Promise<StartedStack> {
  const { startStack } = await import('@alipay-checkout/launcher')
  const dir = await mkdtemp(join(tmpdir(), 'alipay-checkout-test-'))
  const remove = () => rm(dir, { recursive: true, force: true })
  try {
    const stack = await startStack({ dir, label: 'tests' })
    const { postgresAdminUrl = '', KAFKA_BROKERS = '', REDIS_URL = '' } = stack.addresses
    return {
      addresses: { postgresAdminUrl, kafkaBrokers: KAFKA_BROKERS, redisUrl: REDIS_URL },
      kind: 'local',
      async stop() {
        await stack.stop()
        await remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}
