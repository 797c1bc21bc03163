import type { NewEvent, PaymentEvent } from '@alipay-checkout/contracts'
import { decide } from './decide-payment.ts'
import type { Attempt, Decision, Input, Payment } from './payment.ts'

/** One input for one order. */
export interface PaymentInput {
  readonly orderId: string
  readonly input: Input
}

export interface Decisions {
  /** Payments that were not there before, in their last state. */
  readonly created: readonly Payment[]
  /** Payments that were there and changed, in their last state. */
  readonly changed: readonly Payment[]
  /** The attempts of `changed` that are not as they were. */
  readonly changedAttempts: readonly Attempt[]
  readonly events: readonly NewEvent<PaymentEvent>[]
  /** One per input, in order. */
  readonly decisions: readonly Decision[]
}

/** Applies inputs in order, each to the result of the earlier ones for the same payment. Pure. */
export function decideAll(payments: ReadonlyMap<string, Payment>, inputs: readonly PaymentInput[]): Decisions {
  const current = new Map(payments)
  const touched = new Set<string>()
  const events: NewEvent<PaymentEvent>[] = []
  const decisions = inputs.map(({ orderId, input }) => {
    const decision = decide(current.get(orderId), input)
    if (decision.outcome === 'changed') {
      current.set(orderId, decision.payment)
      touched.add(orderId)
      events.push(...decision.events)
    }
    return decision
  })
  const after = [...touched].map(orderId => current.get(orderId) as Payment)
  const changed = after.filter(({ orderId }) => payments.has(orderId))
  const before = new Set([...payments.values()].flatMap(({ attempts }) => attempts))
  return {
    created: after.filter(({ orderId }) => !payments.has(orderId)),
    changed,
    changedAttempts: changed.flatMap(({ attempts }) => attempts.filter(attempt => !before.has(attempt))),
    events,
    decisions,
  }
}
