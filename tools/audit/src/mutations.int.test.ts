import { ensureTopics, testKafka, testStack, uniqueName } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AuditOptions, type AuditReport, audit } from './audit.ts'
import { promises } from './promises.ts'
import { type TestTrade, withAlipay } from './test-alipay.ts'
import { openTestBooks, orderId, type TestBooks } from './test-books.ts'
import { type Found, mutations } from './test-mutations.ts'

let books: TestBooks

beforeAll(async () => {
  books = await openTestBooks()
  await books.dropConstraints()
})
beforeEach(() => books.reset())
afterAll(() => books?.close())

const run = (more: Partial<AuditOptions> = {}): Promise<AuditReport> =>
  audit({ databases: books.urls, settleSeconds: 60, ...more })

const expected = (found: readonly Found[]) => found.map(one => ({ ...one, what: expect.stringMatching(one.what) }))

describe('every check of the audit finds what it is for, and nothing else', () => {
  it.each(mutations)('$name', async ({ sql, found }) => {
    for (const [name, text] of Object.entries(sql)) await books[name as keyof typeof sql].unsafe(text)
    expect((await run()).breaks).toEqual(expected(found))
  })
})

/** What Alipay's books hold where the shop's are right. */
async function healthyTrades(): Promise<TestTrade[]> {
  const rows = await books.payments<TestTrade[]>`
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
    '13: a trade that is paid at Alipay, and open here',
    trades => trades.set(waiting, { outTradeNo: waiting, tradeNo: 'w', totalFen: 1_000, refunds: [] }),
    { promise: 13, about: waiting, what: /is paid at Alipay, and OPENED here/ },
  ],
  [
    '13: a trade under a number that was never given out',
    trades => trades.set(`${paid}_9`, { outTradeNo: `${paid}_9`, tradeNo: 'w', totalFen: 1_000, refunds: [] }),
    { promise: 13, about: paid, what: /_9 is paid at Alipay, and unknown here/ },
  ],
  [
    '13: a trade of an order that nobody knows',
    trades => trades.set('elsewhere', { outTradeNo: 'elsewhere', tradeNo: 'w', totalFen: 1, refunds: [] }),
    { promise: 13, about: 'elsewhere', what: /order-service does not know it, Alipay does/ },
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
    { promise: 13, about: refunded, what: /ref-.* went back here, and not at Alipay/ },
  ],
  [
    '6: a refund that only Alipay knows of',
    trades => trades.get(paid)!.refunds.push({ requestNo: 'ref-x', amountFen: 1, at: 0 }),
    { promise: 6, about: paid, what: /ref-x went back at Alipay, and is unknown here/ },
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
    { promise: 6, about: refunded, what: /Alipay gave 1600 fen of .* back, and had 1000/ },
    { promise: 6, about: refunded, what: /Alipay paid ref-.* twice/ },
  ],
]

describe('every check against Alipay’s books finds what it is for, and nothing else', () => {
  it('13: books that agree', async () => {
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

it('9: a dead letter is found in Kafka while no case says so', async () => {
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
  // Topics are shared with other tests: only this record is looked at.
  const found = async () => (await run({ kafkaBrokers })).breaks.filter(one => one.about === about)
  expect(await found()).toEqual([
    { promise: 9, about, what: `PaymentSucceeded is parked (${reason}), and no case says so` },
  ])
  const key = `parked_message:${about.replace(' ', ':')}`
  await books.payments`
    insert into cases (case_id, key, kind, summary, evidence, proposed_action, proposed_why)
    values ('case-parked', ${key}, 'parked_message', 'parked', '{}', 'none', 'why')`
  expect(await found()).toEqual([])
})

it('no promise is without a check that was seen to fail', () => {
  const seen = [...mutations.flatMap(({ found }) => found), ...alipayRows.flatMap(([, , ...found]) => found)]
  const numbers = new Set([...seen.map(({ promise }) => String(promise)), '9'])
  expect([...numbers].sort()).toEqual(Object.keys(promises).sort())
})
