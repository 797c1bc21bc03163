import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BillAnswer, type BillClient, createBillClient } from '../alipay/bill-download.ts'
import { readKeys } from '../alipay/keys.ts'
import { silent } from '../test-database.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { newOrderId } from '../test-shop.ts'
import { dateIn } from './day.ts'
import { createReconciler, type Reconciler } from './reconcile.ts'
import { findRunOfDay, type Run, requestDailyRun, requestRun } from './runs.ts'
import { billText, type TestBillLine, writeBillArchive } from './test-bill.ts'

const date = '2026-01-02'
const at = `${date} 11:04:05`

let service: TestService
let server: Server
let dir: string
let billUrl: string
let answer: BillAnswer
let reconciler: Reconciler

beforeAll(async () => {
  service = await startTestService()
  dir = await mkdtemp(join(tmpdir(), 'reconcile-test-'))
  server = createServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: '/bill.zip' }).end()
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '1000' }).write('PK')
      setTimeout(() => response.destroy(), 20)
    } else
      createReadStream(join(dir, 'bill.zip'))
        .on('error', () => response.writeHead(404).end())
        .pipe(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  billUrl = `http://${host}/bill.zip`
  const { appPrivateKey: privateKey, alipayPublicKey } = readKeys({
    ALIPAY_PRIVATE_KEY: service.alipay.appPrivateKey,
    ALIPAY_PUBLIC_KEY: service.alipay.alipayPublicKey,
  })
  const { appId, gatewayUrl: gateway } = service.alipay
  const real = createBillClient({ appId, gateway, privateKey, alipayPublicKey, timeoutMs: 2_000, hosts: [host] })
  // Which bill there is belongs to the test; fetching it is real.
  const bills: BillClient = { ask: async () => answer, download: real.download }
  const { alipayClient: alipay, keepWord, database } = service
  reconciler = createReconciler({
    database,
    bills,
    alipay,
    keepWord,
    schedule() {},
    logger: silent,
    retryPausesMs: [0, 0],
  })
}, 60_000)
afterAll(async () => {
  await reconciler.close()
  server.closeAllConnections()
  server.close()
  await rm(dir, { recursive: true })
  await service.close()
})
beforeEach(() => {
  answer = { outcome: 'ready', url: billUrl, emptyDay: false }
})
afterEach(async () => {
  await service.database.client`
    truncate case_trail, cases, bill_differences, reconciliation_runs, carried_bill_lines, refunds, attempts, payments,
      outbox, notifies`
})

/** An order of ours that was paid then, as the bill would have it. */
async function paidOrder({ fen = 25_800, paidAt = at }: { fen?: number; paidAt?: string } = {}): Promise<TestBillLine> {
  const outTradeNo = newOrderId()
  const { client } = service.database
  await client`
    insert into payments (order_id, customer_id, amount_fen, status, paid_out_trade_no, expires_at)
    values (${outTradeNo}, 'c-1', ${fen}, 'PAID', ${outTradeNo}, now())`
  await client`
    insert into attempts (out_trade_no, order_id, number, status, trade_no, paid_at, paid_fen)
    values (${outTradeNo}, ${outTradeNo}, 1, 'PAID', ${`T${outTradeNo}`}, ${`${paidAt}+08`}, ${fen})`
  return { kind: '交易', outTradeNo, fen, at: paidAt }
}

/** A refund of ours of a paid order, as the bill would have it. */
async function refundOf(
  { outTradeNo }: TestBillLine,
  { fen = 800, status = 'SUCCEEDED' }: { fen?: number; status?: 'SUCCEEDED' | 'FAILED' } = {},
): Promise<TestBillLine> {
  const requestNo = newOrderId().replace('ord_', 'ref_')
  await service.database.client`
    insert into refunds (refund_id, order_id, out_trade_no, amount_fen, status, reason, requested_by, finished_at)
    values (${requestNo}, ${outTradeNo}, ${outTradeNo}, ${fen}, ${status}, 'requested', 'ann', ${`${at}+08`})`
  return { kind: '退款', outTradeNo, requestNo, fen, at }
}

