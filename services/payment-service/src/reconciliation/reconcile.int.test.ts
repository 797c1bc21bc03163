import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type BillAnswer, type BillClient, createBillClient } from '../alipay/bill-download.ts'
import { readKeys } from '../alipay/keys.ts'
import { lockPaidTrade } from '../refunds/paid-trade-store.ts'
import { silent } from '../test-database.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { callService, newOrderId, serviceToken } from '../test-shop.ts'
import { dateIn } from './day.ts'
import { createReconciler } from './reconcile-job.ts'
import { findRunOfDay, type Run, requestDailyRuns, requestRun } from './runs.ts'
import { billText, type TestBillLine, writeBillArchive } from './test-bill.ts'

const date = '2026-01-02'
const at = `${date} 11:04:05`

let service: TestService
let server: Server
let dir: string
let billUrl: string
let answer: BillAnswer
let reconciler: DueWorker

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
  const { alipayClient: alipay, recordAlipayResult, database } = service
  reconciler = createReconciler({
    database,
    bills,
    alipay,
    recordAlipayResult,
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
    truncate case_trail, cases, bill_differences, reconciliation_runs, carried_bill_lines, set_aside_bill_rows, refunds, attempts, payments,
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
  await reconciler.runNow()
  return (await findRunOfDay(service.database.db, day)) as Run
}

const differences = () => service.database.client`
  select kind, subject, status, bill_fen::integer as bill, ledger_fen::integer as ours from bill_differences
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
    ledgerPayments: 2,
    ledgerPaymentFen: 25_900,
    ledgerRefunds: 1,
    ledgerRefundFen: 800,
    repaired: 0,
    carried: 0,
    fileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(await cases()).toEqual([])
})

describe('is found, and nothing else:', () => {
  test('a payment under a number that looks like ours, and is nobody’s', async () => {
    const stranger: TestBillLine = { kind: '交易', outTradeNo: newOrderId(), fen: 500, at }
    await reconcile([await paidOrder(), stranger])
    expect(await differences()).toMatchObject([
      { kind: 'payment_missing_here', subject: stranger.outTradeNo, status: 'OPEN', bill: 500, ours: null },
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
    const byAction = (await cases()).map(({ kind, action }) => `${kind} ${action}`)
    expect(byAction.sort()).toEqual([
      'bill_difference none',
      'bill_difference retry_refund',
      'outside_refund book_outside_refund',
      'outside_refund book_outside_refund',
    ])
    const said = (await service.said(payment.outTradeNo)).filter(({ type }) => type === 'OutsideRefundDetected')
    expect(said).toMatchObject([
      { data: { requestNo: 'HZ01', refundedFen: 3, source: 'bill' } },
      { data: { requestNo: null, refundedFen: 4, source: 'bill' } },
    ])
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
      ledgerPayments: 1,
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

test('very many differences have a case each, and none is cut off', async () => {
  const strangers = Array.from({ length: 1_101 }, () => newOrderId())
  await reconcile(strangers.map(outTradeNo => ({ kind: '交易', outTradeNo, fen: 1, at }) as const))
  expect(await differences()).toHaveLength(1_101)
  expect(await cases()).toHaveLength(1_101)
  const found: string[] = []
  for (let offset: number | null = 0; offset !== null; ) {
    const { body }: { body: { differences: { subject: string }[]; nextOffset: number | null } } = await callService(
      service.url,
      'GET',
      `/reconciliations/${date}?offset=${offset}`,
    )
    found.push(...body.differences.map(({ subject }) => subject))
    offset = body.nextOffset
  }
  expect(found.sort()).toEqual(strangers.sort())
})

describe('rows of other trades on the same account', () => {
  const foreignRows = Array.from({ length: 550 }, (_, index): TestBillLine[] => [
    { kind: '交易', outTradeNo: `POS${index}`, fen: 1_000, at },
    ...(index % 10 === 0
      ? [{ kind: '退款' as const, outTradeNo: `POS${index}`, requestNo: `R${index}`, fen: 100, at }]
      : []),
  ]).flat()

  async function setAside(rows: 'foreign' | 'odd') {
    const all: { line: number; outTradeNo: string; reason: string | null }[] = []
    for (let after: number | null = 0; after !== null; ) {
      const { body }: { body: { items: typeof all; nextAfter: number | null } } = await callService(
        service.url,
        'GET',
        `/reconciliations/${date}/set-aside?rows=${rows}&after=${after}`,
      )
      all.push(...body.items)
      after = body.nextAfter
    }
    return all
  }

  test('are counted, summed and listed, open no case, and hide none of our differences', async () => {
    const [there, missing] = [await paidOrder(), await paidOrder()]
    const unknown: TestBillLine = { kind: '交易', outTradeNo: `${newOrderId()}_2`, fen: 5, at }
    const refund = { ...(await refundOf(there)), fen: 801 }
    const run = await reconcile([...foreignRows, there, unknown, refund])
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
    expect((await differences()).map(({ subject }) => subject)).toEqual(subjects)
    expect(await cases()).toHaveLength(3)
    const listed = await setAside('foreign')
    expect(listed).toHaveLength(605)
    expect(new Set(listed.map(({ outTradeNo }) => outTradeNo)).size).toBe(550)

    // Compared again, with fewer of them: only those are listed.
    await reconcile([...foreignRows.slice(0, 2), there, unknown, refund])
    expect(await setAside('foreign')).toHaveLength(2)
  })

  test('are ours if any of their numbers is one of ours', async () => {
    const payment = await paidOrder()
    const underOtherNumber: TestBillLine = { ...payment, outTradeNo: 'POS1', tradeNo: `T${payment.outTradeNo}` }
    const refundOfOther = { ...(await refundOf(payment)), outTradeNo: 'POS2', tradeNo: 'TPOS2' }
    expect(await reconcile([payment, underOtherNumber, refundOfOther])).toMatchObject({
      foreignPayments: 0,
      foreignRefunds: 0,
      differences: { payment_missing_here: 1, trade_differs: 1 },
    })
  })

  test('and odd rows do not fail the day; a total that differs still shows', async () => {
    const payment = await paidOrder()
    const text = [
      ...billText([payment, ...foreignRows.slice(0, 3), { kind: '交易', outTradeNo: 'ODD1', fen: 77_700, at }]),
    ]
    const odd = text.map(line => line.replace('ODD1\t,交易', '\t,交易').replaceAll('777.00', '七百'))
    await writeBillArchive(join(dir, 'bill.zip'), odd)
    expect(await runNow()).toMatchObject({ status: 'DONE', oddRows: 1, differences: { totals_differ: 1 } })
    expect(await setAside('odd')).toMatchObject([{ reason: expect.stringContaining('merchant number') }])
  })
})

describe('a refund made in Alipay’s console', () => {
  const console = (payment: TestBillLine, requestNo: string, fen = 300): TestBillLine => ({
    kind: '退款',
    outTradeNo: payment.outTradeNo,
    requestNo,
    fen,
    at,
  })

  async function bookIt(caseId: string): Promise<{ status: string }> {
    const response = await fetch(`${service.url}/cases/${caseId}/resolve`, {
      method: 'POST',
      headers: { 'x-service-token': serviceToken, 'x-actor': 'ann', 'content-type': 'application/json' },
      body: JSON.stringify({ action: 'book_outside_refund', note: 'seen', preview: false }),
    })
    return (await response.json()) as { status: string }
  }

  test('that a notify has told of is the same matter in the bill, and none once it is booked', async () => {
    const { outTradeNo } = await service.newOrder().then(id => ({ outTradeNo: id }))
    const { tradeNo } = await service.alipay.control<{ tradeNo: string }>('POST', '/pay', {
      url: await service.open(outTradeNo),
    })
    await service.notify(service.signedNotify(outTradeNo, { trade_no: tradeNo, gmt_payment: at }))
    await service.alipay.control('POST', '/refund', { outTradeNo, amount: '3.00', outRequestNo: 'HZ7' })
    const notice = { trade_no: tradeNo, notify_id: 'refund7', refund_fee: '3.00', gmt_refund: at, out_biz_no: 'HZ7' }
    await service.notify(service.signedNotify(outTradeNo, notice))
    const payment: TestBillLine = { kind: '交易', outTradeNo, tradeNo, fen: 25_800, at }
    await reconcile([payment, console(payment, 'HZ7')])
    expect(await cases()).toMatchObject([{ kind: 'outside_refund', status: 'OPEN' }])
    expect((await service.said(outTradeNo)).map(({ type }) => type)).toEqual([
      'PaymentSucceeded',
      'OutsideRefundDetected',
    ])

    const [{ case_id: caseId }] = (await service.database.client`select case_id from cases`) as unknown as [
      { case_id: string },
    ]
    expect((await bookIt(caseId)).status).toBe('RESOLVED')
    expect(await differences()).toMatchObject([{ kind: 'refund_missing_here', status: 'SETTLED' }])
    // The refund's moment is the simulator's, which is today.
    expect(await reconcile([payment, console(payment, 'HZ7')])).toMatchObject({ status: 'DONE', differences: {} })
    expect(await cases()).toMatchObject([{ status: 'RESOLVED' }])
  })

  test('that has its case waits for nobody who holds the trade, such as one who books the refund', async () => {
    const payment = await paidOrder()
    const { outTradeNo } = payment
    await reconcile([payment, console(payment, 'HZ7')])
    const run = await service.database.db.transaction(async tx => {
      await lockPaidTrade(tx, { orderId: outTradeNo, outTradeNo })
      return reconcile([payment, console(payment, 'HZ7')])
    })
    expect(run).toMatchObject({ status: 'DONE', differences: { refund_missing_here: 1 } })
  })

  test('that has no number in the bill has its trade’s, and is no difference once it is booked', async () => {
    const outTradeNo = await service.newOrder()
    const { tradeNo } = await service.alipay.control<{ tradeNo: string }>('POST', '/pay', {
      url: await service.open(outTradeNo),
    })
    await service.notify(service.signedNotify(outTradeNo, { trade_no: tradeNo, gmt_payment: at }))
    await service.alipay.control('POST', '/faults', { notify: 'drop' })
    await service.alipay.control('POST', '/refund', { outTradeNo, amount: '3.00', outRequestNo: outTradeNo })
    await service.alipay.control('DELETE', '/faults')
    const payment: TestBillLine = { kind: '交易', outTradeNo, tradeNo, fen: 25_800, at }
    const bill = [payment, console(payment, '')]
    await reconcile(bill)
    expect(await cases()).toMatchObject([{ kind: 'outside_refund', status: 'OPEN' }])
    const [{ case_id: caseId }] = (await service.database.client`select case_id from cases`) as unknown as [
      { case_id: string },
    ]
    expect((await bookIt(caseId)).status).toBe('RESOLVED')
    expect(await differences()).toMatchObject([{ kind: 'refund_missing_here', status: 'SETTLED' }])
    // As if it had been made on the bill's day.
    await service.database.client`update refunds set finished_at = ${`${at}+08`}`
    expect(await reconcile(bill)).toMatchObject({ status: 'DONE', differences: {} })
    expect(await cases()).toMatchObject([{ status: 'RESOLVED' }])
  })

  test('that an earlier release found keeps its number', async () => {
    const payment = await paidOrder()
    await reconcile([payment, console(payment, 'HZ8')])
    await service.database.client`truncate case_trail, cases`
    await service.database.client`update bill_differences set request_no = null`
    await reconcile([payment, console(payment, 'HZ8')])
    expect(await cases()).toMatchObject([{ key: `outside_refund:${payment.outTradeNo}:HZ8` }])
  })

  test('under the number that a refund of another trade has is a refund of its own', async () => {
    const [first, second] = [await paidOrder(), await paidOrder()]
    const run = await reconcile([first, second, console(first, '1'), console(second, '1')])
    expect(run).toMatchObject({ differences: { refund_missing_here: 2 } })
    expect(await cases()).toHaveLength(2)
  })
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
    expect(await reconcile([])).toMatchObject({ status: 'DONE', billPayments: 0, ledgerPayments: 0 })
  })
})

describe('the clock', () => {
  /** When it is half past ten in Beijing on a day of January 2026. */
  const onDay = (day: number, time = '10:30') =>
    sql`${`2026-01-${String(day).padStart(2, '0')} ${time}+08`}::timestamptz`
  const request = (at: ReturnType<typeof onDay>) => requestDailyRuns(service.database.db, at)
  const days = async (status?: string) =>
    (
      await service.database.client<{ day: number }[]>`
        select extract(day from bill_date)::integer as day from reconciliation_runs
        where ${status ?? null}::text is null or status = ${status ?? null} order by bill_date`
    ).map(({ day }) => day)
  /** A first payment on this day. */
  async function firstPaymentOn(day: number): Promise<void> {
    const { outTradeNo } = await paidOrder()
    await service.database.client`
      update payments set created_at = ${`2026-01-${String(day).padStart(2, '0')} 12:00+08`} where order_id = ${outTradeNo}`
  }
  const end = (status: string, finishedAt = '2026-02-01') => service.database.client`
    update reconciliation_runs set status = ${status}, next_try_at = null, finished_at = ${finishedAt}
    where status = 'WAITING'`

  test('asks for nothing where there was no payment', async () => {
    await request(onDay(5))
    expect(await days()).toEqual([])
  })

  test('asks for each day once it is over and its bill can be there, whenever somebody runs', async () => {
    await firstPaymentOn(3)
    await request(onDay(3))
    await request(onDay(4, '09:59'))
    expect(await days()).toEqual([])
    await request(onDay(4, '10:00'))
    await request(onDay(4, '23:59'))
    expect(await days()).toEqual([3])
    await request(onDay(5, '00:01'))
    expect(await days()).toEqual([3])
    // Nobody ran on the 5th after ten, nor on the 6th.
    await request(onDay(7, '03:00'))
    expect(await days()).toEqual([3, 4, 5])
  })

  test('asks for every day that was missed, oldest first, also after weeks, and leaves none out', async () => {
    await firstPaymentOn(1)
    await request(onDay(2))
    await end('DONE')
    await request(onDay(25))
    expect(await days('WAITING')).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
    await end('DONE')
    await request(onDay(25))
    expect(await days('WAITING')).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24])
    await end('DONE')
    await request(onDay(25))
    expect(await days('WAITING')).toEqual([])
  })

  test('is not put off by a run that a person asked for: one before the day was over, or one that came to nothing', async () => {
    const { db, client } = service.database
    await firstPaymentOn(3)
    await requestRun(db, '2026-01-03', 'ann')
    await end('DONE', '2026-01-03 22:00+08')
    await requestRun(db, '2026-01-04', 'ann')
    await end('GAVE_UP', '2026-01-05 03:00+08')
    await requestRun(db, '2026-01-06', 'ann')
    await end('DONE', '2026-01-07 09:30+08')
    await request(onDay(7))
    expect(await days('WAITING')).toEqual([3, 4, 5])
    await client`delete from reconciliation_runs`
  })

  test('asks again the next day for a bill that could not be had', async () => {
    await firstPaymentOn(3)
    await request(onDay(4))
    await end('GAVE_UP', '2026-01-04 17:00+08')
    await request(onDay(4, '18:00'))
    expect(await days('WAITING')).toEqual([])
    await request(onDay(5, '14:00'))
    expect(await days('WAITING')).toEqual([3, 4])
  })

  test('asks once, however many replicas look', async () => {
    await firstPaymentOn(1)
    await Promise.all(Array.from({ length: 8 }, () => request(onDay(10))))
    expect(await days()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('has the oldest day compared first', async () => {
    await firstPaymentOn(1)
    await request(onDay(4))
    await writeBillArchive(join(dir, 'bill.zip'), billText([]))
    answer = { outcome: 'not_ready', detail: '40004 BILL_NOT_EXIST' }
    const { client } = service.database
    await client`update reconciliation_runs set next_try_at = now() - make_interval(days => extract(day from bill_date)::integer)`
    const order: string[] = []
    const record = answer
    const { alipayClient: alipay, recordAlipayResult, database } = service
    const ordered = createReconciler({
      database,
      bills: {
        async ask(day) {
          order.push(day)
          return record
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
})

test('a day that is not over is refused, whoever asks, and leaves no run; a day that is over is taken', async () => {
  const post = async (body: object) => {
    const response = await fetch(`${service.url}/reconciliations`, {
      method: 'POST',
      headers: { 'x-service-token': serviceToken, 'x-actor': 'ann', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: await response.json() }
  }
  const [{ today }] = (await service.database.client`
    select (now() at time zone interval '8 hours')::date::text as today`) as unknown as [{ today: string }]
  for (const day of [today, '2999-01-01']) {
    expect(await post({ date: day })).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-request', detail: expect.stringContaining('not over') },
    })
  }
  expect(await service.database.client`select from reconciliation_runs`).toHaveLength(0)
  expect(await post({})).toMatchObject({ status: 202, body: { status: 'WAITING' } })
  expect(await post({ date })).toMatchObject({ status: 202, body: { billDate: date } })
})
