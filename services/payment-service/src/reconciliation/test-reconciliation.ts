import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@alipay-checkout/service-kit/database'
import { type BillAnswer, createBillClient } from '../alipay/bill-download.ts'
import { readKeys } from '../alipay/keys.ts'
import { deleteRows, silent } from '../test-database.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { callService, newOrderId } from '../test-shop.ts'
import { createReconciler } from './reconcile-job.ts'
import { findRunOfDay, type Run, requestRun } from './runs.ts'
import { billText, type TestBillLine, writeBillArchive } from './test-bill.ts'

/** The day of the bills, and a time on it in Beijing. */
export const date = '2026-01-02'
export const at = `${date} 11:04:05`

/** Inserts a paid order, and returns its line in the bill. */
export async function insertPaidOrder(
  client: Database['client'],
  { fen = 25_800, paidAt = at }: { fen?: number; paidAt?: string } = {},
): Promise<TestBillLine> {
  const outTradeNo = newOrderId()
  await client`
    insert into payments (order_id, customer_id, amount_fen, status, paid_out_trade_no, expires_at)
    values (${outTradeNo}, 'c-1', ${fen}, 'PAID', ${outTradeNo}, now())`
  await client`
    insert into attempts (out_trade_no, order_id, number, status, trade_no, paid_at, paid_fen)
    values (${outTradeNo}, ${outTradeNo}, 1, 'PAID', ${`T${outTradeNo}`}, ${`${paidAt}+08`}, ${fen})`
  return { kind: '交易', outTradeNo, fen, at: paidAt }
}

/** The lines of a generator of pages, each with what comes after it. */
async function readPages<Page, Item>(
  read: (position: number) => Promise<Page>,
  itemsOf: (page: Page) => { items: Item[]; next: number | null },
): Promise<Item[]> {
  const all: Item[] = []
  for (let position: number | null = 0; position !== null; ) {
    const { items, next } = itemsOf(await read(position))
    all.push(...items)
    position = next
  }
  return all
}

export type ReconciliationTest = Awaited<ReturnType<typeof startReconciliationTest>>

/**
 * payment-service with a reconciler that downloads bills from a server of the test. The test decides which bill there is;
 * the download is real.
 */
export async function startReconciliationTest() {
  const service: TestService = await startTestService()
  const dir = await mkdtemp(join(tmpdir(), 'reconcile-test-'))
  const billPath = join(dir, 'bill.zip')
  const server = createServer((request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: '/bill.zip' }).end()
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': '1000' }).write('PK')
      setTimeout(() => response.destroy(), 20)
    } else {
      createReadStream(billPath)
        .on('error', () => response.writeHead(404).end())
        .pipe(response)
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const ready: BillAnswer = { outcome: 'ready', url: `http://${host}/bill.zip`, emptyDay: false }
  let answer: BillAnswer = ready

  const { alipayClient: alipay, recordAlipayResult, database } = service
  const { client, db } = database
  const keys = readKeys({
    ALIPAY_PRIVATE_KEY: service.alipay.appPrivateKey,
    ALIPAY_PUBLIC_KEY: service.alipay.alipayPublicKey,
  })
  const { appId, gatewayUrl: gateway } = service.alipay
  const { download } = createBillClient({
    appId,
    gateway,
    keys,
    timeoutMs: 2_000,
    hosts: [host],
  })
  const reconciler = createReconciler({
    database,
    bills: { query: async () => answer, download },
    alipay,
    recordAlipayResult,
    logger: silent,
    retryPausesMs: [0, 0],
  })

  async function reconcileNow(day = date): Promise<Run> {
    await requestRun(db, day, 'ann')
    await reconciler.runNow()
    return (await findRunOfDay(db, day)) as Run
  }

  return {
    service,
    billPath,
    /** Sets Alipay's answer to the query for a bill; by default a bill is ready. */
    setAnswer(next: BillAnswer = ready) {
      answer = next
    },
    /** Answers with another path of the bill's server, or with another address. */
    setBillUrl(url: string) {
      answer = { outcome: 'ready', url: new URL(url, `http://${host}`).href, emptyDay: false }
    },
    insertPaidOrder: (order?: { fen?: number; paidAt?: string }) => insertPaidOrder(client, order),
    /** Inserts a refund of a paid order, and returns its line in the bill. */
    async insertRefund(
      { outTradeNo }: TestBillLine,
      { fen = 800, status = 'SUCCEEDED' }: { fen?: number; status?: 'SUCCEEDED' | 'FAILED' } = {},
    ): Promise<TestBillLine> {
      const requestNo = newOrderId().replace('ord_', 'ref_')
      await client`
        insert into refunds (refund_id, order_id, out_trade_no, amount_fen, status, reason, requested_by, finished_at)
        values (${requestNo}, ${outTradeNo}, ${outTradeNo}, ${fen}, ${status}, 'requested', 'ann', ${`${at}+08`})`
      return { kind: '退款', outTradeNo, requestNo, fen, at }
    },
    /** Compares a bill of these lines; `stated` replaces the totals of its summary. */
    async reconcile(
      lines: Iterable<TestBillLine>,
      { day = date, stated }: { day?: string; stated?: { payments: number; paymentFen: number } } = {},
    ): Promise<Run> {
      await writeBillArchive(billPath, billText(lines, stated ? { stated } : {}))
      return reconcileNow(day)
    },
    /** Compares the bill that is there. */
    reconcileNow,
    /** Makes the comparisons that are due. Returns the newest of a day. */
    async runAgain(day = date): Promise<Run> {
      await reconciler.runNow()
      return (await findRunOfDay(db, day)) as Run
    },
    differences: () => client`
      select kind, subject, status, bill_fen::integer as bill, ledger_fen::integer as ours from bill_differences
      order by bill_date, kind, subject`,
    cases: () =>
      client<{ case_id: string; kind: string; status: string; key: string; action: string }[]>`
        select case_id, kind, status, key, proposed_action as action from cases order by key`,
    /** The day's differences, as the API lists them. */
    listDifferences: () =>
      readPages(
        offset =>
          callService<{ differences: { subject: string; method: string | null }[]; nextOffset: number | null }>(
            service.url,
            'GET',
            `/reconciliations/${date}?offset=${offset}`,
          ),
        ({ body }) => ({ items: body.differences, next: body.nextOffset }),
      ),
    /** The day's rows that were not compared, as the API lists them. */
    listSetAside: (rows: 'foreign' | 'odd') =>
      readPages(
        after =>
          callService<{ items: { outTradeNo: string; reason: string | null }[]; nextAfter: number | null }>(
            service.url,
            'GET',
            `/reconciliations/${date}/set-aside?rows=${rows}&after=${after}`,
          ),
        ({ body }) => ({ items: body.items, next: body.nextAfter }),
      ),
    /** Deletes all rows, for the next test. */
    async reset() {
      answer = ready
      await deleteRows(database, [
        ...['case_trail', 'cases', 'bill_differences', 'reconciliation_runs', 'carried_bill_lines'],
        ...['set_aside_bill_rows', 'refunds', 'attempts', 'payments', 'outbox', 'notifies'],
      ])
    },
    async close() {
      await reconciler.close()
      server.closeAllConnections()
      server.close()
      await rm(dir, { recursive: true })
      await service.close()
    },
  }
}
