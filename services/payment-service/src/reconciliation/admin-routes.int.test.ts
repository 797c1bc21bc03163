import type { Reconciliation, ReconciliationPage, ReconciliationRun } from '@alipay-checkout/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { callAsAdmin } from '../test-admin.ts'
import { requestRun } from './runs.ts'
import type { TestBillLine } from './test-bill.ts'
import { at, date, type ReconciliationTest, startReconciliationTest } from './test-reconciliation.ts'

let test: ReconciliationTest
beforeAll(async () => {
  test = await startReconciliationTest()
}, 60_000)
afterAll(() => test.close())
afterEach(() => test.reset())

const get = async <T>(path: string) => (await callAsAdmin<T>(test.service.url, 'GET', path)).body
const post = <T = { detail: string }>(path: string, body: object = {}, actor?: string) =>
  callAsAdmin<T>(test.service.url, 'POST', path, body, actor)
const reconciliation = (day = date) => get<Reconciliation>(`/admin/reconciliations/${day}`)
const signOff = (body?: object, actor?: string) =>
  post<ReconciliationRun & { detail: string; type: string }>(`/admin/reconciliations/${date}/sign-off`, body, actor)
/** The rows of the audit log since the last call. */
const audited = (() => {
  let last = ''
  return async () => {
    const rows = await test.service.database.client`
      select audit_id, actor, action, object, reason from audit_log where audit_id > ${last} order by audit_id`
    last = (rows.at(-1)?.audit_id as string | undefined) ?? last
    return rows.map(({ audit_id: _id, ...row }) => row)
  }
})()

describe('a comparison', () => {
  it('has the fees of our rows: what payments cost, without what refunds gave back', async () => {
    const [one, other] = [await test.insertPaidOrder(), await test.insertPaidOrder()]
    const refund = await test.insertRefund(one)
    await test.reconcile([
      { ...one, fee: '-1.55' },
      { ...other, fee: '1.55' },
      { ...refund, fee: '0.05' },
      { kind: '交易', outTradeNo: 'POS1', fen: 100, fee: '-9.99', at },
    ])
    const { run } = await reconciliation()
    expect(run).toMatchObject({ status: 'DONE', billFeeFen: 305, ourPayments: 2, ourRefundFen: 800, unsettled: 0 })
  })

  it('lists its differences with their methods and the ids of their cases', async () => {
    const [paid, missing] = [await test.insertPaidOrder(), await test.insertPaidOrder()]
    await test.service.database
      .client`update attempts set method = 'alipay_wap' where out_trade_no = ${missing.outTradeNo}`
    const outside = ['HZ1', ''].map(
      (requestNo): TestBillLine => ({ kind: '退款', outTradeNo: paid.outTradeNo, requestNo, fen: 300, at }),
    )
    await test.reconcile([paid, ...outside, { kind: '交易', outTradeNo: `${paid.outTradeNo}_2`, fen: 1, at }])
    const { run, differences, nextOffset } = await reconciliation()
    const cases = await test.cases()
    expect([run.unsettled, nextOffset, cases.length]).toEqual([4, null, 4])
    expect(differences.map(({ caseId }) => caseId).sort()).toEqual(cases.map(({ case_id }) => case_id).sort())
    expect(differences).toContainEqual(
      expect.objectContaining({ kind: 'payment_missing_there', subject: missing.outTradeNo, method: 'alipay_wap' }),
    )
  })

  it('is requested with an audit row, and a repeat joins the one in progress', async () => {
    const first = await post<ReconciliationRun>('/admin/reconciliations', { date })
    expect(first).toMatchObject({ status: 202, body: { billDate: date, status: 'WAITING', startedBy: 'ann' } })
    const second = await post<ReconciliationRun>(`/admin/reconciliations/${date}`, {}, 'bob')
    expect(second.body).toMatchObject({ runId: first.body.runId, startedBy: 'ann' })
    expect(await audited()).toEqual([{ actor: 'ann', action: 'reconciliation.request', object: date, reason: null }])
  })

  it.each(['2026-02-30', '2999-01-01'])('is refused for %s', async day => {
    expect(await post('/admin/reconciliations', { date: day })).toMatchObject({ status: 400 })
    expect(await post(`/admin/reconciliations/${day}`, {})).toMatchObject({ status: 400 })
    expect(await audited()).toEqual([])
  })

  it('is listed by day, the newest run of each, newest day first', async () => {
    const { db } = test.service.database
    for (const day of ['2026-01-01', '2026-01-02', '2026-01-03']) {
      await requestRun(db, day, 'ann')
      await test.service.database.client`
        update reconciliation_runs set status = 'DONE', next_try_at = null, finished_at = now() where status = 'WAITING'`
    }
    const { run } = await requestRun(db, '2026-01-02', 'bob')
    const first = await get<ReconciliationPage>('/admin/reconciliations?limit=2')
    expect(first.items.map(({ billDate, startedBy }) => [billDate, startedBy])).toEqual([
      ['2026-01-03', 'ann'],
      ['2026-01-02', 'bob'],
    ])
    expect(first.items[1]?.runId).toBe(run.runId)
    expect(first.nextCursor).toBe('2026-01-02')
    const rest = await get<ReconciliationPage>('/admin/reconciliations?limit=2&cursor=2026-01-02')
    expect([rest.items.map(({ billDate }) => billDate), rest.nextCursor]).toEqual([['2026-01-01'], null])
    const between = await get<ReconciliationPage>('/admin/reconciliations?from=2026-01-02&to=2026-01-02')
    expect(between.items).toHaveLength(1)
  })

  it('that was never requested is answered 404', async () => {
    const missing = await callAsAdmin(test.service.url, 'GET', '/admin/reconciliations/2026-01-05')
    expect(missing).toMatchObject({ status: 404, body: { type: '/problems/reconciliation-not-found' } })
    expect(await signOff()).toMatchObject({ status: 404 })
  })
})

