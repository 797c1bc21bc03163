import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { lockPaidTrade } from '../refunds/paid-trade-store.ts'
import { deleteRows } from '../test-database.ts'
import { serviceToken } from '../test-shop.ts'
import { dateIn } from './day.ts'
import type { TestBillLine } from './test-bill.ts'
import { at, type ReconciliationTest, startReconciliationTest } from './test-reconciliation.ts'

let test: ReconciliationTest
beforeAll(async () => {
  test = await startReconciliationTest()
}, 60_000)
afterAll(() => test.close())
afterEach(() => test.reset())

describe('a refund made in Alipay’s console', () => {
  const refundInConsole = (payment: TestBillLine, requestNo: string, fen = 300): TestBillLine => ({
    kind: '退款',
    outTradeNo: payment.outTradeNo,
    requestNo,
    fen,
    at,
  })

  /** Approves booking the refund of the only case. */
  async function book(): Promise<{ status: string }> {
    const [{ case_id: caseId } = { case_id: '' }] = await test.cases()
    const response = await fetch(`${test.service.url}/cases/${caseId}/resolve`, {
      method: 'POST',
      headers: { 'x-service-token': serviceToken, 'x-actor': 'ann', 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'book_outside_refund', note: 'seen', preview: false }),
    })
    return (await response.json()) as { status: string }
  }

  it('has one case for its notify and its bill, and no difference once it is booked', async () => {
    const outTradeNo = await test.service.newOrder()
    const { tradeNo } = await test.service.alipay.control<{ tradeNo: string }>('POST', '/pay', {
      url: await test.service.open(outTradeNo),
    })
    await test.service.notify(test.service.signedNotify(outTradeNo, { trade_no: tradeNo, gmt_payment: at }))
    await test.service.alipay.control('POST', '/refund', { outTradeNo, amount: '3.00', outRequestNo: 'HZ7' })
    const notice = { trade_no: tradeNo, notify_id: 'refund7', refund_fee: '3.00', gmt_refund: at, out_biz_no: 'HZ7' }
    await test.service.notify(test.service.signedNotify(outTradeNo, notice))
    const payment: TestBillLine = { kind: '交易', outTradeNo, tradeNo, fen: 25_800, at }
    await test.reconcile([payment, refundInConsole(payment, 'HZ7')])
    expect(await test.cases()).toMatchObject([{ kind: 'outside_refund', status: 'OPEN' }])
    expect((await test.service.eventsOf(outTradeNo)).map(({ type }) => type)).toEqual([
      'PaymentSucceeded',
      'OutsideRefundDetected',
    ])

    expect((await book()).status).toBe('RESOLVED')
    expect(await test.differences()).toMatchObject([{ kind: 'refund_missing_here', status: 'SETTLED' }])
    // The simulator's time of the refund is today, so the bill's day has no refund in the ledger.
    expect(await test.reconcile([payment, refundInConsole(payment, 'HZ7')])).toMatchObject({
      status: 'DONE',
      differences: {},
    })
    expect(await test.cases()).toMatchObject([{ status: 'RESOLVED' }])
  })

  it('that is booked after the comparison of its day is counted by another one', async () => {
    const outTradeNo = await test.service.newOrder()
    const { tradeNo } = await test.service.alipay.control<{ tradeNo: string }>('POST', '/pay', {
      url: await test.service.open(outTradeNo),
    })
    await test.service.notify(test.service.signedNotify(outTradeNo, { trade_no: tradeNo, gmt_payment: at }))
    await test.service.alipay.control('POST', '/refund', { outTradeNo, amount: '3.00', outRequestNo: 'HZ9' })
    const refund = { ...refundInConsole({ kind: '交易', outTradeNo, fen: 25_800, at }, 'HZ9'), tradeNo }
    // The simulator's time of the refund is now.
    const day = dateIn(new Date())
    expect(await test.reconcile([refund], { day })).toMatchObject({ status: 'DONE', ledgerRefundFen: 0 })
    expect((await book()).status).toBe('RESOLVED')
    expect(await test.runAgain(day)).toMatchObject({ status: 'DONE', startedBy: 'system', ledgerRefundFen: 300 })
  })

  it('is announced also where Alipay does not confirm its payment yet', async () => {
    const outTradeNo = await test.service.newOrder()
    await test.service.open(outTradeNo)
    const payment: TestBillLine = { kind: '交易', outTradeNo, tradeNo: 'T1', fen: 25_800, at }
    const refund = { ...refundInConsole(payment, 'HZ8'), tradeNo: 'T1' }
    for (let n = 0; n < 2; n++) await test.reconcile([payment, refund])
    expect((await test.cases()).map(({ kind }) => kind).sort()).toEqual(['bill_difference', 'outside_refund'])
    expect(await test.service.eventsOf(outTradeNo)).toMatchObject([
      {
        type: 'OutsideRefundDetected',
        data: { outTradeNo, tradeNo: 'T1', requestNo: 'HZ8', refundedFen: 300, paidFen: 25_800, source: 'bill' },
      },
    ])
  })

  it('is not announced for an order that another attempt has paid, nor one of another amount', async () => {
    const { client } = test.service.database
    const paid = await test.insertPaidOrder()
    await client`
      insert into attempts (out_trade_no, order_id, number, status)
      values (${`${paid.outTradeNo}_2`}, ${paid.outTradeNo}, 2, 'CLOSED')`
    const other = { ...paid, outTradeNo: `${paid.outTradeNo}_2`, tradeNo: 'T2' }

    const expected = await test.service.newOrder()
    await test.service.open(expected)
    const wrong = { trade_no: 'T3', total_amount: '1.00', gmt_payment: at }
    await test.service.notify(test.service.signedNotify(expected, wrong))
    const mismatch: TestBillLine = { kind: '交易', outTradeNo: expected, tradeNo: 'T3', fen: 100, at }

    const refunds = [
      { ...refundInConsole(other, 'HZ11'), tradeNo: 'T2' },
      { ...refundInConsole(mismatch, 'HZ12', 100), tradeNo: 'T3' },
    ]
    const run = await test.reconcile([paid, other, mismatch, ...refunds])
    expect(run).toMatchObject({ status: 'DONE', differences: { refund_missing_here: 2 } })
    expect(await test.service.eventsOf(paid.outTradeNo)).toEqual([])
    expect(await test.service.eventsOf(expected)).toEqual([])
  })

  it('is announced for an order whose other amount was accepted', async () => {
    const paid = await test.insertPaidOrder()
    const mismatch = { trade_no: 'T4', notify_id: 'n4', total_amount: '1.00', gmt_payment: at }
    await test.service.notify(test.service.signedNotify(paid.outTradeNo, mismatch))
    expect(await test.cases()).toMatchObject([{ kind: 'amount_mismatch' }])
    await test.reconcile([paid, { ...refundInConsole(paid, 'HZ14'), tradeNo: `T${paid.outTradeNo}` }])
    expect((await test.service.eventsOf(paid.outTradeNo)).map(({ type }) => type)).toEqual(['OutsideRefundDetected'])
  })

  it('with a case is compared while a booking holds the lock of its trade', async () => {
    const payment = await test.insertPaidOrder()
    const { outTradeNo } = payment
    await test.reconcile([payment, refundInConsole(payment, 'HZ7')])
    const run = await test.service.database.db.transaction(async tx => {
      await lockPaidTrade(tx, { orderId: outTradeNo, outTradeNo })
      return test.reconcile([payment, refundInConsole(payment, 'HZ7')])
    })
    expect(run).toMatchObject({ status: 'DONE', differences: { refund_missing_here: 1 } })
  })

  it('without a number in the bill has its trade’s, and is no difference once it is booked', async () => {
    const outTradeNo = await test.service.newOrder()
    const { tradeNo } = await test.service.alipay.control<{ tradeNo: string }>('POST', '/pay', {
      url: await test.service.open(outTradeNo),
    })
    await test.service.notify(test.service.signedNotify(outTradeNo, { trade_no: tradeNo, gmt_payment: at }))
    await test.service.alipay.control('POST', '/faults', { notify: 'drop' })
    await test.service.alipay.control('POST', '/refund', { outTradeNo, amount: '3.00', outRequestNo: outTradeNo })
    await test.service.alipay.control('DELETE', '/faults')
    const payment: TestBillLine = { kind: '交易', outTradeNo, tradeNo, fen: 25_800, at }
    const bill = [payment, refundInConsole(payment, '')]
    await test.reconcile(bill)
    expect(await test.cases()).toMatchObject([{ kind: 'outside_refund', status: 'OPEN' }])
    expect((await book()).status).toBe('RESOLVED')
    expect(await test.differences()).toMatchObject([{ kind: 'refund_missing_here', status: 'SETTLED' }])
    // Moves the refund to the bill's day.
    await test.service.database.client`update refunds set finished_at = ${`${at}+08`}`
    expect(await test.reconcile(bill)).toMatchObject({ status: 'DONE', differences: {} })
    expect(await test.cases()).toMatchObject([{ status: 'RESOLVED' }])
  })

  it('whose difference was stored without a number keeps its case', async () => {
    const payment = await test.insertPaidOrder()
    await test.reconcile([payment, refundInConsole(payment, 'HZ8')])
    await deleteRows(test.service.database, ['case_trail', 'cases'])
    await test.service.database.client`update bill_differences set request_no = null`
    await test.reconcile([payment, refundInConsole(payment, 'HZ8')])
    expect(await test.cases()).toMatchObject([{ key: `outside_refund:${payment.outTradeNo}:HZ8` }])
  })

  it('is distinguished from a refund of another trade with the same number', async () => {
    const [first, second] = [await test.insertPaidOrder(), await test.insertPaidOrder()]
    const run = await test.reconcile([first, second, refundInConsole(first, '1'), refundInConsole(second, '1')])
    expect(run).toMatchObject({ differences: { refund_missing_here: 2 } })
    expect(await test.cases()).toHaveLength(2)
  })
})
