import type { DeadLetteredRecord } from '@alipay-checkout/messaging'
import type { NewCase } from '../case-store/open-cases.ts'

/**
 * The case of a dead letter, of whatever group and event. Its evidence is the record, and says whether it is about
 * money. Pure.
 */
export function caseOfDeadLetter(parked: DeadLetteredRecord): NewCase {
  const { id, groupId, type = 'a record that can not be read', reason, key, topic, outboxId } = parked
  const aboutMoney = isAboutMoney(parked)
  const what = `${type}${aboutMoney ? ' (about money)' : ''}`
  return {
    key: caseKeyOf(parked),
    kind: 'parked_message',
    orderId: key !== undefined && /^ord_[0-9a-f]{32}$/.test(key) ? key : undefined,
    summary:
      outboxId === undefined
        ? `${groupId} could not handle ${what}: ${reason}`
        : `${groupId} could not publish ${what} to ${topic}: ${reason}`,
    evidence: { ...parked, aboutMoney },
    proposal: {
      action: 'none',
      why:
        outboxId === undefined
          ? `mend what it failed on, then: npm run dlq -- redrive ${groupId} ${id}`
          : `nobody has received it: it is row ${outboxId} of outbox_rejected in the database of ${groupId}`,
    },
  }
}

/** Names the case of a dead letter. */
export const caseKeyOf = ({ groupId, id }: Pick<DeadLetteredRecord, 'groupId' | 'id'>): string =>
  `parked_message:${groupId}:${id}`

/** Events of payment-service, whatever payment-service could not handle, and requests to give money back. */
function isAboutMoney({ groupId, topic, type }: DeadLetteredRecord): boolean {
  return topic === 'payment.events' || groupId === 'payment-service' || type === 'RefundRequested'
}
