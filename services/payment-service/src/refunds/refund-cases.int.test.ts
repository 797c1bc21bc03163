import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestService, type TestService } from '../test-service.ts'
import { createRefundSteps, type RefundSteps } from './test-refunds.ts'

let service: TestService
let refunds: RefundSteps
beforeAll(async () => {
  service = await startTestService()
  refunds = createRefundSteps(service)
}, 60_000)
afterAll(() => service.close())

it('retries while the seller’s account is empty, with a case that is open until it has money', async () => {
  const orderId = await refunds.payOrder()
  const { refundId } = (await refunds.request(orderId)).body
  const { client } = service.database
  const cases = async () => {
    const rows = await client`select key, status from cases where order_id = ${orderId} order by opened_at`
    return rows.map(({ key, status }) => `${key.slice(0, key.indexOf(':', key.indexOf(':') + 1))} ${status}`)
  }
  const tryUntil = async (tries: number) => {
    await client`update refunds set tries = ${tries - 1} where refund_id = ${refundId}`
    await refunds.executeAll()
  }
  await service.alipay.control('POST', '/faults', { refund: 'no_balance' })
  for (let round = 0; round < 9; round++) await refunds.executeAll()
  expect((await refunds.list(orderId)).items).toMatchObject([
    { status: 'PENDING', why: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' },
  ])
  expect(await cases()).toEqual([`refund_stuck:${refundId} OPEN`])
  await tryUntil(32)
  expect(await cases()).toEqual([`refund_stuck:${refundId} OPEN`])

  await client`update cases set status = 'RESOLVED', resolved_at = now() where order_id = ${orderId}`
  await tryUntil(33)
  expect(await cases()).toEqual([`refund_stuck:${refundId} RESOLVED`])
  await tryUntil(56)
  expect(await cases()).toEqual([`refund_stuck:${refundId} RESOLVED`, `refund_stuck:${refundId} OPEN`])

  await service.alipay.control('DELETE', '/faults')
  await refunds.executeAll()
  expect((await refunds.list(orderId)).items).toMatchObject([{ status: 'SUCCEEDED' }])
  expect(await cases()).toEqual([`refund_stuck:${refundId} RESOLVED`, `refund_stuck:${refundId} RESOLVED`])
  expect(
    await client`
    select by, what, note from case_trail join cases using (case_id)
    where order_id = ${orderId} and what = 'settled'`,
  ).toEqual([{ by: 'system', what: 'settled', note: 'the refund succeeded' }])
})
