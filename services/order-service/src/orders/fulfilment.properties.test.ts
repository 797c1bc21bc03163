import type { FulfilmentStatus, LineUnits } from '@alipay-checkout/contracts'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { completeAfterMs, orderId, orderIn, payment, refunded } from '../test-orders.ts'
import { decideAll, decideFulfilments } from './decide-all.ts'
import { type FulfilmentInput, left, refundedShippedLines } from './fulfilment.ts'
import type { Input, Order } from './order-state.ts'

const ordered: Record<string, number> = { tea: 4, cup: 2 }
const lines = Object.entries(ordered).map(([sku, quantity]) => ({ sku, title: sku, quantity, unitPriceFen: 1 }))
const paidOrder: Order = { ...orderIn('PAID'), lines }
const skus = Object.keys(ordered)

/** What can happen to a paid order: `ofTotal` refunds the rest. */
type Happening =
  | { readonly what: 'ship'; readonly lines: readonly LineUnits[] | undefined; readonly key: string | undefined }
  | { readonly what: 'refund'; readonly lines: readonly LineUnits[]; readonly isRest: boolean }
  | { readonly what: 'deliver'; readonly number: number }
  | { readonly what: 'complete' }

const anyLines = fc.array(fc.record({ sku: fc.constantFrom(...skus), quantity: fc.integer({ min: 1, max: 3 }) }), {
  minLength: 1,
  maxLength: 3,
})
const anyHappening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('ship' as const),
      lines: fc.option(anyLines, { nil: undefined }),
      key: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('refund' as const),
      lines: fc.oneof(fc.constant([]), anyLines),
      isRest: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant('deliver' as const), number: fc.integer({ min: 1, max: 4 }) }),
  },
  fc.record({ what: fc.constant('complete' as const) }),
)

interface Step {
  readonly happening: Happening
  readonly before: Order
  readonly after: Order
  readonly events: ReturnType<typeof decideAll>['events']
}

function run(happened: readonly Happening[]): Step[] {
  let order = paidOrder
  return happened.map((happening, index) => {
    const before = order
    // Each step is a minute later than the one before.
    const now = new Date(Date.UTC(2026, 10, 24, 0, index))
    const about = { orderId, cause: 'a test' }
    const decided =
      happening.what === 'refund'
        ? decideAll([before], [{ ...about, input: refundInput(before, happening, index) }], now)
        : decideFulfilments([before], [{ ...about, input: fulfilmentInput(happening) }], { now, completeAfterMs })
    order = decided.changed[0] ?? before
    return { happening, before, after: order, events: decided.events }
  })
}

/** A refund of 1 fen, or of all that is left of the payment. */
function refundInput(order: Order, happening: Extract<Happening, { what: 'refund' }>, index: number): Input {
  const soFarFen = 'refundedFen' in order ? order.refundedFen : 0
  const isRest = happening.isRest || soFarFen >= payment.amountFen - 1
  const amountFen = isRest ? Math.max(0, payment.amountFen - soFarFen) : 1
  const refundId = `ref_${String(index).padStart(32, '0')}`
  const more = { refundId, refundedFen: soFarFen + amountFen }
  return refunded(amountFen, isRest ? more : { ...more, lines: [...happening.lines] })
}

function fulfilmentInput(happening: Exclude<Happening, { what: 'refund' }>): FulfilmentInput {
  switch (happening.what) {
    case 'ship': {
      const repeatable = happening.key && {
        idempotencyKey: happening.key,
        requestHash: JSON.stringify(happening.lines),
      }
      const carried = { type: 'ship', carrier: 'SF', trackingNumber: '1', by: 'packer' } as const
      return { ...carried, lines: happening.lines, repeatable: repeatable || undefined }
    }
    case 'deliver':
      return { type: 'delivered', shipmentId: `shp_${orderId.slice(4)}_${happening.number}` }
    case 'complete':
      return { type: 'complete' }
  }
}

const unitsOf = (units: readonly LineUnits[], sku: string) =>
  units.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0)
