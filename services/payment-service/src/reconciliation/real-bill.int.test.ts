import type { DueWorker } from '@alipay-checkout/service-kit/due-worker'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createBillClient } from '../alipay/bill-download.ts'
import { readKeys } from '../alipay/keys.ts'
import { silent } from '../test-database.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { dateIn } from './day.ts'
import { createReconciler } from './reconcile-job.ts'
import { findRunOfDay, requestRun } from './runs.ts'

const today = dateIn(new Date())
let service: TestService
let reconciler: DueWorker

beforeAll(async () => {
  service = await startTestService()
  const { alipay, alipayClient, recordAlipayResult, database } = service
  const keys = readKeys({ ALIPAY_PRIVATE_KEY: alipay.appPrivateKey, ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey })
  const { appId, gatewayUrl: gateway } = alipay
  reconciler = createReconciler({
    database,
    bills: createBillClient({ appId, gateway, keys, timeoutMs: 2_000, hosts: [] }),
    alipay: alipayClient,
    recordAlipayResult,
    logger: silent,
    retryPausesMs: [0],
  })
  await alipay.control('POST', '/bills', { date: today, ready: true })
}, 60_000)
afterEach(() => service.alipay.control('DELETE', '/faults'))
afterAll(async () => {
  await reconciler.close()
  await service.close()
})

async function reconcile() {
  await requestRun(service.database.db, today, 'ann')
  await reconciler.runNow()
  return findRunOfDay(service.database.db, today)
}

async function pay(): Promise<string> {
  const orderId = await service.newOrder()
  await service.alipay.control('POST', '/pay', { url: await service.open(orderId) })
  return orderId
}

it('compares the bill that Alipay returns, and records a payment whose notify was lost', async () => {
  const orderId = await pay()
  const run = await reconcile()
  expect(run).toMatchObject({ status: 'DONE', why: null, billPayments: 1, ledgerPayments: 1, repaired: 1 })
  expect(await service.eventsOf(orderId)).toMatchObject([
    { type: 'PaymentSucceeded', data: { source: 'reconciliation' } },
  ])
  expect(await reconcile()).toMatchObject({ status: 'DONE', repaired: 0, differences: {} })
})

it.each([
  ['missing_row', { payment_missing_there: 1 }],
  ['extra_row', { payment_missing_here: 1 }],
  ['changed_row', { amount_differs: 1 }],
  ['duplicate_row', { duplicate: 1 }],
  ['wrong_totals', { totals_differ: 1 }],
])('finds exactly the difference in a bill with %s', async (bill, expected) => {
  await pay()
  await reconcile()
  await service.alipay.control('POST', '/faults', { bill })
  const run = await reconcile()
  expect(run).toMatchObject({ status: 'DONE' })
  expect(run?.differences).toEqual(expected)
})

it('counts rows of another shop on the account and odd rows, and finds every difference', async () => {
  await pay()
  await service.alipay.control('POST', '/bills', { date: today, ready: true, foreign: 550, odd: 4 })
  await service.alipay.control('POST', '/faults', { bill: 'wrong_totals' })
  expect(await reconcile()).toMatchObject({
    status: 'DONE',
    foreignPayments: 551,
    foreignRefunds: 55,
    oddRows: 4,
    repaired: 1,
    differences: { payment_missing_here: 1, totals_differ: 1 },
  })
  await service.alipay.control('POST', '/bills', { date: today, ready: true, foreign: 0, odd: 0 })
})

it.each(['not_ready', 'broken', 'cut'])('does not compare a bill that is %s', async bill => {
  await service.alipay.control('POST', '/faults', { bill })
  expect(await reconcile()).toMatchObject({ status: 'GAVE_UP', tries: 2 })
})
