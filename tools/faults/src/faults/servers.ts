import type { Fault } from '../fault.ts'
import { done, type FaultContext, type Outcome, waitUnlessAborted } from './context.ts'

export async function crashPostgres(
  { system }: FaultContext,
  { downMs }: Fault & { family: 'postgres' },
): Promise<Outcome> {
  await system.servers.postgres.crash(downMs)
  return done
}

export async function crashKafka({ system }: FaultContext, { downMs }: Fault & { family: 'kafka' }): Promise<Outcome> {
  await Promise.all(system.servers.brokers.map(broker => broker.crash(downMs)))
  return done
}

/** Crashes one broker, and another one while the first still catches up. */
export async function crashBrokers(
  { system }: FaultContext,
  { first, second, downMs }: Fault & { family: 'brokers' },
): Promise<Outcome> {
  for (const number of [first, second]) await system.servers.brokers[number - 1]?.crash(downMs)
  return done
}

export async function crashRedis(
  { system }: FaultContext,
  { downMs, wiped }: Fault & { family: 'redis' },
): Promise<Outcome> {
  await system.servers.redis.crash(downMs, wiped ? () => system.servers.wipeRedis() : undefined)
  return done
}

export async function disturbNetwork(context: FaultContext, fault: Fault & { family: 'network' }): Promise<Outcome> {
  const proxies = context.system.networks[fault.to]
  for (const proxy of proxies) {
    if (fault.how === 'slow') proxy.slow(fault.latencyMs)
    else if (fault.how === 'cut') proxy.cut()
    else proxy.stall()
  }
  await waitUnlessAborted(fault.forMs, context)
  for (const proxy of proxies) {
    if (fault.how === 'stall' && fault.thenReset) proxy.reset()
    proxy.heal()
  }
  return done
}

/** Fills PostgreSQL's disk. If PostgreSQL ends, it is started again once there is room. */
export async function fillDisk(context: FaultContext, { forMs }: Fault & { family: 'disk' }): Promise<Outcome> {
  const { disk } = context.system
  if ('reason' in disk) return { outcome: 'skipped', note: disk.reason }
  try {
    disk.volume.fill()
    await waitUnlessAborted(forMs, context)
  } finally {
    disk.volume.free()
  }
  return done
}
