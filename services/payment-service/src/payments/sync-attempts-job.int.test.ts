import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { orderClosing, startTestService, type TestService } from '../test-service.ts'
import { callService, newOrderId, type PaidTrade } from '../test-shop.ts'
import { syncPausesS, watchPauseS } from './query-schedule.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterEach(() => service.alipay.control('DELETE', '/faults'))
afterAll(() => service.close())

/** Makes an order's attempt due for a query, and runs the job. */
async function syncNow(orderId: string): Promise<void> {
  await service.database.client`
    update attempts set next_sync_at = now(), synced_at = null where order_id = ${orderId} and next_sync_at is not null`
  await service.syncer.runNow()
}

/** In how many seconds it is queried next, and how often it has been. */
async function nextSync(orderId: string): Promise<{ inS: number | null; syncs: number }> {
  const [row] = await service.database.client<{ in_s: number | null; syncs: number }[]>`
    select round(extract(epoch from next_sync_at - now()))::integer as in_s, syncs
    from attempts where order_id = ${orderId}`
  return { inS: row?.in_s ?? null, syncs: row?.syncs ?? -1 }
}

it('finds a payment whose notify was lost', async () => {
  const orderId = await service.newOrder()
  const url = await service.open(orderId)
  expect(await nextSync(orderId)).toEqual({ inS: syncPausesS[0], syncs: 0 })
  const { tradeNo } = await service.alipay.control<PaidTrade>('POST', '/pay', { url })
  await syncNow(orderId)
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID', tradeNo })
  expect(await service.eventsOf(orderId)).toMatchObject([{ type: 'PaymentSucceeded', data: { source: 'query' } }])
  expect((await nextSync(orderId)).inS).toBeNull()
})

it('queries again at growing intervals, also when there is no answer', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const pauses: (number | null)[] = []
  for (let sync = 0; sync < 12; sync++) {
    if (sync === 3) await service.alipay.control('POST', '/faults', { gateway: 'html' })
    if (sync === 5) await service.alipay.control('DELETE', '/faults')
    await syncNow(orderId)
    pauses.push((await nextSync(orderId)).inS)
  }
  expect(pauses).toEqual([...syncPausesS.slice(1), 300, 300])
  expect(await service.read(orderId)).toMatchObject({ status: 'EXPECTED', attempts: [{ status: 'OPENED' }] })
})

it('does not query before the cashier is opened, nor once the order is closing', async () => {
  const [unopened, closing] = [await service.newOrder(), await service.newOrder()]
  await service.open(closing)
  await service.consume(orderClosing(closing, 'expired'))
  expect((await nextSync(unopened)).inS).toBeNull()
  expect((await nextSync(closing)).inS).toBeNull()
})

it('closes the attempt of a trade that is closed at Alipay', async () => {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
  await service.alipay.control('POST', '/close', { outTradeNo: orderId })
  await syncNow(orderId)
  expect(await service.read(orderId)).toMatchObject({ status: 'EXPECTED', attempts: [{ status: 'CLOSED' }] })
})

describe('an unused link of a cancelled order', () => {
  async function cancelledOrder(): Promise<{ orderId: string; url: string }> {
    const orderId = await service.newOrder()
    const url = await service.open(orderId)
    await service.consume(orderClosing(orderId, 'cancelled'))
    await service.closer.runNow()
    expect(await service.read(orderId)).toMatchObject({ status: 'CLOSED' })
    return { orderId, url }
  }

  it('is queried, so that a payment through it is found without a notify', async () => {
    const { orderId, url } = await cancelledOrder()
    expect((await nextSync(orderId)).inS).toBeGreaterThan(watchPauseS - 5)
    await service.alipay.control('POST', '/pay', { url })
    await syncNow(orderId)
    expect(await service.eventsOf(orderId)).toMatchObject([{ type: 'PaymentClosed' }, { type: 'PaymentSucceeded' }])
    expect((await nextSync(orderId)).inS).toBeNull()
  })

  it('is closed at Alipay when a buyer uses it, and not queried after that', async () => {
    const { orderId, url } = await cancelledOrder()
    await service.alipay.control('POST', '/open', { url })
    await syncNow(orderId)
    const trade = await service.alipay.control('GET', `/trades/${orderId}`)
    expect(trade).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    await syncNow(orderId)
    expect((await nextSync(orderId)).inS).toBeNull()
  })

  it('is queried until it expires', async () => {
    const { orderId } = await cancelledOrder()
    await syncNow(orderId)
    expect((await nextSync(orderId)).inS).not.toBeNull()
    await service.database.client`update attempts set time_expire = now() where order_id = ${orderId}`
    await syncNow(orderId)
    expect((await nextSync(orderId)).inS).toBeNull()
  })
})

it('queries each of many attempts once, also with several replicas at the same time', async () => {
  const orderIds = await Promise.all(Array.from({ length: 50 }, () => service.newOrder()))
  await Promise.all(orderIds.map(orderId => service.open(orderId)))
  await service.database
    .client`update attempts set next_sync_at = now(), synced_at = null where order_id = any(${orderIds})`
  await Promise.all([service.syncer.runNow(), service.syncer.runNow()])
  const queried = await Promise.all(orderIds.map(nextSync))
  expect(queried.map(({ syncs }) => syncs)).toEqual(orderIds.map(() => 1))
})

it('replays a stored notify, and shows everything in the timeline in order', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const notifyId = `n${orderId.slice(4)}`
  const replay = () =>
    fetch(`${service.url}/notifies/${notifyId}/replay`, {
      method: 'POST',
      // No body is sent, although the header names a type.
      headers: { 'x-service-token': 'a-service-token-for-tests', 'x-actor': 'ann', 'content-type': 'text/plain' },
    })
  expect((await replay()).status).toBe(404)
  await service.notify(service.signedNotify(orderId))
  expect(await (await replay()).json()).toEqual({ verdict: 'already_paid' })
  expect(await service.eventsOf(orderId)).toHaveLength(1)
  await callService(service.url, 'POST', `/payments/${orderId}/refunds`, { reason: 'broken', requestedBy: 'ann' })

  const { status, body } = await callService<{ entries: { at: string; what: string; cause: string }[] }>(
    service.url,
    'GET',
    `/payments/${orderId}/timeline`,
  )
  expect(status).toBe(200)
  const entries = body.entries.filter(({ what }) => what !== 'paid')
  expect(entries.map(({ what }) => what)).toEqual([
    'expected',
    'opened',
    'notify',
    'notify',
    'replay',
    'refund requested',
  ])
  expect(entries.at(-1)?.cause).toBe('requested, by ann')
  expect(body.entries.map(({ at }) => at)).toEqual(body.entries.map(({ at }) => at).toSorted())
  expect((await callService(service.url, 'GET', `/payments/${newOrderId()}/timeline`)).status).toBe(404)
})
