import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newOrderId } from '../test-shop.ts'
import { billText, type TestBillLine, writeBillArchive } from './test-bill.ts'
import { at, date, type ReconciliationTest, startReconciliationTest } from './test-reconciliation.ts'

let test: ReconciliationTest
beforeAll(async () => {
  test = await startReconciliationTest()
}, 60_000)
afterAll(() => test.close())
afterEach(() => test.reset())

it('finds no differences in a bill that agrees with the ledger, and stores the run', async () => {
  const [first, second] = [await test.insertPaidOrder(), await test.insertPaidOrder({ fen: 100 })]
  const refund = await test.insertRefund(first)
  expect(await test.reconcile([first, second, refund])).toMatchObject({
    status: 'DONE',
    startedBy: 'ann',
    tries: 1,
    differences: {},
    billPayments: 2,
    billPaymentFen: 25_900,
    billRefunds: 1,
    billRefundFen: 800,
    ledgerPayments: 2,
    ledgerPaymentFen: 25_900,
    ledgerRefunds: 1,
    ledgerRefundFen: 800,
    repaired: 0,
    carried: 0,
    fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(await test.cases()).toEqual([])
})

describe('finds only', () => {
  it('a payment of the bill whose number has this system’s format but no order', async () => {
    const stranger: TestBillLine = { kind: '交易', outTradeNo: newOrderId(), fen: 500, at }
    await test.reconcile([await test.insertPaidOrder(), stranger])
    expect(await test.differences()).toMatchObject([
      { kind: 'payment_missing_here', subject: stranger.outTradeNo, status: 'OPEN', bill: 500, ours: null },
    ])
    expect(await test.cases()).toMatchObject([{ kind: 'bill_difference', action: 'none' }])
  })

  it('a payment that the bill lacks', async () => {
    const [there, missing] = [await test.insertPaidOrder(), await test.insertPaidOrder()]
    await test.reconcile([there])
    expect(await test.differences()).toMatchObject([
      { kind: 'payment_missing_there', subject: missing.outTradeNo, status: 'OPEN', bill: null, ours: 25_800 },
    ])
    expect(await test.cases()).toMatchObject([{ action: 'query_trade' }])
  })

  it('payments and refunds whose amounts differ', async () => {
    const payment = await test.insertPaidOrder()
    const refund = await test.insertRefund(payment)
    await test.reconcile([
      { ...payment, fen: 25_799 },
      { ...refund, fen: 801 },
    ])
    expect(await test.differences()).toMatchObject([
      { kind: 'amount_differs', subject: payment.outTradeNo, bill: 25_799, ours: 25_800 },
      { kind: 'amount_differs', subject: refund.requestNo, bill: 801, ours: 800 },
    ])
  })

  it('another trade under the number of a payment', async () => {
    const payment = await test.insertPaidOrder()
    await test.reconcile([{ ...payment, tradeNo: 'ANOTHER' }])
    expect(await test.differences()).toMatchObject([{ kind: 'trade_differs', subject: payment.outTradeNo }])
  })

  it('refunds that one side lacks, and a failed refund that succeeded at Alipay', async () => {
    const payment = await test.insertPaidOrder()
    const [missing, failed] = [await test.insertRefund(payment), await test.insertRefund(payment, { status: 'FAILED' })]
    const stranger = { ...missing, requestNo: 'HZ01', fen: 3 }
    const nameless = { ...missing, requestNo: '', fen: 4 }
    await test.reconcile([payment, failed, stranger, nameless])
    expect(await test.differences()).toMatchObject([
      { kind: 'refund_missing_here', subject: 'HZ01', bill: 3 },
      { kind: 'refund_missing_here', bill: 4 },
      { kind: 'refund_missing_there', subject: missing.requestNo, ours: 800 },
      { kind: 'status_differs', subject: failed.requestNo, bill: 800 },
    ])
    const byAction = (await test.cases()).map(({ kind, action }) => `${kind} ${action}`)
    expect(byAction.sort()).toEqual([
      'bill_difference none',
      'bill_difference retry_refund',
      'outside_refund book_outside_refund',
      'outside_refund book_outside_refund',
    ])
    const detected = (await test.service.eventsOf(payment.outTradeNo)).filter(
      ({ type }) => type === 'OutsideRefundDetected',
    )
    expect(detected).toMatchObject([
      { data: { requestNo: 'HZ01', refundedFen: 3, source: 'bill' } },
      { data: { requestNo: null, refundedFen: 4, source: 'bill' } },
    ])
  })

  it('a repeated line', async () => {
    const payment = await test.insertPaidOrder()
    await test.reconcile([payment, payment])
    expect(await test.differences()).toMatchObject([{ kind: 'duplicate', subject: `payment:${payment.outTradeNo}` }])
  })

  it('a summary that differs from its lines', async () => {
    await test.reconcile([await test.insertPaidOrder()], { stated: { payments: 2, paymentFen: 25_900 } })
    expect(await test.differences()).toMatchObject([{ kind: 'totals_differ', bill: 25_900, ours: 25_800 }])
  })
})

describe('around midnight', () => {
  const late = `${date} 23:59:59`
  const early = '2026-01-03 00:00:00'
  const dayAfter = '2026-01-03'

  it('finds no difference where the neighbouring bill has the payment, whichever day is compared first', async () => {
    const [oursBefore, oursAfter] = [
      await test.insertPaidOrder({ paidAt: late }),
      await test.insertPaidOrder({ paidAt: early }),
    ]
    const middle = await test.insertPaidOrder()
    expect(await test.reconcile([middle, oursAfter])).toMatchObject({ carried: 1 })
    expect(await test.differences()).toMatchObject([{ subject: oursBefore.outTradeNo, status: 'CARRIED' }])
    expect(await test.cases()).toEqual([])
    expect(await test.reconcile([oursBefore], { day: dayAfter })).toMatchObject({ differences: {} })
    expect(await test.differences()).toMatchObject([{ subject: oursBefore.outTradeNo, status: 'SETTLED' }])
    expect(await test.reconcile([middle, oursAfter])).toMatchObject({ differences: {} })
    expect(await test.cases()).toEqual([])
  })

  it('opens a case for a payment that neither bill has, once both are compared', async () => {
    const missing = await test.insertPaidOrder({ paidAt: late })
    const [middle, next] = [await test.insertPaidOrder(), await test.insertPaidOrder({ paidAt: '2026-01-03 12:00:00' })]
    await test.reconcile([middle])
    expect(await test.cases()).toEqual([])
    await test.reconcile([next], { day: dayAfter })
    expect(await test.differences()).toMatchObject([{ subject: missing.outTradeNo, status: 'OPEN' }])
    expect(await test.cases()).toHaveLength(1)
  })
})

it('changes nothing when a day is compared again', async () => {
  const [there] = [await test.insertPaidOrder(), await test.insertPaidOrder()]
  const first = await test.reconcile([there])
  const [before, casesBefore] = [await test.service.database.client`select * from bill_differences`, await test.cases()]
  const second = await test.reconcile([there])
  expect(await test.service.database.client`select * from bill_differences`).toEqual(before)
  expect(await test.cases()).toEqual(casesBefore)
  expect(second).toMatchObject({ status: 'DONE', differences: first.differences })
  expect(second.runId).not.toBe(first.runId)
})

it('settles a difference and its case when a later comparison no longer finds it', async () => {
  const [there, missing] = [await test.insertPaidOrder(), await test.insertPaidOrder()]
  await test.reconcile([there])
  await test.reconcile([there, missing])
  expect(await test.differences()).toMatchObject([{ status: 'SETTLED' }])
  expect(await test.cases()).toMatchObject([{ status: 'RESOLVED' }])
})

it('opens a case for each of very many differences, and lists all of them', async () => {
  const strangers = Array.from({ length: 1_101 }, () => newOrderId())
  await test.reconcile(strangers.map(outTradeNo => ({ kind: '交易', outTradeNo, fen: 1, at }) as const))
  expect(await test.differences()).toHaveLength(1_101)
  expect(await test.cases()).toHaveLength(1_101)
  expect((await test.listDifferences()).map(({ subject }) => subject).sort()).toEqual(strangers.sort())
})

describe('rows of other trades on the same account', () => {
  const foreignRows = Array.from({ length: 550 }, (_, index): TestBillLine[] => [
    { kind: '交易', outTradeNo: `POS${index}`, fen: 1_000, at },
    ...(index % 10 === 0
      ? [{ kind: '退款' as const, outTradeNo: `POS${index}`, requestNo: `R${index}`, fen: 100, at }]
      : []),
  ]).flat()

  it('are counted, summed and listed, open no case, and hide no difference', async () => {
    const [there, missing] = [await test.insertPaidOrder(), await test.insertPaidOrder()]
    const unknown: TestBillLine = { kind: '交易', outTradeNo: `${newOrderId()}_2`, fen: 5, at }
    const refund = { ...(await test.insertRefund(there)), fen: 801 }
    const run = await test.reconcile([...foreignRows, there, unknown, refund])
    expect(run).toMatchObject({
      status: 'DONE',
      foreignPayments: 550,
      foreignPaymentFen: 550_000,
      foreignRefunds: 55,
      foreignRefundFen: 5_500,
      oddRows: 0,
      billPayments: 2,
      billPaymentFen: 25_805,
      differences: { amount_differs: 1, payment_missing_here: 1, payment_missing_there: 1 },
    })
    const subjects = [refund.requestNo, unknown.outTradeNo, missing.outTradeNo]
    expect((await test.differences()).map(({ subject }) => subject)).toEqual(subjects)
    expect(await test.cases()).toHaveLength(3)
    const listed = await test.listSetAside('foreign')
    expect(listed).toHaveLength(605)
    expect(new Set(listed.map(({ outTradeNo }) => outTradeNo)).size).toBe(550)

    // The next comparison has fewer of them and lists only those.
    await test.reconcile([...foreignRows.slice(0, 2), there, unknown, refund])
    expect(await test.listSetAside('foreign')).toHaveLength(2)
  })

  it('are compared if any of their numbers is in the ledger', async () => {
    const payment = await test.insertPaidOrder()
    const underOtherNumber: TestBillLine = { ...payment, outTradeNo: 'POS1', tradeNo: `T${payment.outTradeNo}` }
    const refundOfOther = { ...(await test.insertRefund(payment)), outTradeNo: 'POS2', tradeNo: 'TPOS2' }
    expect(await test.reconcile([payment, underOtherNumber, refundOfOther])).toMatchObject({
      foreignPayments: 0,
      foreignRefunds: 0,
      differences: { payment_missing_here: 1, trade_differs: 1 },
    })
  })

  it('and odd rows do not fail the run, and a total that differs is still found', async () => {
    const payment = await test.insertPaidOrder()
    const text = [
      ...billText([payment, ...foreignRows.slice(0, 3), { kind: '交易', outTradeNo: 'ODD1', fen: 77_700, at }]),
    ]
    const odd = text.map(line => line.replace('ODD1\t,交易', '\t,交易').replaceAll('777.00', '七百'))
    await writeBillArchive(test.billPath, odd)
    expect(await test.reconcileNow()).toMatchObject({ status: 'DONE', oddRows: 1, differences: { totals_differ: 1 } })
    expect(await test.listSetAside('odd')).toMatchObject([{ reason: expect.stringContaining('merchant number') }])
  })
})
