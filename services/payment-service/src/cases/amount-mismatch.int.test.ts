import type { Case } from '@alipay-checkout/contracts'
import { waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findCasesOfOrder } from '../case-store/read-cases.ts'
import { callAsAdmin } from '../test-admin.ts'
import { orderClosing, startTestService, type TestService } from '../test-service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
  service.alipay.setService(service.url)
}, 60_000)
afterAll(() => service.close())

const resolve = (caseId: string, body: object) =>
  callAsAdmin<Case & { detail?: string }>(service.url, 'POST', `/cases/${caseId}/resolve`, { note: 'seen', ...body })

/** An order whose buyer has paid less than it costs. Both it and its case are open. */
async function underpaid(): Promise<{ orderId: string; one: Case }> {
  const orderId = await service.newOrder()
  const url = await service.open(orderId)
  await service.database.client`update payments set amount_fen = 25_900 where order_id = ${orderId}`
  await service.alipay.control('POST', '/pay', { url })
  return { orderId, one: (await untilCases(orderId, 1))[0] as Case }
}
const untilCases = (orderId: string, count: number) =>
  waitUntil(
    async () => {
      const found = await findCasesOfOrder(service.database.db, orderId)
      return found.length === count && found
    },
    { what: `${count} cases` },
  )
const closeOrder = async (orderId: string) => {
  await service.database.client`update attempts set next_close_at = now() where order_id = ${orderId}`
  await service.closer.runNow()
  return (await service.read(orderId)).status
}

it('a payment of another amount is refunded in Alipay’s console, after which the order closes unpaid', async () => {
  const { orderId, one } = await underpaid()
  expect(one.kind).toBe('amount_mismatch')
  expect(await resolve(one.caseId, { action: 'refund_trade' })).toMatchObject({
    status: 400,
    body: {
      type: '/problems/invalid-request',
      detail: expect.stringContaining('refund the trade in Alipay’s console'),
    },
  })
  await service.consume(orderClosing(orderId, 'expired'))
  expect(await closeOrder(orderId)).toBe('CLOSING')

  await service.alipay.control('POST', '/refund', { outTradeNo: orderId, outRequestNo: 'HZ1' })
  expect(await untilCases(orderId, 2)).toMatchObject([{ kind: 'amount_mismatch' }, { kind: 'amount_mismatch' }])
  expect(await closeOrder(orderId)).toBe('CLOSED')
  expect((await service.eventsOf(orderId)).map(({ type }) => type)).toEqual(['PaymentClosed'])
  for (const { caseId } of await untilCases(orderId, 2)) {
    expect((await resolve(caseId, { action: 'none', preview: false })).body.status).toBe('RESOLVED')
  }
})

it('a payment of another amount can be refunded as any payment once it was accepted', async () => {
  const { orderId, one } = await underpaid()
  expect((await resolve(one.caseId, { action: 'accept_payment', preview: false })).body.status).toBe('RESOLVED')
  expect(await service.eventsOf(orderId)).toMatchObject([{ data: { source: 'case', amountFen: 25_800 } }])
  const request = { reason: 'wrong amount', requestedBy: 'ann' }
  expect(await callAsAdmin(service.url, 'POST', `/payments/${orderId}/refunds`, request)).toMatchObject({
    status: 202,
    body: { amountFen: 25_800 },
  })
})
