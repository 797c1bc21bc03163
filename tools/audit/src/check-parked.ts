import { consumerGroups } from '@alipay-checkout/contracts'
import { type DeadLetter, openKafka, readDeadLetters } from '@alipay-checkout/messaging'
import { createLogger } from '@alipay-checkout/service-kit'
import type { Snapshots } from './databases.ts'
import type { Break } from './promises.ts'

/** A parked record, as far as it matters here. */
export type Parked = Pick<DeadLetter, 'id' | 'groupId' | 'reason' | 'deadLetteredAt' | 'topic' | 'type'>

/** The dead letters of every group. */
export function readParked(brokers: string): Promise<Parked[]> {
  const kafka = openKafka({ brokers, clientId: 'audit', logger: createLogger('audit', 'silent') })
  return readDeadLetters(kafka, consumerGroups)
}

/** Dead letters without a case, though they were dead-lettered before `settledMs`. */
export async function checkParked(
  parked: readonly Parked[],
  { payments: sql }: Pick<Snapshots, 'payments'>,
  settledMs: number,
): Promise<Break[]> {
  const sought = parked.filter(one => Date.parse(one.deadLetteredAt) < settledMs)
  if (sought.length === 0) return []
  const rows = await sql<{ key: string }[]>`select key from cases where key = any(${sought.map(caseKeyOf)})`
  const known = new Set(rows.map(({ key }) => key))
  return sought
    .filter(one => !known.has(caseKeyOf(one)))
    .map(({ groupId, id, type, reason }) => ({
      promise: 9,
      about: `${groupId} ${id}`,
      what: `${type ?? 'a record that can not be read'} is parked (${reason}), and no case says so`,
    }))
}

/** Payment-service opens a case under this key. */
const caseKeyOf = ({ groupId, id }: Parked) => `parked_message:${groupId}:${id}`
