import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { orderClosing, orderCreated, startTestService, type TestService } from '../test-service.ts'
import { callService, newOrderId, type PaidTrade } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 30_000)
afterEach(() => service.alipay.control('DELETE', '/faults'))
afterAll(() => service.close())

const returnUrl = 'https://shop.example/payment/result?order_id=x&t=1&sign=ab'

function open(orderId: string, body: object = { as: 'url', returnUrl }) {
  return callService(service.url, 'POST', '/payments/open', { orderId, method: 'alipay_page', ...(body as object) })
}

it('returns a link that Alipay accepts, with amount, time limit and addresses', async () => {
  const orderId = await service.newOrder({ amountFen: 101 })
  const { status, body } = await open(orderId)
  expect(status).toBe(200)
  expect(body).toMatchObject({ orderId, outTradeNo: orderId })
  const url = new URL(body.content as string)
  expect(url.searchParams.get('return_url')).toBe(returnUrl)
  expect(url.searchParams.get('notify_url')).toBe(`${service.alipay.publicUrl}/api/payment/notify`)
  const content = JSON.parse(url.searchParams.get('biz_content') as string)
  expect(content).toMatchObject({ total_amount: '1.01', subject: `订单支付: ${orderId}` })
  await service.alipay.control('POST', '/open', { url: url.href })
})

it('returns a form that Alipay accepts', async () => {
  const orderId = await service.newOrder()
  const { body } = await open(orderId, { as: 'form', returnUrl })
  const form = body.content as string
  const plain = (text = '') => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
  const action = plain(/action="([^"]*)"/.exec(form)?.[1])
  const response = await fetch(action, {
    method: 'POST',
    body: new URLSearchParams({ biz_content: plain(/value="([^"]*)"/.exec(form)?.[1]) }),
  })
  expect(response.status).toBe(200)
  expect(await response.text()).toContain('258.00')
})

it('stores the attempt as OPENED before it returns the link', async () => {
  const orderId = await service.newOrder()
  await open(orderId)
  expect(await service.read(orderId)).toMatchObject({ status: 'EXPECTED', attempts: [{ status: 'OPENED' }] })
})

it('returns the same time limit to a shopper who comes back', async () => {
  const orderId = await service.newOrder({ expiresInMs: 10_000 })
  const timeLimit = (url: string) => JSON.parse(new URL(url).searchParams.get('biz_content') as string).time_expire
  expect(timeLimit(await service.open(orderId))).toBe(timeLimit(await service.open(orderId)))
})

it('returns links to many shoppers at once, some of them twice', async () => {
  const orderIds = await Promise.all(Array.from({ length: 100 }, () => service.newOrder()))
  const answers = await Promise.all([...orderIds, ...orderIds.slice(0, 20)].map(orderId => open(orderId)))
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
})

it('waits for an order whose OrderCreated is on its way', async () => {
  const orderId = newOrderId()
  const answer = open(orderId)
  await service.consume(orderCreated(orderId))
  expect((await answer).status).toBe(200)
})

describe('reports why an order cannot be paid', () => {
  it.each([
    ['it is unknown', async () => newOrderId(), 404, {}],
    ['it has expired', () => service.newOrder({ expiresInMs: -1 }), 409, { reason: 'expired' }],
    ['it is closed', closedOrder, 409, { reason: 'closed' }],
    ['it is being closed', closingOrder, 409, { reason: 'closing' }],
    ['it is paid', paidOrder, 409, { reason: 'already_paid' }],
  ])('%s', async (_name, make, status, extra) => {
    const orderId = await make()
    const answer = await open(orderId)
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ status, ...extra })
  })

  async function closedOrder(): Promise<string> {
    const orderId = await service.newOrder()
    await service.consume(orderClosing(orderId, 'cancelled'))
    return orderId
  }
  async function closingOrder(): Promise<string> {
    const orderId = await service.newOrder()
    await service.open(orderId)
    await service.consume(orderClosing(orderId, 'cancelled'))
    return orderId
  }
  async function paidOrder(): Promise<string> {
    const orderId = await service.newOrder()
    await service.notify(service.signedNotify(orderId))
    return orderId
  }
})

