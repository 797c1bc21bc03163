import { setTimeout as delay } from 'node:timers/promises'
import { asking } from '../checks/read-books.ts'
import type { Fault, Keeper, NetworkTarget } from '../fault.ts'
import type { BrokenSystem } from '../system/broken-system.ts'
import { localPortsOf } from '../system/client-ports.ts'
import type { Replica } from '../system/replica.ts'
import { type Breaking, done, lasting, type Outcome } from './breaking.ts'
import { replicasOf } from './processes.ts'

type LeaderFault = Fault & { family: 'leader' }

/** What became of a service's outbox while the replica that publishes it was away. */
export interface LeaderAbsence {
  service: Keeper
  what: LeaderFault['how']
  /** How often the outbox was looked at. */
  looks: number
  /** The longest that an event waited in the outbox meanwhile, s by the database's clock. */
  longestWaitS: number
}

const lookEveryMs = 500
const databaseOf = {
  'order-service': 'orders',
  'payment-service': 'payments',
  'inventory-service': 'inventory',
} as const satisfies Record<Keeper, NetworkTarget>

/**
 * The replica that publishes a service's outbox goes away for longer than another may wait before it publishes: it is frozen,
 * its host vanishes without closing a connection, or it is cut off by a network that drops everything. The other replica is
 * left alone meanwhile, and clients are led to it, as a health check does.
 */
export async function loseLeader(breaking: Breaking, fault: LeaderFault): Promise<Outcome> {
  if (fault.how !== 'freeze' && process.platform !== 'linux') {
    return { outcome: 'skipped', note: 'whose connections they are is only known on Linux' }
  }
  const [first, second] = replicasOf(breaking, fault.service)
  if (first === undefined || second === undefined) throw new Error(`${fault.service} has not two replicas`)
  return first.inTurn(() =>
    second.inTurn(async () => {
      await Promise.all([first.untilReady(), second.untilReady()])
      const leader = (await findRelayLeader(breaking.system, fault.service, [first, second])) ?? first
      const other = leader === first ? second : first
      const balancer = breaking.system.balancers[fault.service]
      balancer.leadTo([other.port])
      const absence = watchOutbox(breaking.system, fault)
      try {
        await away[fault.how](breaking, leader, fault.forMs)
      } finally {
        balancer.leadTo([first.port, second.port])
        breaking.absences.push(await absence.end())
      }
      await leader.untilReady()
      return { ...done, note: leader.name }
    }),
  )
}

/**
 * The replica whose session holds the lock of the service's outbox relay. Looked up by the session's name, and traced back
 * through the proxy to the process.
 */
async function findRelayLeader(
  { databases, postgresAdminUrl, networks }: BrokenSystem,
  service: Keeper,
  replicas: readonly Replica[],
): Promise<Replica | undefined> {
  const database = new URL(databases[databaseOf[service]]).pathname.slice(1)
  const sessions = await asking(
    postgresAdminUrl,
    sql => sql<{ port: number }[]>`
      select client_port as port from pg_stat_activity session
      where application_name = 'outbox relay' and datname = ${database}
      order by exists (
        select from pg_locks held where held.pid = session.pid and held.locktype = 'advisory' and held.granted
      ) desc, backend_start limit 1`,
  )
  const [proxy] = networks[databaseOf[service]]
  const clientPort = proxy?.clientOf(sessions[0]?.port ?? 0)
  return replicas.find(({ pid }) => clientPort !== undefined && pid !== undefined && localPortsOf(pid).has(clientPort))
}

type Away = (breaking: Breaking, leader: Replica, forMs: number) => Promise<void>

const away: Readonly<Record<LeaderFault['how'], Away>> = {
  async freeze(breaking, leader, forMs) {
    leader.signal('SIGSTOP')
    await lasting(forMs, breaking)
    leader.signal('SIGCONT')
  },
  /** Its process ends and the servers are not told; the supervisor starts another one elsewhere. */
  async vanish(breaking, leader, forMs) {
    const ports = localPortsOf(leader.pid ?? 0)
    await withoutPackets(breaking, { isGone: port => ports.has(port), forMs, meanwhile: () => leader.kill() })
  },
  /** It lives on, and nothing that it sends or is sent arrives; it comes back as it is. */
  async partition(breaking, leader, forMs) {
    const pid = leader.pid ?? 0
    await withoutPackets(breaking, { isGone: port => localPortsOf(pid).has(port), forMs })
  },
}

async function withoutPackets(
  breaking: Breaking,
  options: { isGone: (clientPort: number) => boolean; forMs: number; meanwhile?: () => Promise<void> },
): Promise<void> {
  const proxies = Object.values(breaking.system.networks).flat()
  for (const proxy of proxies) proxy.lose(options.isGone)
  try {
    await options.meanwhile?.()
    await lasting(options.forMs, breaking)
  } finally {
    for (const proxy of proxies) proxy.find()
  }
}

/** Looks at the oldest event of the outbox again and again, past everything that is broken. */
function watchOutbox({ databases }: BrokenSystem, { service, how }: LeaderFault): { end(): Promise<LeaderAbsence> } {
  const stopping = new AbortController()
  const sinceMs = performance.now()
  let looks = 0
  let longestWaitS = 0
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const ageS = await readOldestAgeS(databases[databaseOf[service]]).catch(() => undefined)
      if (ageS !== undefined) {
        looks++
        // What waited before is not this fault's doing.
        longestWaitS = Math.max(longestWaitS, Math.min(ageS, (performance.now() - sinceMs) / 1000))
      }
      await delay(lookEveryMs, undefined, { signal: stopping.signal }).catch(() => {})
    }
  })()
  return {
    async end() {
      stopping.abort()
      await watching
      return { service, what: how, looks, longestWaitS: Math.round(longestWaitS * 10) / 10 }
    },
  }
}

async function readOldestAgeS(url: string): Promise<number> {
  const [row] = await asking(
    url,
    sql => sql<{ age: number | null }[]>`
      select extract(epoch from clock_timestamp() - min(created_at))::float8 as age from outbox`,
  )
  return row?.age ?? 0
}