async function reconcile(
  lines: Iterable<TestBillLine>,
  { day = date, stated = {} }: { day?: string; stated?: object } = {},
): Promise<Run> {
  await writeBillArchive(join(dir, 'bill.zip'), billText(lines, stated))
  return runNow(day)
}

async function runNow(day = date): Promise<Run> {
  await requestRun(service.database.db, day, 'ann')
  await reconciler.runDue()
  return (await findRunOfDay(service.database.db, day)) as Run
}

const differences = () => service.database.client`
  select kind, subject, status, bill_fen::integer as bill, our_fen::integer as ours from bill_differences
  order by bill_date, kind, subject`
const cases = () => service.database.client`select kind, status, key, proposed_action as action from cases order by key`

test('a bill that says what our books say differs in nothing, and its run is a record', async () => {
  const [first, second] = [await paidOrder(), await paidOrder({ fen: 100 })]
  const refund = await refundOf(first)
  expect(await reconcile([first, second, refund])).toMatchObject({
    status: 'DONE',
    startedBy: 'ann',
    tries: 1,
    differences: {},
    billPayments: 2,
    billPaymentFen: 25_900,
    billRefunds: 1,
    billRefundFen: 800,
    ourPayments: 2,
    ourPaymentFen: 25_900,
    ourRefunds: 1,
    ourRefundFen: 800,
    repaired: 0,
    carried: 0,
    fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(await cases()).toEqual([])
})

describe('is found, and nothing else:', () => {
  test('a payment that nobody knows', async () => {
    const stranger: TestBillLine = { kind: '交易', outTradeNo: 'STRANGER1', fen: 500, at }
    await reconcile([await paidOrder(), stranger])
    expect(await differences()).toMatchObject([
      { kind: 'payment_missing_here', subject: 'STRANGER1', status: 'OPEN', bill: 500, ours: null },
    ])
    expect(await cases()).toMatchObject([{ kind: 'bill_difference', action: 'none' }])
  })

  test('a payment that the bill does not have', async () => {
    const [there, missing] = [await paidOrder(), await paidOrder()]
    await reconcile([there])
    expect(await differences()).toMatchObject([
      { kind: 'payment_missing_there', subject: missing.outTradeNo, status: 'OPEN', bill: null, ours: 25_800 },
    ])
    expect(await cases()).toMatchObject([{ action: 'query_trade' }])
  })

  test('another amount of a payment, and of a refund', async () => {
    const payment = await paidOrder()
    const refund = await refundOf(payment)
    await reconcile([
      { ...payment, fen: 25_799 },
      { ...refund, fen: 801 },
    ])
    expect(await differences()).toMatchObject([
      { kind: 'amount_differs', subject: payment.outTradeNo, bill: 25_799, ours: 25_800 },
      { kind: 'amount_differs', subject: refund.requestNo, bill: 801, ours: 800 },
    ])
  })

  test('another trade under the number of ours', async () => {
    const payment = await paidOrder()
    await reconcile([{ ...payment, tradeNo: 'ANOTHER' }])
    expect(await differences()).toMatchObject([{ kind: 'trade_differs', subject: payment.outTradeNo }])
  })

  test('a refund that nobody knows, one that the bill does not have, one that failed here and went through there', async () => {
    const payment = await paidOrder()
    const [missing, failed] = [await refundOf(payment), await refundOf(payment, { status: 'FAILED' })]
    const stranger = { ...missing, requestNo: 'HZ01', fen: 3 }
    const nameless = { ...missing, requestNo: '', fen: 4 }
    await reconcile([payment, failed, stranger, nameless])
    expect(await differences()).toMatchObject([
      { kind: 'refund_missing_here', subject: 'HZ01', bill: 3 },
      { kind: 'refund_missing_here', bill: 4 },
      { kind: 'refund_missing_there', subject: missing.requestNo, ours: 800 },
      { kind: 'status_differs', subject: failed.requestNo, bill: 800 },
    ])
    expect(await cases()).toMatchObject([{}, {}, {}, { action: 'retry_refund' }])
  })

  test('a line that is there twice', async () => {
    const payment = await paidOrder()
    await reconcile([payment, payment])
    expect(await differences()).toMatchObject([{ kind: 'duplicate', subject: `payment:${payment.outTradeNo}` }])
  })

  test('a summary that is not the sum of its lines', async () => {
    await reconcile([await paidOrder()], { stated: { stated: { payments: 2, paymentFen: 25_900 } } })
    expect(await differences()).toMatchObject([{ kind: 'totals_differ', bill: 25_900, ours: 25_800 }])
  })
})

describe('a payment there and not here', () => {
  async function paidUnheard(): Promise<TestBillLine> {
    const outTradeNo = await service.newOrder()
    const { tradeNo } = await service.alipay.control<{ tradeNo: string }>('POST', '/pay', {
      url: await service.open(outTradeNo),
    })
    return { kind: '交易', outTradeNo, tradeNo, fen: 25_800, at: `${dateIn(new Date())} 11:00:00` }
  }

  test('is repaired through the path of a notify once Alipay confirms it', async () => {
    const line = await paidUnheard()
    expect(await reconcile([line], { day: dateIn(new Date()) })).toMatchObject({
      repaired: 1,
      ourPayments: 1,
      differences: { payment_missing_here: 1 },
    })
    expect(await service.said(line.outTradeNo)).toMatchObject([
      { type: 'PaymentSucceeded', data: { source: 'reconciliation', tradeNo: line.tradeNo as string } },
    ])
    expect(await differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'REPAIRED' }])
    expect(await cases()).toEqual([])

    expect(await reconcile([line], { day: dateIn(new Date()) })).toMatchObject({ repaired: 0, differences: {} })
    expect(await differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'REPAIRED' }])
    expect(await service.said(line.outTradeNo)).toHaveLength(1)
  })

  test('is no money while Alipay does not confirm it: the bill alone is no proof', async () => {
    const outTradeNo = await service.newOrder()
    await service.open(outTradeNo)
    await reconcile([{ kind: '交易', outTradeNo, fen: 25_800, at }])
    expect(await service.said(outTradeNo)).toEqual([])
    expect(await differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'OPEN' }])
    expect(await cases()).toMatchObject([{ action: 'query_trade' }])
  })

  test('with another amount is a case', async () => {
    const line = await paidUnheard()
    await reconcile([{ ...line, fen: 25_799 }])
    expect(await service.said(line.outTradeNo)).toEqual([])
    expect(await differences()).toMatchObject([{ kind: 'payment_missing_here', status: 'OPEN', ours: 25_800 }])
  })
})