describe('a sign-off', () => {
  it('is stored once, with who, when and why, and a repeat changes nothing', async () => {
    await test.reconcile([await test.insertPaidOrder()])
    const signed = await signOff({ note: 'looks right' })
    expect(signed).toMatchObject({ status: 200, body: { signedOffBy: 'ann', signOffNote: 'looks right' } })
    expect((await signOff({ note: 'again' }, 'bob')).body).toEqual(signed.body)
    expect(await audited()).toEqual([
      { actor: 'ann', action: 'reconciliation.sign-off', object: date, reason: 'looks right' },
    ])
    expect((await reconciliation()).run.signedOffAt).toBe(signed.body.signedOffAt)
  })

  it('is refused while the comparison is not done', async () => {
    await requestRun(test.service.database.db, date, 'ann')
    expect(await signOff()).toMatchObject({ status: 409, body: { type: '/problems/reconciliation-not-settled' } })
    expect(await audited()).toEqual([])
  })

  it('is refused while a difference needs a person, and names what is open', async () => {
    const paid = await test.insertPaidOrder()
    await test.insertPaidOrder({ paidAt: `${date} 23:59:00` })
    await test.reconcile([{ ...paid, fen: paid.fen + 1 }])
    const refused = await signOff()
    expect(refused.status).toBe(409)
    expect(refused.body.detail).toContain('1 amount_differs (OPEN), 1 payment_missing_there (CARRIED)')
    expect((await reconciliation()).run.unsettled).toBe(2)
  })

  it('is possible once the cases of all differences are resolved', async () => {
    const paid = await test.insertPaidOrder()
    await test.reconcile([{ ...paid, fen: paid.fen + 1 }])
    expect(await signOff()).toMatchObject({ status: 409 })
    const [found] = await test.cases()
    const resolution = { action: 'none', note: 'the bank confirmed it', preview: false }
    await post(`/cases/${found?.case_id}/resolve`, resolution)
    expect(await signOff()).toMatchObject({ status: 200, body: { unsettled: 0, signedOffBy: 'ann' } })
  })

  it('does not hold for a later comparison of the day', async () => {
    const paid = await test.insertPaidOrder()
    await test.reconcile([paid])
    await signOff()
    await test.reconcile([paid])
    expect((await reconciliation()).run).toMatchObject({ status: 'DONE', signedOffBy: null })
    expect(await signOff({}, 'bob')).toMatchObject({ status: 200, body: { signedOffBy: 'bob' } })
  })
})
