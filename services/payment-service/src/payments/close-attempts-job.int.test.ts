import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { orderClosing, orderEnded, orderRejected, startTestService, type TestService } from '../test-service.ts'
import { newOrderId, type PaidTrade } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterEach(() => service.alipay.control('DELETE', '/faults'))
afterAll(() => service.close())

const says = async (orderId: string) => (await service.said(orderId)).map(({ type }) => type)

/** Opens an order's cashier; with `scan` the buyer also logs in there, so that the trade exists at Alipay. */
async function openedOrder({ scan = false, expiresInMs = 1_800_000 } = {}): Promise<string> {
  const orderId = await service.newOrder({ expiresInMs })
  const url = await service.open(orderId)
  if (scan) await service.alipay.control('POST', '/open', { url })
  return orderId
}

/** Lets the time of everything that waits be over. */
async function letTimePass(orderId: string): Promise<void> {
  await service.database.client`
    update attempts set next_close_at = now(), time_expire = least(time_expire, now()) where order_id = ${orderId}`
}

test('a payment whose cashier was never opened closes at once, without asking Alipay', async () => {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/faults', { gateway: 'down' })
  await service.hear(orderClosing(orderId, 'expired'))
  expect(await says(orderId)).toEqual(['PaymentClosed'])
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED', attempts: [{ status: 'CLOSED' }] })
})

test('a trade that waits for its buyer is closed at Alipay first', async () => {
  const orderId = await openedOrder({ scan: true })
  await service.hear(orderClosing(orderId, 'expired'))
  expect(await says(orderId)).toEqual([])
  await service.closer.runNow()
  expect(await says(orderId)).toEqual(['PaymentClosed'])
  const trade = await service.alipay.control<PaidTrade>('GET', `/trades/${orderId}`)
  expect(trade.tradeStatus).toBe('TRADE_CLOSED')
})

test('a trade that does not exist is closed at once when the shopper cancelled', async () => {
  const orderId = await openedOrder()
  await service.hear(orderClosing(orderId, 'cancelled'))
  await service.closer.runNow()
  expect(await says(orderId)).toEqual(['PaymentClosed'])
})

test('a trade that does not exist keeps its hold until its link is dead when the order is due', async () => {
  const orderId = await openedOrder({ expiresInMs: 1_000 })
  await service.hear(orderClosing(orderId, 'expired'))
  await service.closer.runNow()
  expect(await says(orderId)).toEqual([])
  const { attempts } = (await service.read(orderId)) as { attempts: [{ timeExpire: string; nextCloseAt: string }] }
  expect(Date.parse(attempts[0].nextCloseAt) - Date.parse(attempts[0].timeExpire)).toBe(1_000)
  await letTimePass(orderId)
  await service.closer.runNow()
  expect(await says(orderId)).toEqual(['PaymentClosed'])
})

test('money that came before the close, though no notify did, pays the order', async () => {
  const orderId = await service.newOrder()
  const { tradeNo } = await service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
  await service.hear(orderClosing(orderId, 'expired'))
  await service.closer.runNow()
  expect(await service.said(orderId)).toMatchObject([{ type: 'PaymentSucceeded', data: { tradeNo, source: 'close' } }])
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID', tradeNo })
})

describe('while Alipay can not be asked', () => {
  test.each([
    ['it resets connections', { gateway: 'down' }],
    ['it answers HTML', { gateway: 'html' }],
    ['it does not answer', { gateway: 'slow' }],
  ])('(%s) the hold stays, and it is tried again until it is clear', async (_name, fault) => {
    const orderId = await openedOrder({ scan: true })
    await service.alipay.control('POST', '/faults', fault)
    await service.hear(orderClosing(orderId, 'expired'))
    await service.closer.runNow()
    expect(await says(orderId)).toEqual([])
    expect(await service.read(orderId)).toMatchObject({
      status: 'CLOSING',
      attempts: [{ status: 'OPENED', closeTries: 1 }],
    })
    await letTimePass(orderId)
    await service.closer.runNow()
    expect(await service.read(orderId)).toMatchObject({ status: 'CLOSING', attempts: [{ closeTries: 2 }] })

    await service.alipay.control('DELETE', '/faults')
    await letTimePass(orderId)
    await service.closer.runNow()
    expect(await says(orderId)).toEqual(['PaymentClosed'])
  })
})

test('an order that ended while its cashier was open is closed at Alipay, and nobody is told', async () => {
  const orderId = await openedOrder({ scan: true })
  await service.hear(orderRejected(orderId))
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSING', closingReason: 'ended' })
  await service.closer.runNow()
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
  expect(await says(orderId)).toEqual([])
})

test('what the order says after our answer changes nothing', async () => {
  const orderId = await service.newOrder()
  await service.hear(orderClosing(orderId, 'cancelled'))
  await service.hear(orderEnded(orderId, 'OrderCancelled'))
  expect(await says(orderId)).toEqual(['PaymentClosed'])
  expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
})

test('an order that was never created is not closed silently: the event fails with its reason', async () => {
  await expect(service.hear(orderClosing(newOrderId(), 'expired'))).rejects.toThrow('unknown_order')
  await service.hear(orderEnded(newOrderId(), 'OrderExpired'))
})

test('many due payments are closed once each, also by several closers at the same time', async () => {
  const orderIds = await Promise.all(Array.from({ length: 70 }, () => openedOrder()))
  await service.hear(...orderIds.map(orderId => orderClosing(orderId, 'cancelled')))
  await Promise.all([service.closer.runNow(), service.closer.runNow()])
  const answers = await Promise.all(orderIds.map(says))
  expect(answers).toEqual(orderIds.map(() => ['PaymentClosed']))
})

test('opening and closing at the same time never leaves an open cashier that nobody closes', async () => {
  const orderIds = await Promise.all(Array.from({ length: 40 }, () => service.newOrder()))
  await Promise.all(
    orderIds.flatMap(orderId => [
      service.open(orderId).catch(() => undefined),
      service.hear(orderClosing(orderId, 'cancelled')),
    ]),
  )
  await service.closer.runNow()
  for (const orderId of orderIds) {
    expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED', attempts: [{ status: 'CLOSED' }] })
    expect(await says(orderId)).toEqual(['PaymentClosed'])
  }
})
