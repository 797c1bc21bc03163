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
  const died = () => ends.slice(before).filter(({ why }) => why === `died at ${point}`)
  const replicas = replicasOf(breaking, service)
  const armed = new Set<Replica>()
  const giveUpAtMs = performance.now() + reachWithinMs
  while (died().length === 0 && performance.now() < giveUpAtMs && !breaking.signal.aborted) {
    // One that is just starting listens a little later.
    for (const replica of replicas) if (replica.arm(point, hits)) armed.add(replica)
    await lasting(lookEveryMs, breaking)
  }
  for (const replica of replicas) replica.disarm(point)
  if (died().length > 0) {
    return {
      outcome: 'done',
      note: died()
        .map(({ replica }) => replica)
        .join(', '),
    }
  }
  const note = armed.size === 0 ? `no replica of ${service} was there to die` : `nobody came to ${point} in time`
  return { outcome: 'not reached', note }
}

/** It is started again, and what comes next does not wait for that. */
export async function killOne(breaking: Breaking, fault: Fault & { family: 'kill' }): Promise<Outcome> {
  const replica = replicaOf(breaking, fault)
  await replica.inTurn(() => replica.kill())
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

/** Everything is stopped and started again: first one replica of each service, then the other. */
export async function restartAll(breaking: Breaking): Promise<Outcome> {
  for (const number of [1, 2]) {
    const wave = breaking.system.replicas.filter(({ name }) => name.endsWith(`-${number}`))
    await Promise.all(wave.map(replica => restart(breaking, replica)))
  }
  return done
}

/** Told to stop, it comes back; with another time where one is given. */
function restart({ shutdowns }: Breaking, replica: Replica, clockOffsetMs?: number): Promise<void> {
  return replica.inTurn(async () => {
    if (clockOffsetMs !== undefined) replica.setClock(clockOffsetMs)
    const shutdown = await replica.terminate()
    if (shutdown !== undefined) shutdowns.push(shutdown)
    await replica.untilReady()
  })
}

/** One replica goes on with another time, and then with the right one again. */
export async function skewClock(breaking: Breaking, fault: Fault & { family: 'clock' }): Promise<Outcome> {
  const replica = replicaOf(breaking, fault)
  await restart(breaking, replica, fault.offsetMs)
  await lasting(fault.forMs, breaking)
  await restart(breaking, replica, 0)
  return done
}
