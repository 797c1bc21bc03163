import { writeFile } from 'node:fs/promises'
import { databaseNow } from '@alipay-checkout/service-kit/database'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { BillAnswer } from '../alipay/bill-download.ts'
import { silent, untilLockWait } from '../test-database.ts'
import { callService, serviceToken } from '../test-shop.ts'
import { dateIn } from './day.ts'
import { createReconciler } from './reconcile-job.ts'
import { requestRun } from './runs.ts'
import { billText, type TestBillLine, writeBillArchive } from './test-bill.ts'
import { at, date, type ReconciliationTest, startReconciliationTest } from './test-reconciliation.ts'

let test: ReconciliationTest
beforeAll(async () => {
  test = await startReconciliationTest()
}, 60_000)
afterAll(() => test.close())
afterEach(() => test.reset())

const notReady: BillAnswer = { outcome: 'not_ready', detail: '40004 BILL_NOT_EXIST' }

describe('a payment that only the bill has', () => {
  /** Pays an order at Alipay without a notify, and returns its line in the bill. */
  async function payWithoutNotify(): Promise<TestBillLine> {
    const outTradeNo = await test.service.newOrder()
    const { tradeNo } = await test.service.alipay.control<{ tradeNo: string }>('POST', '/pay', {
      url: await test.service.open(outTradeNo),
    })
    return { kind: '交易', outTradeNo, tradeNo, fen: 25_800, at: `${dateIn(new Date())} 11:00:00` }
  }

  it('is recorded once Alipay confirms it', async () => {
    const line = await payWithoutNotify()
    expect(await test.reconcile([line], { day: dateIn(new Date()) })).toMatchObject({
      repaired: 1,
      ledgerPayments: 1,
      differences: { payment_missing_here: 1 },
    })
    expect(await test.service.eventsOf(line.outTradeNo)).toMatchObject([
      { type: 'PaymentSucceeded', data: { source: 'reconciliation', tradeNo: line.tradeNo as string } },
    ])
    expect(await test.differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'REPAIRED' }])
    expect(await test.cases()).toEqual([])

    expect(await test.reconcile([line], { day: dateIn(new Date()) })).toMatchObject({ repaired: 0, differences: {} })
    expect(await test.differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'REPAIRED' }])
    expect(await test.service.eventsOf(line.outTradeNo)).toHaveLength(1)
  })

  it('is not recorded while Alipay does not confirm it, because a bill is not signed', async () => {
    const outTradeNo = await test.service.newOrder()
    await test.service.open(outTradeNo)
    await test.reconcile([{ kind: '交易', outTradeNo, fen: 25_800, at }])
    expect(await test.service.eventsOf(outTradeNo)).toEqual([])
    expect(await test.differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'OPEN' }])
    expect(await test.cases()).toMatchObject([{ action: 'query_trade' }])
    expect(await test.listDifferences()).toMatchObject([{ subject: outTradeNo, method: 'alipay_page' }])
    const [row] = await test.service.database.client`select evidence->>'method' as method from cases`
    expect(row).toEqual({ method: 'alipay_page' })
  })

  it('has a case while the query is unclear, which its repair by a later comparison resolves', async () => {
    const line = await payWithoutNotify()
    const day = dateIn(new Date())
    await test.service.alipay.control('POST', '/faults', { gateway: 'busy', methods: ['alipay.trade.query'] })
    onTestFinished(async () => void (await test.service.alipay.control('DELETE', '/faults')))
    await test.reconcile([line], { day })
    expect(await test.differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'OPEN' }])
    expect(await test.cases()).toMatchObject([{ kind: 'bill_difference', status: 'OPEN' }])
    await test.service.alipay.control('DELETE', '/faults')
    expect(await test.reconcile([line], { day })).toMatchObject({ repaired: 1 })
    expect(await test.differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'REPAIRED' }])
    expect(await test.cases()).toMatchObject([{ kind: 'bill_difference', status: 'RESOLVED' }])
  })

  it('is not recorded with another amount', async () => {
    const line = await payWithoutNotify()
    await test.reconcile([{ ...line, fen: 25_799 }])
    expect(await test.service.eventsOf(line.outTradeNo)).toEqual([])
    expect(await test.differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'OPEN', ours: 25_800 }])
  })
})

it('counts what the ledger gets while the bill is compared', async () => {
  const { client } = test.service.database
  const expected = await test.service.newOrder()
  await test.service.open(expected)
  const refund: TestBillLine = { kind: '退款', outTradeNo: expected, requestNo: 'HZ13', fen: 300, at }
  const { run } = await client.begin(async tx => {
    // The comparison waits for this payment before it announces the refund.
    await tx`select from payments where order_id = ${expected} for update`
    const run = test.reconcile([{ ...refund, tradeNo: 'T13' }])
    await untilLockWait(test.service.database)
    await test.insertPaidOrder({ fen: 700 })
    return { run }
  })
  expect(await run).toMatchObject({ status: 'DONE', ledgerPayments: 1, ledgerPaymentFen: 700 })
})

