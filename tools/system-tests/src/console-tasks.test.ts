import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from './support/browser.ts'
import { secondPersonAboveFen } from './support/config.ts'
import { fiveClicks, openConsole, readAudit } from './support/console.ts'
import { openTestedDatabases, type TestedDatabases } from './support/databases.ts'
import { readRefunds, untilRefunded } from './support/refunds-and-cases.ts'
import { readShipments, shipTo } from './support/shipments.ts'
import { newCustomer, newProduct, place, placePaid, placeUnopened, readOrder, untilOrderIs } from './support/shop.ts'
import { system } from './support/system.ts'

const customer = newCustomer()
let browser: Browser
let databases: TestedDatabases

beforeAll(async () => {
  databases = openTestedDatabases()
  browser = await launchBrowser()
}, 90_000)
afterAll(async () => {
  await browser?.close()
  await databases?.close()
})

/** The time beside this text in the facts of an order. */
const timeOf = (page: Page, text: string) => page.getByRole('definition').filter({ hasText: text }).getByRole('time')

describe('a customer calls', () => {
  it('support finds the order by the trade number that Alipay shows the customer', async () => {
    const sku = await newProduct(databases, { units: 1 })
    const { orderId, tradeNo } = await placePaid(customer, { [sku]: 1 })
    const { page, show, context } = await openConsole(browser, { name: 'Ada', roles: ['support'] })
    await show('/')
    await page.keyboard.press('/')
    await page.keyboard.type(tradeNo)
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`/orders/${orderId}`))
    await page.getByText(orderId, { exact: true }).first().waitFor()
    await context.close()
  })

  it('support sees that a colleague cancelled the order, when and why', async () => {
    const sku = await newProduct(databases, { units: 1 })
    const { order } = await place(customer, { [sku]: 1 })
    const colleague = await openConsole(browser, { name: 'Bo', roles: ['support'] })
    await colleague.show(`/orders/${order.orderId}`)
    await colleague.page.getByRole('button', { name: 'Cancel order' }).click()
    const dialog = colleague.page.getByRole('dialog', { name: 'Cancel order' })
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('ordered twice')
    await dialog.getByRole('button', { name: 'Cancel order' }).click()
    await untilOrderIs(customer, order.orderId, 'CANCELLED')
    await colleague.context.close()

    const { page, show, context } = await openConsole(browser, { name: 'Ada', roles: ['support', 'auditor'] })
    await show(`/orders/${order.orderId}`)
    await timeOf(page, `It was cancelled by ${colleague.id} · `).waitFor()
    const log = page.getByRole('region', { name: 'Audit log of this order' })
    await log.getByRole('row').filter({ hasText: colleague.id }).filter({ hasText: 'ordered twice' }).waitFor()
    expect(await readAudit(order.orderId, 'order.cancel')).toMatchObject([
      { actor: colleague.id, role: 'support', object: order.orderId, reason: 'ordered twice' },
    ])
    await context.close()
  })

  it('support sees that an order closed because its time to pay was over', async () => {
    const sku = await newProduct(databases, { units: 1 })
    const { orderId } = await placeUnopened(customer, { [sku]: 1 }, { base: system.shortTtlGatewayUrl })
    await untilOrderIs(customer, orderId, 'EXPIRED', 30_000)
    const { page, show, context } = await openConsole(browser, { name: 'Ada', roles: ['support'] })
    await show(`/orders/${orderId}`)
    await page.getByRole('list', { name: 'States of the order' }).getByText('Expired').waitFor()
    await timeOf(page, 'Its time to pay was over · ').waitFor()
    await context.close()
  })
})

