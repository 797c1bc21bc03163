import { consumerGroups } from '@alipay-checkout/contracts'
import { type DeadLetteredRecord, type DeadLetterWatch, startDeadLetterWatch } from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import { type NewCase, openCases, settleCases } from '../case-store/open-cases.ts'

/**
 * Opens a case for every dead letter of every group, and resolves it once the record is redriven. A record that fails
 * again is another dead letter with a case of its own. `groupId` is a contract: renaming it reads every dead letter again.
 */
export function startDeadLetterCases(options: {
  groupId: string
  /** The groups whose dead letters are read; by default all. */
  consumers?: readonly string[]
  brokers: string
  db: Db
  logger: Logger
  registry: Registry
}): DeadLetterWatch {
  const { db, consumers = consumerGroups, ...rest } = options
  return startDeadLetterWatch({
    ...rest,
    consumers,
    take: records => db.transaction(tx => openCases(tx, records.map(caseOfDeadLetter))),
    redriven: letters => db.transaction(tx => settleCases(tx, letters.map(caseKeyOf), 'the record was redriven')),
  })
}

/**
 * The case of a dead letter of any group and event. Its evidence is the record and whether it is about money. Pure.
 */
export function caseOfDeadLetter(record: DeadLetteredRecord): NewCase {
  const { id, groupId, type = 'an unreadable record', reason, key, topic, outboxId } = record
  const aboutMoney = isAboutMoney(record)
  const what = `${type}${aboutMoney ? ' (about money)' : ''}`
  return {
    key: caseKeyOf(record),
    kind: 'parked_message',
    orderId: key !== undefined && /^ord_[0-9a-f]{32}$/.test(key) ? key : undefined,
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

/** Names the case of a dead letter. */
const caseKeyOf = ({ groupId, id }: Pick<DeadLetteredRecord, 'groupId' | 'id'>): string =>
  `parked_message:${groupId}:${id}`

/** Events of payment-service, events that payment-service could not handle, and refund requests. */
function isAboutMoney({ groupId, topic, type }: DeadLetteredRecord): boolean {
  return topic === 'payment.events' || groupId === 'payment-service' || type === 'RefundRequested'
}
