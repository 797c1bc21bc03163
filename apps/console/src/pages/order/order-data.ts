import type { Answer } from '../../api/use-api.ts'

/** What the page reads. */
export type OrderAnswer = Answer<'/api/admin/orders/{id}'>
export type OrderDetails = NonNullable<OrderAnswer['order']>
export type Payment = NonNullable<OrderAnswer['payment']>
export type RefundList = NonNullable<OrderAnswer['refunds']>
export type Refund = RefundList['items'][number]
export type TimelineEntry = Answer<'/api/admin/orders/{id}/timeline'>['entries'][number]

/** States in which an order can be cancelled: it is not paid, and its end has not begun. */
export const cancellable = new Set<string>(['RESERVING', 'PENDING_PAYMENT'])

/** Refunds whose money has not left yet, or may not have. */
export const underWay = new Set<string>(['AWAITING_APPROVAL', 'REQUESTED', 'PENDING'])

/** A step of an order's path: a state that it reached, when and why, or one that may follow. */
export interface Step {
  state: string
  kind: 'order' | 'fulfilment'
  at?: string
  cause?: string
}

const next: Readonly<Record<string, readonly Step[]>> = {
  RESERVING: [
    { kind: 'order', state: 'PENDING_PAYMENT' },
    { kind: 'order', state: 'PAID' },
    { kind: 'fulfilment', state: 'SHIPPED' },
  ],
  PENDING_PAYMENT: [
    { kind: 'order', state: 'PAID' },
    { kind: 'fulfilment', state: 'SHIPPED' },
  ],
  REINSTATING: [{ kind: 'order', state: 'PAID' }],
}
const nextShipped: Readonly<Record<string, readonly Step[]>> = {
  UNFULFILLED: [
    { kind: 'fulfilment', state: 'SHIPPED' },
    { kind: 'fulfilment', state: 'DELIVERED' },
  ],
  PARTIALLY_SHIPPED: [
    { kind: 'fulfilment', state: 'SHIPPED' },
    { kind: 'fulfilment', state: 'DELIVERED' },
  ],
  SHIPPED: [{ kind: 'fulfilment', state: 'DELIVERED' }],
}

/** The states that an order went through, from the order service's entries of its timeline. */
export function stepsTaken(order: OrderDetails, entries: readonly TimelineEntry[]): Step[] {
  const steps: Step[] = []
  let state = ''
  let fulfilment = 'UNFULFILLED'
  for (const { service, detail, at, cause } of entries) {
    if (service !== 'order-service') continue
    const { to, fulfilmentStatus } = (detail ?? {}) as { to?: string; fulfilmentStatus?: string }
    if (to !== undefined && to !== state) steps.push({ kind: 'order', state: to, at, cause })
    if (fulfilmentStatus !== undefined && fulfilmentStatus !== fulfilment) {
      steps.push({ kind: 'fulfilment', state: fulfilmentStatus, at, cause })
    }
    state = to ?? state
    fulfilment = fulfilmentStatus ?? fulfilment
  }
  if (steps.length > 0) return steps
  // Without a timeline: where the order began, and where it is.
  const first: Step = { kind: 'order', state: 'RESERVING', at: order.createdAt }
  return order.orderStatus === 'RESERVING' ? [first] : [first, { kind: 'order', state: order.orderStatus }]
}

/** What usually follows. */
export function stepsAhead({ orderStatus, fulfilmentStatus }: OrderDetails): readonly Step[] {
  return (orderStatus === 'PAID' ? nextShipped[fulfilmentStatus] : next[orderStatus]) ?? []
}

/** When the end of an order began, by the order service's entries of its timeline, and who asked for it, if a person did. */
export function endOf(entries: readonly TimelineEntry[]): { at: string; by?: string } | undefined {
  const ends = ['CLOSING', 'CANCELLED', 'EXPIRED', 'REJECTED']
  const end = entries.find(({ service, detail }) => {
    return service === 'order-service' && ends.includes((detail as { to?: string } | undefined)?.to ?? '')
  })
  if (end === undefined) return undefined
  const by = /^request of (.+)$/.exec(end.cause)?.[1]
  return { at: end.at, ...(by !== undefined && { by }) }
}
