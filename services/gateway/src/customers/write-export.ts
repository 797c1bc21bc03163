import { type ExportedOrderPage, type ExportedPayment, exportedOrdersMax } from '@alipay-checkout/contracts'
import type { Actor } from '@alipay-checkout/service-kit'
import type { Dependencies } from '../dependencies.ts'

/** A page with many notifies is read slowly, ms. */
const pageTimeoutMs = 15_000

/**
 * What both services store about a customer, as pieces of one CustomerExport, so that only one page is in memory besides
 * the order ids. Throws the services' problems; the document is then cut off.
 */
export async function* writeExport(
  { orders, payments }: Pick<Dependencies, 'orders' | 'payments'>,
  { customerId, actor, traceparent, now }: { customerId: string; actor: Actor; traceparent: string; now: Date },
): AsyncGenerator<string> {
  const call = { actor, traceparent, timeoutMs: pageTimeoutMs }
  const orderIds: string[] = []
  const path = `/customers/${encodeURIComponent(customerId)}/export`
  let page: ExportedOrderPage | undefined
  do {
    const query = page?.nextCursor ? `?cursor=${page.nextCursor}` : ''
    const begin = page
      ? ''
      : `{"customerId":${JSON.stringify(customerId)},"exportedAt":"${now.toISOString()}","orders":[`
    page = JSON.parse((await orders.call({ method: 'GET', path: path + query, ...call })).text) as ExportedOrderPage
    yield begin + itemsOf(page.items, orderIds.length > 0)
    orderIds.push(...page.items.map(({ orderId }) => orderId))
  } while (page.nextCursor !== null)

  yield '],"payments":['
  let hasPayment = false
  for (let from = 0; from < orderIds.length; from += exportedOrdersMax) {
    const body = JSON.stringify({ orderIds: orderIds.slice(from, from + exportedOrdersMax) })
    const { text } = await payments.call({ method: 'POST', path: '/personal-data/export', body, ...call })
    const { items }: { items: ExportedPayment[] } = JSON.parse(text)
    yield itemsOf(items, hasPayment)
    hasPayment ||= items.length > 0
  }
  yield ']}'
}

/** Elements of a JSON array, after others if `follows`. */
function itemsOf(items: readonly object[], follows: boolean): string {
  return items.map((item, index) => (follows || index > 0 ? ',' : '') + JSON.stringify(item)).join('')
}