const shippedOf = (order: Order, sku: string) =>
  order.fulfilment.shipments.reduce((sum, shipment) => sum + unitsOf(shipment.lines, sku), 0)
const refundedOf = (order: Order, sku: string) =>
  order.status === 'REFUNDED'
    ? (ordered[sku] ?? 0)
    : order.refunds.reduce((sum, refund) => sum + unitsOf(refund.lines ?? [], sku), 0)

/** The status by its definition, for an order that is not completed. */
function statusByDefinition(order: Order): FulfilmentStatus {
  const { shipments } = order.fulfilment
  if (shipments.length === 0) return 'UNFULFILLED'
  const isLeft = skus.some(sku => shippedOf(order, sku) + refundedOf(order, sku) < (ordered[sku] ?? 0))
  if (isLeft) return 'PARTIALLY_SHIPPED'
  return shipments.every(({ deliveredAt }) => deliveredAt) ? 'DELIVERED' : 'SHIPPED'
}

const inEveryRun = (check: (steps: Step[]) => void) =>
  fc.assert(fc.property(fc.array(anyHappening, { maxLength: 25 }), happened => check(run(happened))))

it('never ships more than was ordered and not refunded when it left', () => {
  inEveryRun(steps => {
    for (const { happening, before, after } of steps) {
      if (happening.what !== 'ship' || after === before) continue
      expect(before.status).toBe('PAID')
      // A refund may take units that were shipped before, so only what leaves now is compared.
      for (const sku of skus.filter(one => shippedOf(after, one) > shippedOf(before, one))) {
        expect(shippedOf(after, sku) + refundedOf(before, sku)).toBeLessThanOrEqual(ordered[sku] ?? 0)
      }
    }
  })
})

it('has the status of its definition after every step, and COMPLETED for good', () => {
  inEveryRun(steps => {
    for (const { before, after } of steps) {
      const { status, completeAt } = after.fulfilment
      if (before.fulfilment.status === 'COMPLETED') expect(status).toBe('COMPLETED')
      if (status !== 'COMPLETED') expect(status).toBe(statusByDefinition(after))
      expect(completeAt !== undefined).toBe(status === 'DELIVERED')
    }
  })
})

it('says in every refund which units it took and which of them were shipped', () => {
  inEveryRun(steps => {
    const refunds = steps.flatMap(({ events }) =>
      events.flatMap(event => (event.type === 'OrderRefunded' ? [event.data] : [])),
    )
    const last = steps.at(-1)?.after ?? paidOrder
    for (const sku of skus) {
      const taken = refunds.reduce((sum, refund) => sum + unitsOf(refund.lines, sku), 0)
      const flagged = refunds.reduce((sum, refund) => sum + unitsOf(refund.shippedLines, sku), 0)
      expect(taken).toBe(refundedOf(last, sku))
      expect(taken).toBeLessThanOrEqual(ordered[sku] ?? 0)
      expect(flagged).toBe(unitsOf(refundedShippedLines(last), sku))
      const rest = last.status === 'PAID' ? Math.max(0, (ordered[sku] ?? 0) - taken - shippedOf(last, sku)) : 0
      expect(unitsOf(left(last), sku)).toBe(rest)
    }
  })
})

it('publishes each shipment, delivery and completion once', () => {
  inEveryRun(steps => {
    const events = steps.flatMap(step => step.events)
    const { shipments, status } = (steps.at(-1)?.after ?? paidOrder).fulfilment
    const idsOf = (type: string) =>
      events.flatMap(event => (event.type === type && 'shipmentId' in event.data ? [event.data.shipmentId] : []))
    expect(idsOf('OrderShipped')).toEqual(shipments.map(({ shipmentId }) => shipmentId))
    const delivered = shipments.filter(({ deliveredAt }) => deliveredAt)
    expect(idsOf('OrderDelivered').toSorted()).toEqual(delivered.map(({ shipmentId }) => shipmentId).toSorted())
    expect(events.filter(({ type }) => type === 'OrderCompleted')).toHaveLength(status === 'COMPLETED' ? 1 : 0)
  })
})