describe('around midnight', () => {
  const late = `${date} 23:59:59`
  const early = '2026-01-03 00:00:00'
  const dayAfter = '2026-01-03'

  test('what is in the neighbouring bill is no difference, whichever day is compared first', async () => {
    const [oursBefore, oursAfter] = [await paidOrder({ paidAt: late }), await paidOrder({ paidAt: early })]
    const middle = await paidOrder()
    expect(await reconcile([middle, oursAfter])).toMatchObject({ carried: 1 })
    expect(await differences()).toMatchObject([{ subject: oursBefore.outTradeNo, status: 'CARRIED' }])
    expect(await cases()).toEqual([])
    expect(await reconcile([oursBefore], { day: dayAfter })).toMatchObject({ differences: {} })
    expect(await differences()).toMatchObject([{ subject: oursBefore.outTradeNo, status: 'SETTLED' }])
    expect(await reconcile([middle, oursAfter])).toMatchObject({ differences: {} })
    expect(await cases()).toEqual([])
  })

  test('what is in neither bill is a case once both were compared', async () => {
    const missing = await paidOrder({ paidAt: late })
    const [middle, next] = [await paidOrder(), await paidOrder({ paidAt: '2026-01-03 12:00:00' })]
    await reconcile([middle])
    expect(await cases()).toEqual([])
    await reconcile([next], { day: dayAfter })
    expect(await differences()).toMatchObject([{ subject: missing.outTradeNo, status: 'OPEN' }])
    expect(await cases()).toHaveLength(1)
  })
})

