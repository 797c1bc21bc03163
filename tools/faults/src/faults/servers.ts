import type { Fault } from '../fault.ts'
import { type Breaking, done, lasting, type Outcome } from './breaking.ts'

export async function crashPostgres(
  { system }: Breaking,
  { downMs }: Fault & { family: 'postgres' },
): Promise<Outcome> {
  await system.servers.postgres.crash(downMs)
  return done
}

export async function crashKafka({ system }: Breaking, { downMs }: Fault & { family: 'kafka' }): Promise<Outcome> {
  await Promise.all(system.servers.brokers.map(broker => broker.crash(downMs)))
  return done
}

/** One is lost and comes back, and while it still catches up another one is lost. */
export async function crashBrokers(
  { system }: Breaking,
  { first, second, downMs }: Fault & { family: 'brokers' },
): Promise<Outcome> {
  for (const number of [first, second]) await system.servers.brokers[number - 1]?.crash(downMs)
  return done
}

export async function crashRedis(
  { system }: Breaking,
  { downMs, wiped }: Fault & { family: 'redis' },
): Promise<Outcome> {
  await system.servers.redis.crash(downMs, wiped ? () => system.servers.wipeRedis() : undefined)
  return done
}

export async function disturbNetwork(breaking: Breaking, fault: Fault & { family: 'network' }): Promise<Outcome> {
  const proxies = breaking.system.networks[fault.to]
  for (const proxy of proxies) {
    if (fault.how === 'slow') proxy.slow(fault.latencyMs)
    else if (fault.how === 'cut') proxy.cut()
    else proxy.stall()
  }
  await lasting(fault.forMs, breaking)
  for (const proxy of proxies) {
    if (fault.how === 'stall' && fault.thenReset) proxy.reset()
    proxy.heal()
  }
  return done
}

/** PostgreSQL may end of it; it is brought back once there is room again. */
export async function fillDisk(breaking: Breaking, { forMs }: Fault & { family: 'disk' }): Promise<Outcome> {
  const { disk } = breaking.system
  if ('reason' in disk) return { outcome: 'skipped', note: disk.reason }
  try {
    disk.volume.fill()
    await lasting(forMs, breaking)
  } finally {
    disk.volume.free()
  }
  return done
}
