import type { Fault } from '../fault.ts'
import type { Replica } from '../system/replica.ts'
import { type Breaking, done, lasting, type Outcome } from './breaking.ts'

/** How long somebody is waited for to come to a fault point, ms. */
const reachWithinMs = 6_000
const lookEveryMs = 25

function replicaOf({ system }: Breaking, { service, replica }: { service: string; replica: number }): Replica {
  const found = system.replicas.find(({ name }) => name === `${service}-${replica}`)
  if (found === undefined) throw new Error(`there is no replica ${replica} of ${service}`)
  return found
}

export const replicasOf = ({ system }: Pick<Breaking, 'system'>, service: string): Replica[] =>
  system.replicas.filter(replica => replica.service === service)

/** Whichever replica comes to the point first dies there. */
export async function dieAtPoint(
  breaking: Breaking,
  { point, service, hits }: Fault & { family: 'point' },
): Promise<Outcome> {
  const { ends } = breaking.system
  const before = ends.length
  const armed = replicasOf(breaking, service).filter(replica => replica.arm(point, hits))
  if (armed.length === 0) return { outcome: 'skipped', note: `no replica of ${service} listens for fault points` }
  const giveUpAtMs = performance.now() + reachWithinMs
  const reached = () => ends.slice(before).filter(({ why }) => why === `died at ${point}`)
  while (reached().length === 0 && performance.now() < giveUpAtMs) await lasting(lookEveryMs, breaking)
  for (const replica of armed) replica.disarm(point)
  const died = reached()
  if (died.length === 0) return { outcome: 'not reached', note: `nobody came to ${point} in time` }
  await Promise.all(armed.map(replica => replica.untilReady()))
  return { outcome: 'done', note: died.map(({ replica }) => replica).join(', ') }
}

export async function killOne(breaking: Breaking, fault: Fault & { family: 'kill' }): Promise<Outcome> {
  const replica = replicaOf(breaking, fault)
  await replica.inTurn(async () => {
    await replica.kill()
    await replica.untilReady()
  })
  return done
}

export async function freezeOne(breaking: Breaking, fault: Fault & { family: 'freeze' }): Promise<Outcome> {
  const replica = replicaOf(breaking, fault)
  await replica.inTurn(async () => {
    replica.signal('SIGSTOP')
    await lasting(fault.forMs, breaking)
    replica.signal('SIGCONT')
    await replica.untilReady()
  })
  return done
}

/** Everything is stopped and started again, one after the other. */
export async function restartAll(breaking: Breaking): Promise<Outcome> {
  for (const replica of breaking.system.replicas) {
    if (breaking.signal.aborted) break
    await replica.inTurn(async () => {
      const shutdown = await replica.terminate()
      if (shutdown !== undefined) breaking.shutdowns.push(shutdown)
      await replica.untilReady()
    })
  }
  return done
}

/** One replica goes on with another time, and then with the right one again. */
export async function skewClock(breaking: Breaking, fault: Fault & { family: 'clock' }): Promise<Outcome> {
  const replica = replicaOf(breaking, fault)
  const restartWith = (offsetMs: number) =>
    replica.inTurn(async () => {
      replica.setClock(offsetMs)
      const shutdown = await replica.terminate()
      if (shutdown !== undefined) breaking.shutdowns.push(shutdown)
      await replica.untilReady()
    })
  await restartWith(fault.offsetMs)
  await lasting(fault.forMs, breaking)
  await restartWith(0)
  return done
}
