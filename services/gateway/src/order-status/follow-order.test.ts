import type { OrderStatus } from '@alipay-checkout/contracts'
import { expect, it } from 'vitest'
import { followOrder } from './follow-order.ts'
import type { OrderWatcher } from './order-hints.ts'

const turn = () => new Promise(resolve => setImmediate(resolve))

/** Follows an order; the test answers its reads. */
function setUp() {
  const reads: PromiseWithResolvers<OrderStatus>[] = []
  const told: string[] = []
  const failures: unknown[] = []
  let watcher: OrderWatcher | undefined
  const follower = followOrder({
    orderId: 'ord_1',
    hints: {
      watch(_orderId, its) {
        watcher = its
        return () => {
          watcher = undefined
        }
      },
    },
    read() {
      const read = Promise.withResolvers<OrderStatus>()
      reads.push(read)
      return read.promise
    },
    send: ({ status, orderStatus }) => told.push(`${orderStatus} ${status}`),
    onFailure: error => failures.push(error),
  })
  const answer = async (status: OrderStatus) => {
    reads.shift()?.resolve(status)
    await turn()
  }
  return {
    reads,
    told,
    failures,
    follower,
    answer,
    hint: (status: OrderStatus) => watcher?.onHint(status),
    gap: () => watcher?.onGap(),
  }
}

it('sends the status at once and then every change, each once', async () => {
  const order = setUp()
  await order.answer('PENDING_PAYMENT')
  order.hint('PENDING_PAYMENT')
  order.hint('PAID')
  order.hint('PAID')
  expect(order.told).toEqual(['PENDING_PAYMENT PENDING', 'PAID PAID'])
  expect(order.reads).toHaveLength(0)
})

it('misses no change while the status is read', async () => {
  const order = setUp()
  order.hint('PAID')
  await order.answer('PENDING_PAYMENT')
  expect(order.reads).toHaveLength(1)
  await order.answer('PAID')
  expect(order.told).toEqual(['PENDING_PAYMENT PENDING', 'PAID PAID'])
})

it('reads again when a late hint would reopen a closed order', async () => {
  const order = setUp()
  await order.answer('CANCELLED')
  order.hint('CLOSING')
  await order.answer('CANCELLED')
  expect(order.told).toEqual(['CANCELLED FAILED'])
})

it('reads again when hints may have been lost', async () => {
  const order = setUp()
  await order.answer('PENDING_PAYMENT')
  const reread = order.gap()
  await order.answer('PAID')
  await reread
  expect(order.told.at(-1)).toBe('PAID PAID')
})

it('reports that the status can not be read', async () => {
  const order = setUp()
  order.reads[0]?.reject(new Error('unavailable'))
  await turn()
  expect(order.failures).toHaveLength(1)
})

it('sends nothing after it was stopped', async () => {
  const order = setUp()
  order.follower.stop()
  await order.answer('PAID')
  order.hint('PAID')
  expect(order.told).toEqual([])
})