test('comparing a day again changes nothing', async () => {
  const [there] = [await paidOrder(), await paidOrder()]
  const first = await reconcile([there])
  const [before, casesBefore] = [await service.database.client`select * from bill_differences`, await cases()]
  const second = await reconcile([there])
  expect(await service.database.client`select * from bill_differences`).toEqual(before)
  expect(await cases()).toEqual(casesBefore)
  expect(second).toMatchObject({ status: 'DONE', differences: first.differences })
  expect(second.runId).not.toBe(first.runId)
})

test('a difference that is gone when the day is compared again is settled, and so is its case', async () => {
  const [there, missing] = [await paidOrder(), await paidOrder()]
  await reconcile([there])
  await reconcile([there, missing])
  expect(await differences()).toMatchObject([{ status: 'SETTLED' }])
  expect(await cases()).toMatchObject([{ status: 'RESOLVED' }])
})

test('very many differences open a bounded number of cases, and one that says so', async () => {
  await reconcile(
    Array.from({ length: 300 }, (_, index) => ({ kind: '交易' as const, outTradeNo: `S${index}`, fen: 1, at })),
  )
  expect(await differences()).toHaveLength(300)
  expect(await cases()).toHaveLength(201)
})

describe('a bill that can not be had', () => {
  test.each<[string, () => Promise<unknown> | unknown, string]>([
    ['is not ready', () => (answer = { outcome: 'not_ready', detail: '40004 BILL_NOT_EXIST' }), 'BILL_NOT_EXIST'],
    [
      'lies at another host',
      () => (answer = { ...answer, url: 'http://127.0.0.1:9/bill.zip' } as BillAnswer),
      'BILL_HOSTS',
    ],
    ['is no archive', () => writeFile(join(dir, 'bill.zip'), '<html>busy</html>'), 'no archive'],
    [
      'redirects',
      () => (answer = { ...answer, url: billUrl.replace('bill.zip', 'redirect') } as BillAnswer),
      'redirect',
    ],
    ['breaks off', () => (answer = { ...answer, url: billUrl.replace('bill.zip', 'cut') } as BillAnswer), ''],
    [
      'ends in the middle',
      () => writeBillArchive(join(dir, 'bill.zip'), billText([], { end: false })),
      'ends in the middle',
    ],
    ['is empty though we sold something', () => writeBillArchive(join(dir, 'bill.zip'), billText([])), 'is empty'],
  ])('because it %s is tried again, then a case; a later try settles it', async (_name, breakIt, why) => {
    const payment = await paidOrder()
    await breakIt()
    // All tries are due at once here.
    const run = await runNow()
    expect(run).toMatchObject({ status: 'GAVE_UP', tries: 3 })
    expect(run.why).toContain(why)
    expect(await differences()).toEqual([])
    expect(await cases()).toMatchObject([{ kind: 'bill_unavailable', status: 'OPEN' }])

    answer = { outcome: 'ready', url: billUrl, emptyDay: false }
    expect(await reconcile([payment])).toMatchObject({ status: 'DONE', differences: {} })
    expect(await cases()).toMatchObject([{ status: 'RESOLVED' }])
  })

  test('an empty day of both sides is compared', async () => {
    expect(await reconcile([])).toMatchObject({ status: 'DONE', billPayments: 0, ourPayments: 0 })
  })
})

test('the clock asks for a day once, and only where there was business before its end', async () => {
  const { db } = service.database
  const now = new Date()
  await requestDailyRun(db, { date, end: now })
  expect(await findRunOfDay(db, date)).toBeUndefined()
  const payment = await paidOrder()
  await requestDailyRun(db, { date, end: new Date(Date.now() + 1_000) })
  expect(await findRunOfDay(db, date)).toMatchObject({ status: 'WAITING', startedBy: 'the clock' })
  const done = await reconcile([payment])
  await requestDailyRun(db, { date, end: new Date(Date.now() + 1_000) })
  expect((await findRunOfDay(db, date))?.runId).toBe(done.runId)
})
