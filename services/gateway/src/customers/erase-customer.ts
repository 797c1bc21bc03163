import { randomBytes } from 'node:crypto'
import type { ErasableOrders, ErasedCustomer, EraseStep, KeptOrder } from '@alipay-checkout/contracts'
import type { Actor } from '@alipay-checkout/service-kit'
import type { Dependencies } from '../dependencies.ts'

/** A step changes a hundred orders, ms. */
const stepTimeoutMs = 15_000

/**
 * Erases a customer's finished orders in both services, a page of orders at a time. Payment-service comes first, because
 * the orders are found by the customer's id at order-service: after a failure anywhere, a repeat finds what is left.
 * Throws the services' problems.
 */
export async function eraseCustomer(
  { orders, payments }: Pick<Dependencies, 'orders' | 'payments'>,
  { customerId, actor, traceparent }: { customerId: string; actor: Actor; traceparent: string },
): Promise<ErasedCustomer> {
  const call = { actor, traceparent, timeoutMs: stepTimeoutMs }
  const post = { method: 'POST', path: '/personal-data/erase', ...call } as const
  const pseudonym = `erased_${randomBytes(16).toString('hex')}`
  const keptOrders: KeptOrder[] = []
  let erasedOrders = 0
  let cursor: string | null = null
  do {
    const query: string = cursor === null ? '' : `?cursor=${cursor}`
    const path = `/customers/${encodeURIComponent(customerId)}/erasable${query}`
    const page: ErasableOrders = JSON.parse((await orders.call({ method: 'GET', path, ...call })).text)
    const step: EraseStep = { customerId, pseudonym, by: actor.id, orderIds: page.orderIds }
    const body = JSON.stringify(step)
    if (page.orderIds.length > 0) await payments.call({ ...post, body })
    // Also without orders, because it deletes the customer's idempotency keys.
    const done: ErasedCustomer = JSON.parse((await orders.call({ ...post, body })).text)
    erasedOrders += done.erasedOrders
    keptOrders.push(...page.keptOrders, ...done.keptOrders)
    cursor = page.nextCursor
  } while (cursor !== null)
  return { erasedOrders, keptOrders }
}
