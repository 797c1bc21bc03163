import { consumerGroups } from '@alipay-checkout/contracts'
import {
  type DeadLetteredRecord,
  type DeadLetterWatch,
  type HandledLetter,
  startDeadLetterWatch,
} from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import type { KafkaConnection } from '@alipay-checkout/service-kit/connections'
import { type Db, runAll } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import { caseInserts, type NewCase, settleCases } from '../case-store/open-cases.ts'
import { caseKeyOf, deadLetterInserts, markerUpdates, orderOf } from '../dead-letters/dead-letter-store.ts'

/**
 * Lists every dead letter of every group and opens its case, and resolves the case once the record is redriven or
 * discarded. A record that fails again is another dead letter with a case of its own. `groupId` is a contract: renaming it
 * reads every dead letter again, which changes nothing.
 */
export function startDeadLetterCases(options: {
  groupId: string
  /** The groups whose dead letters are read; by default all. */
  consumers?: readonly string[]
  kafka: KafkaConnection
  db: Db
  logger: Logger
  registry: Registry
}): DeadLetterWatch {
  const { db, consumers = consumerGroups, ...rest } = options
  return startDeadLetterWatch({
    ...rest,
    consumers,
    take: records =>
      db.transaction(tx => runAll(tx, [...caseInserts(records.map(caseOfDeadLetter)), ...deadLetterInserts(records)])),
    handled: letters =>
      db.transaction(async tx => {
        await runAll(tx, markerUpdates(letters))
        for (const [note, its] of Map.groupBy(letters, noteOf)) await settleCases(tx, its.map(caseKeyOf), note)
      }),
  })
}

function noteOf({ outcome, reason }: HandledLetter): string {
  return outcome === 'redriven' ? 'the record was redriven' : `the record was discarded: ${reason}`
}

/**
 * The case of a dead letter of any group and event. Its evidence is the record and whether it is about money. Pure.
 */
export function caseOfDeadLetter(record: DeadLetteredRecord): NewCase {
  const { id, groupId, type = 'an unreadable record', reason, topic, outboxId } = record
  const aboutMoney = isAboutMoney(record)
  const what = `${type}${aboutMoney ? ' (about money)' : ''}`
  return {
    key: caseKeyOf(record),
    kind: 'parked_message',
    orderId: orderOf(record),
    summary:
      outboxId === undefined
        ? `${groupId} could not handle ${what}: ${reason}`
        : `${groupId} could not publish ${what} to ${topic}: ${reason}`,
    evidence: { ...record, aboutMoney },
    proposal: {
      action: 'none',
      why:
        outboxId === undefined
          ? `Fix the cause, then run: npm run dlq -- redrive ${groupId} ${id}`
          : `No consumer has received it: it is row ${outboxId} of outbox_rejected in the database of ${groupId}.`,
    },
  }
}

/** Events of payment-service, events that payment-service could not handle, and refund requests. */
function isAboutMoney({ groupId, topic, type }: DeadLetteredRecord): boolean {
  return topic === 'payment.events' || groupId === 'payment-service' || type === 'RefundRequested'
}
