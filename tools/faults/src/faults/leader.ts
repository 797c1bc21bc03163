import { setTimeout as delay } from 'node:timers/promises'
import { type ConsumingService, withDatabase } from '@alipay-checkout/test-support'
import type { Fault, NetworkTarget } from '../fault.ts'
import { localPortsOf } from '../system/client-ports.ts'
import type { Replica } from '../system/replica.ts'
import type { SystemUnderTest } from '../system/system-under-test.ts'
import { done, type FaultContext, type LeaderAbsence, type Outcome, replicasOf, waitUnlessAborted } from './context.ts'

type LeaderFault = Fault & { family: 'leader' }

const everyMs = 500
const databaseOf = {
  'order-service': 'orders',
  'payment-service': 'payments',
  'inventory-service': 'inventory',
} as const satisfies Record<ConsumingService, NetworkTarget>

/**
 * Disables the replica that publishes a service's outbox, for longer than the other waits before it takes over: it is
 * frozen, its host vanishes without closing a connection, or a network drops all its packets. Meanwhile the other replica
 * gets all connections, as behind a load balancer with health checks.
 */
export async function takeLeaderAway(context: FaultContext, fault: LeaderFault): Promise<Outcome> {
  if (fault.how !== 'freeze' && process.platform !== 'linux') {
    return { outcome: 'skipped', note: 'a connection’s process can be found on Linux only' }
  }
  const [first, second] = replicasOf(context, fault.service)
  if (first === undefined || second === undefined) throw new Error(`${fault.service} has not two replicas`)
  return first.inTurn(() =>
    second.inTurn(async () => {
      await Promise.all([first.untilReady(), second.untilReady()])
      const leader = (await findRelayLeader(context.system, fault.service, [first, second])) ?? first
      const other = leader === first ? second : first
      const balancer = context.system.balancers[fault.service]
      balancer.setTargets([other.port])
      const absence = watchOutbox(context.system, fault)
      try {
        await disable[fault.how](context, leader, fault.forMs)
      } finally {
        balancer.setTargets([first.port, second.port])
        context.absences.push(await absence.end())
      }
      await leader.untilReady()
      return { ...done, note: leader.name }
    }),
  )
}

/**
 * Finds the replica whose session holds the lock of the service's outbox relay: by the session's name, and through the
 * proxy by its client's port.
 */
async function findRelayLeader(
  { databases, postgresAdminUrl, networks }: SystemUnderTest,
  service: ConsumingService,
  replicas: readonly Replica[],
): Promise<Replica | undefined> {
  const database = new URL(databases[databaseOf[service]]).pathname.slice(1)
  const sessions = await withDatabase(
    postgresAdminUrl,
    sql => sql<{ port: number }[]>`
      select client_port as port from pg_stat_activity session
      where application_name = 'outbox relay' and datname = ${database}
      order by exists (
        select from pg_locks l where l.pid = session.pid and l.locktype = 'advisory' and l.granted
      ) desc, backend_start limit 1`,
  )
  const [proxy] = networks[databaseOf[service]]
  const clientPort = proxy?.clientOf(sessions[0]?.port ?? 0)
  return replicas.find(({ pid }) => clientPort !== undefined && pid !== undefined && localPortsOf(pid).has(clientPort))
}

type Disable = (context: FaultContext, leader: Replica, forMs: number) => Promise<void>

const disable: Readonly<Record<LeaderFault['how'], Disable>> = {
  async freeze(context, leader, forMs) {
    leader.signal('SIGSTOP')
    await waitUnlessAborted(forMs, context)
    leader.signal('SIGCONT')
  },
  /** Its process ends without closing connections; the supervisor starts another one. */
  async vanish(context, leader, forMs) {
    const ports = localPortsOf(leader.pid ?? 0)
    await withoutPackets(context, { isGone: port => ports.has(port), forMs, meanwhile: () => leader.kill() })
  },
  /** It goes on running, but its packets are lost in both directions, until the network heals. */
  async partition(context, leader, forMs) {
    const pid = leader.pid ?? 0
    await withoutPackets(context, { isGone: port => localPortsOf(pid).has(port), forMs })
  },
}

async function withoutPackets(
  context: FaultContext,
  options: { isGone: (clientPort: number) => boolean; forMs: number; meanwhile?: () => Promise<void> },
): Promise<void> {
  const proxies = Object.values(context.system.networks).flat()
  for (const proxy of proxies) proxy.loseHost(options.isGone)
  try {
    await options.meanwhile?.()
    await waitUnlessAborted(options.forMs, context)
  } finally {
    for (const proxy of proxies) proxy.restoreHost()
  }
}

/** Reads the age of the outbox's oldest event repeatedly, past the proxies. */
function watchOutbox({ databases }: SystemUnderTest, { service, how }: LeaderFault): { end(): Promise<LeaderAbsence> } {
  const stopping = new AbortController()
  const sinceMs = performance.now()
  let reads = 0
  let longestWaitS = 0
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const ageS = await readOldestAgeS(databases[databaseOf[service]]).catch(() => undefined)
      if (ageS !== undefined) {
        reads++
        // A wait from before the fault does not count.
        longestWaitS = Math.max(longestWaitS, Math.min(ageS, (performance.now() - sinceMs) / 1000))
      }
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    async end() {
      stopping.abort()
      await watching
      return { service, what: how, reads, longestWaitS: Math.round(longestWaitS * 10) / 10 }
    },
  }
}

async function readOldestAgeS(url: string): Promise<number> {
  const [row] = await withDatabase(
    url,
    sql => sql<{ age: number | null }[]>`
      select extract(epoch from clock_timestamp() - min(created_at))::float8 as age from outbox`,
  )
  return row?.age ?? 0
}