describe('money goes back', () => {
  it('finance refunds one of three lines', async () => {
    const skus = [
      await newProduct(databases, { units: 1, priceFen: 1_000, title: 'First tea' }),
      await newProduct(databases, { units: 1, priceFen: 2_000, title: 'Second tea' }),
      await newProduct(databases, { units: 1, priceFen: 3_000, title: 'Third tea' }),
    ]
    const { orderId } = await placePaid(customer, Object.fromEntries(skus.map(sku => [sku, 1])))
    const { id, page, show, context } = await openConsole(browser, { name: 'Chen', roles: ['finance'] })
    const click = fiveClicks()
    await show(`/orders/${orderId}`)
    await click(page.getByRole('button', { name: 'Refund' }))
    const dialog = page.getByRole('dialog', { name: 'Refund' })
    await click(dialog.getByRole('checkbox', { name: /^Second tea/ }))
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('the tin was dented')
    await click(dialog.getByRole('button', { name: 'Refund ¥20.00' }))
    await page.getByRole('status').getByText('The refund of ¥20.00 is requested.').waitFor()
    expect(await untilRefunded(orderId)).toMatchObject({
      items: [{ amountFen: 2_000, lines: [{ sku: skus[1], quantity: 1 }], requestedBy: id }],
      refundableFen: 4_000,
    })
    expect(await readAudit(orderId, 'refund.request')).toMatchObject([
      { actor: id, role: 'finance', orderId, reason: 'the tin was dented' },
    ])
    await context.close()
  })

  it('a large refund waits for a second person, who is not the one who requested it', async () => {
    const sku = await newProduct(databases, { units: 1, priceFen: secondPersonAboveFen + 100 })
    const { orderId } = await placePaid(customer, { [sku]: 1 })
    const click = fiveClicks()
    const first = await openConsole(browser, { name: 'Chen', roles: ['finance'] })
    await first.show(`/orders/${orderId}`)
    await click(first.page.getByRole('button', { name: 'Refund' }))
    const request = first.page.getByRole('dialog', { name: 'Refund' })
    await click(request.getByRole('radio', { name: /^Everything left/ }))
    await request.getByRole('textbox', { name: 'Reason' }).fill('returned unopened')
    await request.getByText('a second person has to approve it').waitFor()
    await click(request.getByRole('button', { name: 'Refund ¥10,001.00' }))
    await first.page.getByRole('status').getByText('waits for a second person').waitFor()
    const [refund] = (await readRefunds(orderId)).items
    expect(refund).toMatchObject({ status: 'AWAITING_APPROVAL', requestedBy: first.id })
    const refundId = refund?.refundId ?? ''

    const rowOf = (page: typeof first.page) =>
      page
        .getByRole('table', { name: 'Awaiting approval' })
        .getByRole('row')
        .filter({ hasText: refundId.slice(-12) })
    await first.show('/refunds')
    await rowOf(first.page).getByText('another person has to approve it').waitFor()
    expect(await rowOf(first.page).getByRole('button', { name: 'Approve' }).count()).toBe(0)
    expect(await first.post(`/refunds/${refundId}/approve`)).toMatchObject({ status: 409 })

    const second = await openConsole(browser, { name: 'Dong', roles: ['finance'] })
    await second.show('/refunds')
    await click(rowOf(second.page).getByRole('button', { name: 'Approve' }))
    await click(second.page.getByRole('dialog').getByRole('button', { name: 'Approve ¥10,001.00' }))
    await second.page.getByRole('status').getByText('Approved.').waitFor()
    expect((await untilRefunded(orderId)).items).toMatchObject([
      { status: 'SUCCEEDED', requestedBy: first.id, approvedBy: second.id },
    ])
    expect(await readAudit(orderId, 'refund.request')).toMatchObject([
      { actor: first.id, role: 'finance', object: refundId, reason: 'returned unopened' },
    ])
    expect(await readAudit(orderId, 'refund.approve')).toMatchObject([
      { actor: second.id, role: 'finance', object: refundId },
    ])
    await first.context.close()
    await second.context.close()
  })
})

