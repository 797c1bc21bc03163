import { randomUUID } from 'node:crypto'
import type { DeadLetterPage } from '@alipay-checkout/contracts'
import { testKafka } from '@alipay-checkout/test-support'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeBill, refundInConsole } from './support/alipay.ts'
import { launchBrowser } from './support/browser.ts'
import { fiveClicks, openConsole, readAudit } from './support/console.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { call } from './support/http.ts'
import { readRefunds, untilCaseAbout } from './support/refunds-and-cases.ts'
import { admin, newCustomer, newProduct, ok, placePaid, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

const customer = newCustomer()
const producer = testKafka(system.kafkaBrokers).producer()
let browser: Browser
let databases: TestedDatabases

beforeAll(async () => {
  databases = openTestedDatabases()
  await producer.connect()
  browser = await launchBrowser()
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await producer.disconnect()
  await databases?.close()
})

/** Payments of orders that do not exist: order-service dead-letters each. */
async function sendPaymentsOf(orderIds: readonly string[]): Promise<void> {
  const messages = orderIds.map(orderId => ({
    key: orderId,
    value: JSON.stringify({
      ...{ orderId, outTradeNo: orderId, tradeNo: '2026010222001400000000000002', amountFen: 100 },
      ...{ paidAt: new Date().toISOString(), source: 'notify' },
    }),
    headers: {
      ...{ ce_specversion: '1.0', ce_type: 'PaymentSucceeded', ce_id: randomUUID(), ce_source: '/system-tests' },
      ...{ ce_time: new Date().toISOString(), 'content-type': 'application/json' },
    },
  }))
  await producer.send({ topic: 'payment.events', acks: -1, messages })
}

/** How many dead letters of these orders have this status. */
async function countLetters(orderIds: readonly string[], status: string): Promise<number> {
  const path = `/api/admin/dead-letters?group=order-service&status=${status}&limit=100`
  const { items } = await ok(call<DeadLetterPage>('GET', path, { token: admin }))
  return items.filter(({ orderId }) => orderId !== undefined && orderIds.includes(orderId)).length
}

it('an operator clears 20 dead letters of one reason', async () => {
  const orderIds = Array.from({ length: 20 }, () => `ord_${randomUUID().replaceAll('-', '')}`)
  await sendPaymentsOf(orderIds)
  await expect.poll(() => countLetters(orderIds, 'WAITING')).toBe(20)
  const { id, page, show, context } = await openConsole(browser, { name: 'Hu', roles: ['operator'] })
  const click = fiveClicks()
  await show('/dead-letters')
  const reason = page
    .getByRole('table', { name: 'Waiting, by reason' })
    .getByRole('row', { name: /unknown_order: paymentSucceeded/ })
  await click(reason.getByRole('button', { name: 'Discard all' }))
  const dialog = page.getByRole('dialog', { name: 'Discard all with this reason' })
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('orders of another shop')
  await click(dialog.getByRole('button', { name: 'Discard all' }))
  await page.getByRole('status').getByText('dead letters are being discarded').waitFor()
  await expect.poll(() => countLetters(orderIds, 'DISCARDED')).toBe(20)
  await reason.waitFor({ state: 'detached' })
  for (const orderId of orderIds) {
    expect(await readAudit(orderId, 'dead-letter.discard')).toMatchObject([
      { actor: id, role: 'operator', orderId, reason: 'orders of another shop' },
    ])
  }
  await context.close()
})

it('finance books a refund that was made in Alipay’s own console', async () => {
  const sku = await newProduct(databases, { units: 1 })
  const { orderId } = await placePaid(customer, { [sku]: 1 })
  await refundInConsole(orderId, 'HZ01RF001')
  const [opened] = await untilCaseAbout(orderId)
  const caseId = opened?.caseId ?? ''
  const { id, page, show, context } = await openConsole(browser, { name: 'Chen', roles: ['finance'] })
  const click = fiveClicks()
  await show('/cases')
  await click(page.getByRole('link', { name: `…${caseId.slice(-12)}` }))
  await page.getByRole('radio', { name: /^Book the refund made outside \(proposed\)/ }).waitFor()
  await page.getByRole('textbox', { name: 'Note' }).fill('agreed with the customer')
  await click(page.getByRole('button', { name: 'Preview' }))
  await click(page.getByRole('button', { name: 'Resolve now' }))
  await page.getByText('This case is resolved.').waitFor()
  await untilOrderIs(customer, orderId, 'REFUNDED')
  expect(await readRefunds(orderId)).toMatchObject({ items: [{ status: 'SUCCEEDED' }], refundableFen: 0 })
  expect(await readAudit(caseId, 'case.resolve')).toMatchObject([
    { actor: id, role: 'finance', object: caseId, orderId, reason: 'agreed with the customer' },
  ])
  await context.close()
})

it('finance signs off yesterday', async () => {
  const dayMs = 24 * 60 * 60_000
  const date = new Date(Date.now() - dayMs).toLocaleDateString('sv-SE', { timeZone: 'Asia/Shanghai' })
  await makeBill(date)
  const { id, page, show, context } = await openConsole(browser, { name: 'Chen', roles: ['finance'] })
  const click = fiveClicks()
  await show(`/reconciliation/${date}`)
  await click(page.getByRole('button', { name: /^Compare (now|again)$/ }))
  await click(page.getByRole('dialog').getByRole('button', { name: 'Compare' }))
  await click(page.getByRole('button', { name: 'Sign off', exact: true }))
  const dialog = page.getByRole('dialog', { name: 'Sign off this day' })
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('bill and ledger agree')
  await click(dialog.getByRole('button', { name: `Sign off ${date}` }))
  await page.getByRole('status').getByText('Signed off.').waitFor()
  const { body } = await call<{ run: object }>('GET', `/api/admin/reconciliations/${date}`, { token: admin })
  expect(body.run).toMatchObject({ status: 'DONE', signedOffBy: id, signOffNote: 'bill and ledger agree' })
  expect((await readAudit(date, 'reconciliation.sign-off'))[0]).toMatchObject({
    ...{ actor: id, role: 'finance', object: date, reason: 'bill and ledger agree' },
  })
  await context.close()
})