it('finds the payment of a shopper who comes back, without a notify', async () => {
  const orderId = await service.newOrder()
  const { tradeNo } = await service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
  const answer = await open(orderId)
  expect(answer).toMatchObject({ status: 409, body: { reason: 'already_paid' } })
  expect(await service.eventsOf(orderId)).toMatchObject([
    { type: 'PaymentSucceeded', data: { orderId, tradeNo, amountFen: 25_800, source: 'query' } },
  ])
})

it('opens the next attempt after a trade was closed at Alipay', async () => {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
  await service.alipay.control('POST', '/close', { outTradeNo: orderId })
  const answer = await open(orderId)
  expect(answer).toMatchObject({ status: 200, body: { outTradeNo: `${orderId}_2` } })
  expect(await open(orderId)).toMatchObject({ status: 200, body: { outTradeNo: `${orderId}_2` } })
  const { tradeNo } = await service.alipay.control<PaidTrade>('POST', '/pay', { url: answer.body.content as string })
  // Makes a further query possible, as it is after five seconds.
  await service.forgetSync(orderId)
  expect(await open(orderId)).toMatchObject({ status: 409, body: { reason: 'already_paid' } })
  expect(await service.eventsOf(orderId)).toMatchObject([
    { type: 'PaymentSucceeded', data: { outTradeNo: `${orderId}_2`, tradeNo } },
  ])
})

describe('another payer', () => {
  const another = { as: 'url', returnUrl, anotherPayer: true }

  it('gets the next attempt, and the first payer’s attempt is closed at Alipay', async () => {
    const orderId = await service.newOrder()
    const url = await service.open(orderId)
    await service.alipay.control('POST', '/open', { url })
    expect(await open(orderId, another)).toMatchObject({ status: 200, body: { outTradeNo: `${orderId}_2` } })
    expect(await service.alipay.control('GET', `/trades/${orderId}`)).toMatchObject({ tradeStatus: 'TRADE_CLOSED' })
    expect(await service.read(orderId)).toMatchObject({ attempts: [{ status: 'CLOSED' }, { status: 'OPENED' }] })
  })

  it('gets the same link where no buyer has opened it', async () => {
    const orderId = await service.newOrder()
    await service.open(orderId)
    expect(await open(orderId, another)).toMatchObject({ status: 200, body: { outTradeNo: orderId } })
  })

  it('gets already_paid where the first payer has paid, and the order is paid once', async () => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/pay', { url: await service.open(orderId) })
    expect(await open(orderId, another)).toMatchObject({ status: 409, body: { reason: 'already_paid' } })
    expect(await service.eventsOf(orderId)).toMatchObject([{ type: 'PaymentSucceeded' }])
  })

  it('gets no further attempt while the first payer may still pay', async () => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
    await service.alipay.control('POST', '/faults', { gateway: 'html' })
    expect(await open(orderId, another)).toMatchObject({ status: 502 })
    expect(await service.read(orderId)).toMatchObject({ attempts: [{ status: 'OPENED' }] })
  })

  it('gets the same next attempt in concurrent requests', async () => {
    const orderId = await service.newOrder()
    await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
    const answers = await Promise.all(Array.from({ length: 10 }, () => open(orderId, another)))
    expect(new Set(answers.map(({ body }) => body.outTradeNo))).toEqual(new Set([`${orderId}_2`]))
  })
})

it('closes the other attempts once one is paid', async () => {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
  await service.alipay.control('POST', '/close', { outTradeNo: orderId })
  await service.alipay.control('POST', '/open', { url: await service.open(orderId) })
  await service.notify(service.signedNotify(orderId))
  await service.closer.runNow()
  expect(await service.read(orderId)).toMatchObject({
    status: 'PAID',
    attempts: [{ status: 'PAID' }, { status: 'CLOSED' }],
  })
  expect(await service.eventsOf(orderId)).toHaveLength(1)
})

