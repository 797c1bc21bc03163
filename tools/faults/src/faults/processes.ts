import type { Fault } from '../fault.ts'
import type { Replica } from '../system/replica.ts'
import { done, type FaultContext, type Outcome, replicaOf, replicasOf, waitUnlessAborted } from './context.ts'

/** How long a replica may take to come to a fault point, ms. */
const reachWithinMs = 6_000
const everyMs = 25

/** Kills the replica that comes to the point first. */
export async function killAtPoint(
  context: FaultContext,
  { point, service, hits }: Fault & { family: 'point' },
): Promise<Outcome> {
  const { ends } = context.system
  const before = ends.length
  const died = () => ends.slice(before).filter(({ why }) => why === `died at ${point}`)
  const replicas = replicasOf(context, service)
  const armed = new Set<Replica>()
  const giveUpAtMs = performance.now() + reachWithinMs
  while (died().length === 0 && performance.now() < giveUpAtMs && !context.signal.aborted) {
    // A replica that is just starting can be armed a little later.
    for (const replica of replicas) if (replica.arm(point, hits)) armed.add(replica)
    await waitUnlessAborted(everyMs, context)
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
  const note = armed.size === 0 ? `no replica of ${service} was running` : `no replica came to ${point} in time`
  return { outcome: 'not reached', note }
}

/** Kills a replica. The next fault does not wait until it runs again. */
export async function killReplica(context: FaultContext, fault: Fault & { family: 'kill' }): Promise<Outcome> {
  const replica = replicaOf(context, fault)
  await replica.inTurn(() => replica.kill())
  return done
}

export async function freezeReplica(context: FaultContext, fault: Fault & { family: 'freeze' }): Promise<Outcome> {
  const replica = replicaOf(context, fault)
  await replica.inTurn(async () => {
    replica.signal('SIGSTOP')
    await waitUnlessAborted(fault.forMs, context)
    replica.signal('SIGCONT')
    await replica.untilReady()
  })
  return done
}

export async function disturbWarehouse(
  context: FaultContext,
  fault: Fault & { family: 'warehouse' },
): Promise<Outcome> {
  const process = context.system.warehouse.processes[fault.process - 1]
  if (fault.how === 'kill') await process?.kill()
  if (fault.how === 'stop') await process?.terminate()
  if (fault.how === 'freeze') {
    process?.signal('SIGSTOP')
    await waitUnlessAborted(fault.forMs, context)
    process?.signal('SIGCONT')
  }
  return done
}

/** Restarts one replica of each service, then the other. */
export async function restartEverything(context: FaultContext): Promise<Outcome> {
  for (const number of [1, 2]) {
    const wave = context.system.replicas.filter(({ name }) => name.endsWith(`-${number}`))
    await Promise.all(wave.map(replica => restart(context, replica)))
  }
  return done
}

/** Stops a replica with SIGTERM and waits until it runs again; with another clock where an offset is given. */
function restart({ shutdowns }: FaultContext, replica: Replica, clockOffsetMs?: number): Promise<void> {
  return replica.inTurn(async () => {
    if (clockOffsetMs !== undefined) replica.setClock(clockOffsetMs)
    const shutdown = await replica.terminate()
    if (shutdown !== undefined) shutdowns.push(shutdown)
    await replica.untilReady()
  })
}

/** Restarts a replica with a wrong clock, and later with the right one. */
export async function skewClock(context: FaultContext, fault: Fault & { family: 'clock' }): Promise<Outcome> {
  const replica = replicaOf(context, fault)
  await restart(context, replica, fault.offsetMs)
  await waitUnlessAborted(fault.forMs, context)
  await restart(context, replica, 0)
  return done
}
