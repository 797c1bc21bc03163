import { ensureTopics, testKafka, testStack, uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AuditOptions, type AuditReport, audit } from './audit.ts'
import { promises } from './promises.ts'
import { type TestTrade, withAlipay } from './test-alipay.ts'
import type { Found } from './test-mutation.ts'
import { mutations } from './test-mutations.ts'
import { openTestShop, orderId, type TestShop } from './test-shop.ts'

let shop: TestShop

beforeAll(async () => {
  shop = await openTestShop()
  await shop.dropConstraints()
})
beforeEach(() => shop.reset())
afterAll(() => shop?.close())

const run = (more: Partial<AuditOptions> = {}): Promise<AuditReport> =>
  audit({ databases: shop.urls, settleSeconds: 60, ...more })

const expected = (found: readonly Found[]) => found.map(one => ({ ...one, what: expect.stringMatching(one.what) }))

describe('every check finds its break and no other', () => {
  it.each(mutations)('$name', async ({ sql, found }) => {
    for (const [name, text] of Object.entries(sql)) await shop[name as keyof typeof sql].unsafe(text)
    expect((await run()).breaks).toEqual(expected(found))
  })
})

/** Alipay's trades as the healthy shop has them. */
async function healthyTrades(): Promise<TestTrade[]> {
  const rows = await shop.payments<TestTrade[]>`
    select a.out_trade_no as "outTradeNo", a.trade_no as "tradeNo", a.paid_fen::int as "totalFen",
      coalesce(jsonb_agg(jsonb_build_object('requestNo', r.refund_id, 'amountFen', r.amount_fen, 'at', 0) order by 1)
        filter (where r.status = 'SUCCEEDED'), '[]') as refunds
    from attempts a left join refunds r using (out_trade_no) where a.status = 'PAID' group by 1, 2, 3`
  return rows.map(row => ({ ...row }))
}

const paid = orderId('paid')
const refunded = orderId('refunded')
const waiting = orderId('waiting')
const [part, rest] = [`ref-${refunded}-0`, `ref-${refunded}-1`]

type AlipayRow = [name: string, change: (trades: Map<string, TestTrade>) => unknown, ...found: Found[]]

const alipayRows: AlipayRow[] = [
  [
    '13: a trade that is paid at Alipay and open here',
    trades => trades.set(waiting, { outTradeNo: waiting, tradeNo: 'w', totalFen: 1_000, refunds: [] }),
    { promise: 13, about: waiting, what: /is paid at Alipay, and OPENED here/ },
  ],
  [
    '13: a trade under a number that was never given out',
    trades => trades.set(`${paid}_9`, { outTradeNo: `${paid}_9`, tradeNo: 'w', totalFen: 1_000, refunds: [] }),
    { promise: 13, about: paid, what: /_9 is paid at Alipay, and unknown here/ },
  ],
  [
    '13: a trade of an unknown order',
    trades => trades.set('elsewhere', { outTradeNo: 'elsewhere', tradeNo: 'w', totalFen: 1, refunds: [] }),
    { promise: 13, about: 'elsewhere', what: /order-service does not have it, Alipay does/ },
  ],
  [
    '13: a trade that is paid here, and not at Alipay',
    trades => trades.delete(paid),
    { promise: 13, about: paid, what: /is paid here, and not at Alipay/ },
  ],
  [
    '13: a trade of another amount',
    trades => Object.assign(trades.get(paid)!, { totalFen: 999 }),
    { promise: 13, about: paid, what: /is 999 fen at Alipay, and 1000 here/ },
  ],
  [
    '13: another trade under the same number',
    trades => Object.assign(trades.get(paid)!, { tradeNo: 'other' }),
    { promise: 13, about: paid, what: /is trade other at Alipay, and trade-.* here/ },
  ],
  [
    '13: a refund that never reached Alipay',
    trades => trades.get(refunded)!.refunds.pop(),
    { promise: 13, about: refunded, what: /ref-.* was refunded here, and not at Alipay/ },
  ],
  [
    '6: a refund that only Alipay has',
    trades => trades.get(paid)!.refunds.push({ requestNo: 'ref-x', amountFen: 1, at: 0 }),
    { promise: 6, about: paid, what: /ref-x was refunded at Alipay, and is unknown here/ },
  ],
  [
    '6: a refund of another amount',
    trades =>
      Object.assign(trades.get(refunded)!.refunds.find(({ requestNo }) => requestNo === part)!, { amountFen: 1 }),
    { promise: 6, about: refunded, what: /is 1 fen at Alipay, and 400 here/ },
  ],
  [
    '6: a refund that Alipay paid twice',
    trades => trades.get(refunded)!.refunds.push({ requestNo: rest, amountFen: 600, at: 0 }),
    { promise: 6, about: refunded, what: /Alipay refunded 1600 fen of .*, which was paid 1000/ },
    { promise: 6, about: refunded, what: /Alipay refunded ref-.* twice/ },
  ],
]

describe('every check against Alipay’s ledger finds its break and no other', () => {
  it('13: finds nothing where the ledgers agree', async () => {
    const report = await withAlipay(await healthyTrades(), simulatorUrl => run({ simulatorUrl }))
    expect(report).toEqual({ orders: 8, moving: 0, alipay: 'compared', counts: {}, breaks: [] })
  })

  it.each(alipayRows)('%s', async (_name, change, ...found) => {
    const trades = new Map((await healthyTrades()).map(trade => [trade.outTradeNo, trade]))
    change(trades)
    const { breaks } = await withAlipay([...trades.values()], simulatorUrl => run({ simulatorUrl }))
    expect(breaks).toEqual(expected(found))
  })
})

it('9: finds a dead letter without a case in Kafka', async () => {
  const { kafkaBrokers } = await testStack()
  await ensureTopics()
  const producer = testKafka(kafkaBrokers).producer()
  await producer.connect()
  const reason = uniqueName('reason')
  const headers = { dlq_reason: reason, dlq_topic: 'payment.events', dlq_at: '2026-01-02T03:04:05.000Z' }
  const [sent] = await producer.send({
    topic: 'order-service.dlq',
    messages: [{ key: paid, value: '{}', headers: { ...headers, ce_type: 'PaymentSucceeded' } }],
  })
  await producer.disconnect()
  const about = `order-service ${sent?.partition}/${sent?.baseOffset}`
  // Only this record counts, because other tests share the topics.
  const found = async () => (await run({ kafka: { brokers: kafkaBrokers } })).breaks.filter(one => one.about === about)
  expect(await found()).toEqual([
    { promise: 9, about, what: `PaymentSucceeded was dead-lettered (${reason}) without a case` },
  ])
  const key = `parked_message:${about.replace(' ', ':')}`
  await shop.payments`
    insert into cases (case_id, key, kind, summary, evidence, proposed_action, proposed_why)
    values ('case-dead-letter', ${key}, 'parked_message', 'dead-lettered', '{}', 'none', 'why')`
  expect(await found()).toEqual([])
})

it('has a mutation for each promise that the data can show', () => {
  const seen = [...mutations.flatMap(({ found }) => found), ...alipayRows.flatMap(([, , ...found]) => found)]
  const numbers = new Set([...seen.map(({ promise }) => String(promise)), '9'])
  // The others are about moments and leave no trace in the data.
  const notInData = ['11', '14', '15', '16']
  expect([...numbers, ...notInData].sort()).toEqual(Object.keys(promises).sort())
})