describe('while Alipay cannot be called', () => {
  it.each([
    ['it resets connections', { gateway: 'down' }, 502, '/problems/alipay-failed'],
    ['it answers HTML', { gateway: 'html' }, 502, '/problems/alipay-failed'],
    ['it does not answer', { gateway: 'slow', slowMs: 60_000 }, 504, '/problems/alipay-timeout'],
  ])('(%s) a returning shopper gets the problem, and the order stays payable', async (_name, fault, status, type) => {
    const orderId = await service.newOrder()
    await service.open(orderId)
    await service.alipay.control('POST', '/faults', fault)
    expect(await open(orderId)).toMatchObject({ status, body: { type, title: '支付宝接口调用失败' } })
    expect(await service.read(orderId)).toMatchObject({ status: 'EXPECTED' })
    await service.alipay.control('DELETE', '/faults')
    const paid = await service.alipay.control<PaidTrade>('POST', '/pay', { url: await service.open(orderId) })
    expect(paid.outTradeNo).toBe(orderId)
  })

  it('the first opening succeeds, because it makes no call', async () => {
    await service.alipay.control('POST', '/faults', { gateway: 'down' })
    expect((await open(await service.newOrder())).status).toBe(200)
  })
})

it('makes one query for 300 openings and syncs of one order', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  const queries = async () => {
    const metrics = await (await fetch(`${service.url}/metrics`)).text()
    const counts = metrics.matchAll(/^alipay_call_duration_seconds_count\{method="alipay.trade.query".*\} (\d+)$/gm)
    return Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0)
  }
  const before = await queries()
  const startedAt = performance.now()
  for (let round = 0; round < 10; round++) {
    const openings = Array.from({ length: 20 }, () => open(orderId))
    const syncs = Array.from({ length: 10 }, () => callService(service.url, 'POST', `/payments/${orderId}/check`))
    for (const { status } of await Promise.all(openings)) expect(status).toBe(200)
    for (const { status } of await Promise.all(syncs)) expect(status).toBe(204)
  }
  // One query at once, and a further one for every five seconds that the test takes.
  expect((await queries()) - before).toBeLessThanOrEqual(1 + Math.floor((performance.now() - startedAt) / 5_000))
})

it('quotes an unverified reply in the problem and in the timeline, and does not apply it', async () => {
  const orderId = await service.newOrder()
  await service.open(orderId)
  await service.alipay.control('POST', '/faults', { gateway: 'error', methods: ['alipay.trade.query'] })
  const { status, body } = await open(orderId)
  expect(status).toBe(502)
  expect(body.detail).toContain('could not be verified; it says: 20000 isp.unknow-error 系统繁忙')
  expect(body.unverified).toMatchObject({ code: '20000', subCode: 'isp.unknow-error' })
  await service.syncer.runNow()
  const timeline = () =>
    callService<{ entries: { what: string; detail?: object }[] }>(service.url, 'GET', `/payments/${orderId}/timeline`)
  const quoted = async () => (await timeline()).body.entries.filter(({ what }) => what === 'unverified reply')
  await vi.waitUntil(async () => (await quoted()).length > 0, { timeout: 10_000 })
  expect(await quoted()).toMatchObject([
    { detail: { method: 'alipay.trade.query', unverified: { code: '20000', subCode: 'isp.unknow-error' } } },
  ])
  expect(await service.read(orderId)).toMatchObject({ status: 'EXPECTED', attempts: [{ status: 'OPENED' }] })
})

it('queries Alipay on request, at most once per pause', async () => {
  const orderId = await service.newOrder()
  const sync = () => callService(service.url, 'POST', `/payments/${orderId}/check`)
  expect((await sync()).status).toBe(204)
  await service.alipay.control('POST', '/pay', { url: await service.open(orderId) })
  expect((await sync()).status).toBe(204)
  expect(await service.read(orderId)).toMatchObject({ status: 'PAID' })

  const other = await service.newOrder()
  await service.open(other)
  await service.alipay.control('POST', '/faults', { gateway: 'down' })
  const syncOther = () => callService(service.url, 'POST', `/payments/${other}/check`)
  expect(await syncOther()).toMatchObject({ status: 502, body: { type: '/problems/alipay-failed' } })
  expect((await syncOther()).status).toBe(204)
})

it.each([
  ['an invalid order id', 'ord_1', { as: 'url', returnUrl }],
  ['another form', newOrderId(), { as: 'qr', returnUrl }],
  ['an invalid address', newOrderId(), { as: 'url', returnUrl: 'javascript:alert(1)' }],
])('refuses %s', async (_name, orderId, body) => {
  expect(await open(orderId, body)).toMatchObject({ status: 400, body: { type: '/problems/invalid-request' } })
})

it('refuses a request without the service token', async () => {
  const response = await fetch(`${service.url}/payments/${newOrderId()}`)
  expect(response.status).toBe(401)
})
