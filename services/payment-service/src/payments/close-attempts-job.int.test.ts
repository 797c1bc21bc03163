import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { orderClosing, orderEnded, orderRejected, startTestService, type TestService } from '../test-service.ts'
import { newOrderId, type PaidTrade } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  // Two calls end before closing is tried again after 2 s.
  service = await startTestService({ alipayTimeoutMs: 900 })
}, 30_000)
afterEach(() => service.alipay.control('DELETE', '/faults'))
afterAll(() => service.close())

const eventTypesOf = async (orderId: string) => (await service.eventsOf(orderId)).map(({ type }) => type)

/** Opens an order's cashier. With `scan` a buyer logs in there, so that the trade exists at Alipay. */
async function openedOrder({ scan = false, expiresInMs = 1_800_000 } = {}): Promise<string> {
  const orderId = await service.newOrder({ expiresInMs })
  const url = await service.open(orderId)
  if (scan) await service.alipay.control('POST', '/open', { url })
  return orderId
}

/** Makes the order's attempts due and expired. */
async function makeDue(orderId: string): Promise<void> {
  await service.database.client`
    update attempts set next_close_at = now(), time_expire = least(time_expire, now()) where order_id = ${orderId}`
}

it('closes a payment whose cashier was never opened at once, without a call to Alipay', async () => {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/faults', { gateway: 'down' })
  await service.consume(orderClosing(orderId, 'expired'))
  expect(await eventTypesOf(orderId)).toEqual(['PaymentClosed'])
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED', attempts: [{ status: 'CLOSED' }] })
})

it('closes a trade that waits for its buyer at Alipay first', async () => {
  const orderId = await openedOrder({ scan: true })
  await service.consume(orderClosing(orderId, 'expired'))
  expect(await eventTypesOf(orderId)).toEqual([])
  await service.closer.runNow()
  expect(await eventTypesOf(orderId)).toEqual(['PaymentClosed'])
  const trade = await service.alipay.control<PaidTrade>('GET', `/trades/${orderId}`)
  expect(trade.tradeStatus).toBe('TRADE_CLOSED')
})

it('closes a cancelled order’s payment at once where Alipay has no trade', async () => {
  const orderId = await openedOrder()
  await service.consume(orderClosing(orderId, 'cancelled'))
  await service.closer.runNow()
  expect(await eventTypesOf(orderId)).toEqual(['PaymentClosed'])
})

it('keeps an expired order without a trade closing until its link has expired', async () => {
  const orderId = await openedOrder({ expiresInMs: 1_000 })
  await service.consume(orderClosing(orderId, 'expired'))
  await service.closer.runNow()
  expect(await eventTypesOf(orderId)).toEqual([])
  const { attempts } = (await service.read(orderId)) as { attempts: [{ timeExpire: string; nextCloseAt: string }] }
  expect(Date.parse(attempts[0].nextCloseAt) - Date.parse(attempts[0].timeExpire)).toBe(1_000)
  await makeDue(orderId)
  await service.closer.runNow()
  expect(await eventTypesOf(orderId)).toEqual(['PaymentClosed'])
})

it('records a payment without a notify that came before the close', async () => {
  const orderId = await service.newOrder()
  const { tradeNo } = await service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
  await service.consume(orderClosing(orderId, 'expired'))
  await service.closer.runNow()
  expect(await service.eventsOf(orderId)).toMatchObject([
    { type: 'PaymentSucceeded', data: { tradeNo, source: 'close' } },
  ])
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID', tradeNo })
})

describe('while Alipay cannot be called', () => {
  it.each([
    ['it resets connections', { gateway: 'down' }],
    ['it answers HTML', { gateway: 'html' }],
    ['it does not answer', { gateway: 'slow', slowMs: 60_000 }],
  ])('(%s) the payment stays closing, and closing is tried again until the outcome is clear', async (_name, fault) => {
    const orderId = await openedOrder({ scan: true })
    await service.alipay.control('POST', '/faults', fault)
    await service.consume(orderClosing(orderId, 'expired'))
    await service.closer.runNow()
    expect(await eventTypesOf(orderId)).toEqual([])
    expect(await service.read(orderId)).toMatchObject({
      status: 'CLOSING',
      attempts: [{ status: 'OPENED', closeTries: 1 }],
    })
    await makeDue(orderId)
    await service.closer.runNow()
    expect(await service.read(orderId)).toMatchObject({ status: 'CLOSING', attempts: [{ closeTries: 2 }] })

    await service.alipay.control('DELETE', '/faults')
    await makeDue(orderId)
    await service.closer.runNow()
    expect(await eventTypesOf(orderId)).toEqual(['PaymentClosed'])
  })
})

it('closes the payment of an order that ended with an open cashier at Alipay, without an event', async () => {
  const orderId = await openedOrder({ scan: true })
  await service.consume(orderRejected(orderId))
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSING', closingReason: 'ended' })
  await service.closer.runNow()
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
  expect(await eventTypesOf(orderId)).toEqual([])
})

it('ignores an order event after PaymentClosed', async () => {
  const orderId = await service.newOrder()
  await service.consume(orderClosing(orderId, 'cancelled'))
  await service.consume(orderEnded(orderId, 'OrderCancelled'))
  expect(await eventTypesOf(orderId)).toEqual(['PaymentClosed'])
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
})

it('refuses to close an unknown order, and ignores the end of one', async () => {
  await expect(service.consume(orderClosing(newOrderId(), 'expired'))).rejects.toThrow('unknown_order')
  await service.consume(orderEnded(newOrderId(), 'OrderExpired'))
})

it('closes each of many due payments once, also with several closers at the same time', async () => {
  const orderIds = await Promise.all(Array.from({ length: 70 }, () => openedOrder()))
  await service.consume(...orderIds.map(orderId => orderClosing(orderId, 'cancelled')))
  await Promise.all([service.closer.runNow(), service.closer.runNow()])
  const answers = await Promise.all(orderIds.map(eventTypesOf))
  expect(answers).toEqual(orderIds.map(() => ['PaymentClosed']))
})

it('leaves no cashier open when payments are opened and closed at the same time', async () => {
  const orderIds = await Promise.all(Array.from({ length: 40 }, () => service.newOrder()))
  await Promise.all(
    orderIds.flatMap(orderId => [
      service.open(orderId).catch(() => undefined),
      service.consume(orderClosing(orderId, 'cancelled')),
    ]),
  )
  await service.closer.runNow()
  for (const orderId of orderIds) {
    expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED', attempts: [{ status: 'CLOSED' }] })
    expect(await eventTypesOf(orderId)).toEqual(['PaymentClosed'])
  }
})
