import type { ParkedRecord } from '@alipay-checkout/messaging'
import type { NewCase } from './open-cases.ts'

/** The case of a parked record that is about money; none for any other. Pure. */
export function caseOfParked(parked: ParkedRecord): NewCase | undefined {
  if (!isAboutMoney(parked)) return undefined
  const { id, groupId, type, reason, key } = parked
  return {
    key: `parked_message:${groupId}:${id}`,
    kind: 'parked_message',
    orderId: key !== undefined && /^ord_[0-9a-f]{32}$/.test(key) ? key : undefined,
    summary: `${groupId} could not handle ${type ?? 'a record that can not be read'}: ${reason}`,
    evidence: parked,
    proposal: {
      action: 'none',
      why: `mend what it failed on, then: npm run dlq -- redrive ${groupId} ${id}`,
    },
  }
}

/** What payment says, and whatever payment-service itself could not handle: all it does is about money. */
function isAboutMoney({ groupId, topic, type }: ParkedRecord): boolean {
  return topic === 'payment.events' || groupId === 'payment-service' || type === 'RefundRequested'
}
