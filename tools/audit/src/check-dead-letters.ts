import { consumerGroups } from '@alipay-checkout/contracts'
import { type DeadLetter, openKafka, readDeadLetters } from '@alipay-checkout/messaging'
import { createLogger } from '@alipay-checkout/service-kit'
import type { KafkaConnection } from '@alipay-checkout/service-kit/connections'
import type { Snapshots } from './databases.ts'
import type { Break } from './promises.ts'

/** The part of a dead letter that is checked here. */
export type CheckedLetter = Pick<DeadLetter, 'id' | 'groupId' | 'reason' | 'deadLetteredAt' | 'topic' | 'type'>

/** The dead letters of every group. */
export function readAllDeadLetters(connection: KafkaConnection): Promise<CheckedLetter[]> {
  const kafka = openKafka({ ...connection, clientId: 'audit', logger: createLogger('audit', 'silent') })
  return readDeadLetters(kafka, consumerGroups)
}

/** Dead letters without a case, though they were dead-lettered before `settledMs`. */
export async function checkDeadLetters(
  letters: readonly CheckedLetter[],
  { payments: sql }: Pick<Snapshots, 'payments'>,
  settledMs: number,
): Promise<Break[]> {
  const sought = letters.filter(one => Date.parse(one.deadLetteredAt) < settledMs)
  if (sought.length === 0) return []
  const rows = await sql<{ key: string }[]>`select key from cases where key = any(${sought.map(caseKeyOf)})`
  const known = new Set(rows.map(({ key }) => key))
  return sought
    .filter(one => !known.has(caseKeyOf(one)))
    .map(({ groupId, id, type, reason }) => ({
      promise: 9,
      about: `${groupId} ${id}`,
      what: `${type ?? 'a record that can not be read'} was dead-lettered (${reason}) without a case`,
    }))
}

/** The key of the case that payment-service opens. */
const caseKeyOf = ({ groupId, id }: CheckedLetter) => `parked_message:${groupId}:${id}`