describe('a bill that cannot be fetched or read', () => {
  it.each<[string, () => Promise<unknown> | unknown, string]>([
    ['is not ready', () => test.setAnswer(notReady), 'BILL_NOT_EXIST'],
    ['is at another host', () => test.setBillUrl('http://127.0.0.1:9/bill.zip'), 'BILL_HOSTS'],
    ['is no archive', () => writeFile(test.billPath, '<html>busy</html>'), 'no archive'],
    ['redirects', () => test.setBillUrl('/redirect'), 'redirect'],
    ['breaks off', () => test.setBillUrl('/cut'), ''],
    ['ends in the middle', () => writeBillArchive(test.billPath, billText([], { end: false })), 'ends in the middle'],
    ['is empty on a day with payments', () => writeBillArchive(test.billPath, billText([])), 'is empty'],
  ])('because it %s is tried again, then gets a case, which a later run resolves', async (_name, breakBill, why) => {
    const payment = await test.insertPaidOrder()
    await breakBill()
    // Makes all three tries, because the pauses between them are 0 here.
    const run = await test.reconcileNow()
    expect(run).toMatchObject({ status: 'GAVE_UP', tries: 3 })
    expect(run.why).toContain(why)
    expect(await test.differences()).toEqual([])
    expect(await test.cases()).toMatchObject([{ kind: 'bill_unavailable', status: 'OPEN' }])

    test.setAnswer()
    expect(await test.reconcile([payment])).toMatchObject({ status: 'DONE', differences: {} })
    expect(await test.cases()).toMatchObject([{ status: 'RESOLVED' }])
  })
})

it('compares an empty bill of a day without payments', async () => {
  expect(await test.reconcile([])).toMatchObject({ status: 'DONE', billPayments: 0, ledgerPayments: 0 })
})

it('compares a day again when a payment of it is recorded later', async () => {
  const notify = async (gmt_payment: string) =>
    test.service.notify(test.service.signedNotify(await test.service.newOrder(), { gmt_payment }))
  await test.reconcile([await test.insertPaidOrder()])
  await notify(at)
  await notify('2026-01-01 11:00:00')
  expect(await test.runAgain()).toMatchObject({ status: 'DONE', startedBy: 'system', ledgerPayments: 2 })
  const days = await test.service.database.client`select distinct bill_date::text as day from reconciliation_runs`
  expect(days).toEqual([{ day: date }])
})

it('compares the oldest day first', async () => {
  const { alipayClient: alipay, recordAlipayResult, database } = test.service
  for (const day of ['2026-01-02', '2026-01-03', '2026-01-01']) await requestRun(database.db, day, 'ann')
  await database.client`
    update reconciliation_runs set next_try_at = now() - make_interval(days => extract(day from bill_date)::integer)`
  const order: string[] = []
  const ordered = createReconciler({
    database,
    bills: {
      async query(day) {
        order.push(day)
        return notReady
      },
      download: async () => ({ sha256: '', bytes: 0 }),
    },
    alipay,
    recordAlipayResult,
    logger: silent,
    retryPausesMs: [],
  })
  await ordered.runNow()
  expect(order).toEqual(['2026-01-01', '2026-01-02', '2026-01-03'])
  await ordered.close()
})

it('refuses to compare a day that is not over, and accepts one that is', async () => {
  const post = async (body: object) => {
    const response = await fetch(`${test.service.url}/reconciliations`, {
      method: 'POST',
      headers: { 'x-service-token': serviceToken, 'x-actor': 'ann', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: await response.json() }
  }
  for (const day of [dateIn(await databaseNow(test.service.database.db)), '2999-01-01']) {
    expect(await post({ date: day })).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request', detail: expect.stringContaining('not over') },
    })
  }
  expect(await test.service.database.client`select from reconciliation_runs`).toHaveLength(0)
  expect(await post({})).toMatchObject({ status: 202, body: { status: 'WAITING' } })
  expect(await post({ date })).toMatchObject({ status: 202, body: { billDate: date } })
})

it.each(['', '/set-aside?rows=odd'])(
  'refuses to show a comparison of a day that does not exist: /reconciliations/2026-02-31%s',
  async path => {
    expect(await callService(test.service.url, 'GET', `/reconciliations/2026-02-31${path}`)).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request', detail: 'There is no day 2026-02-31.' },
    })
  },
)