describe('the warehouse', () => {
  it('restocks a product with a reason', async () => {
    const sku = await newProduct(databases, { units: 1 })
    const { id, page, show, context } = await openConsole(browser, { name: 'Fang', roles: ['warehouse'] })
    const click = fiveClicks()
    await show(`/stock/${sku}`)
    await click(page.getByRole('button', { name: 'Adjust stock' }))
    const dialog = page.getByRole('dialog', { name: `Adjust the stock of ${sku}` })
    await dialog.getByRole('textbox', { name: 'Units' }).fill('40')
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('delivery 7')
    await dialog.getByText('Available units go from 1 to 41.').waitFor()
    await click(dialog.getByRole('button', { name: 'Adjust stock' }))
    await page.getByRole('table', { name: 'History' }).getByRole('row').filter({ hasText: 'delivery 7' }).waitFor()
    expect(await databases.stockOf(sku)).toMatchObject({ available: 41, supplied: 41 })
    expect((await readAudit(sku, 'stock.adjust'))[0]).toMatchObject({
      ...{ actor: id, role: 'warehouse', object: sku, reason: 'delivery 7' },
      before: { available: 1 },
      after: { available: 41 },
    })
    await context.close()
  })

  it('ships an order in two parcels', async () => {
    const sku = await newProduct(databases, { units: 3 })
    const { orderId } = await placePaid(customer, { [sku]: 3 }, { fields: { shipTo } })
    const { id, page, show, context } = await openConsole(browser, { name: 'Fang', roles: ['warehouse'] })
    const click = fiveClicks()
    await show(`/orders/${orderId}`)
    const parcels = page.getByRole('table', { name: 'Parcels' })
    await click(page.getByRole('button', { name: 'Ship' }))
    const dialog = page.getByRole('dialog', { name: 'Ship a parcel' })
    await dialog.getByRole('textbox', { name: sku }).fill('1')
    await dialog.getByRole('textbox', { name: 'Carrier' }).fill('顺丰速运')
    await dialog.getByRole('textbox', { name: 'Tracking number' }).fill('SF0000000001')
    await click(dialog.getByRole('button', { name: 'Ship' }))
    await parcels.getByText('SF0000000001').waitFor()
    await click(page.getByRole('button', { name: 'Ship' }))
    // The rest of the units and the same carrier are filled in.
    await dialog.getByRole('textbox', { name: 'Tracking number' }).fill('SF0000000002')
    await click(dialog.getByRole('button', { name: 'Ship' }))
    await parcels.getByText('SF0000000002').waitFor()
    expect((await readShipments(orderId)).body.items).toMatchObject([
      { carrier: '顺丰速运', trackingNumber: 'SF0000000001', lines: [{ sku, quantity: 1 }] },
      { carrier: '顺丰速运', trackingNumber: 'SF0000000002', lines: [{ sku, quantity: 2 }] },
    ])
    expect((await readOrder(customer, orderId)).body).toMatchObject({ fulfilmentStatus: 'SHIPPED' })
    const shipped = { actor: id, role: 'warehouse', orderId }
    expect(await readAudit(orderId, 'shipment.create')).toMatchObject([shipped, shipped])
    await context.close()
  })

  it('an owner sees who changed a price, when and why', async () => {
    const sku = await newProduct(databases, { units: 1, priceFen: 12_900 })
    const editor = await openConsole(browser, { name: 'Gao', roles: ['warehouse'] })
    await editor.show(`/stock/${sku}`)
    await editor.page.getByRole('button', { name: 'Edit product' }).click()
    const dialog = editor.page.getByRole('dialog', { name: `Edit ${sku}` })
    await dialog.getByRole('textbox', { name: 'Price' }).fill('99')
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('autumn sale')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await editor.page.getByRole('status').getByText(`${sku} was saved`).waitFor()
    await editor.context.close()

    const { page, show, context } = await openConsole(browser, { name: 'Mei', roles: ['owner'] })
    await show('/audit-log')
    await page.getByRole('textbox', { name: 'Object or order' }).fill(sku)
    await page.keyboard.press('Enter')
    const change = page.getByRole('table', { name: 'Audit log' }).getByRole('row').filter({ hasText: 'autumn sale' })
    await change.getByText('¥129.00').waitFor()
    for (const part of [editor.id, 'as warehouse', '¥129.00', '¥99.00'])
      expect(await change.textContent()).toContain(part)
    expect((await readAudit(sku, 'product.set'))[0]).toMatchObject({
      ...{ actor: editor.id, role: 'warehouse', object: sku, reason: 'autumn sale' },
      before: { priceFen: 12_900 },
      after: { priceFen: 9_900 },
    })
    await context.close()
  })
})
