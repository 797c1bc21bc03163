import { audit } from '@alipay-checkout/audit'
import type { Case, MoneyNote, Refund, RefundBody, RefundList, Timeline } from '@alipay-checkout/contracts'
import { compareBill, waitUntil } from '@alipay-checkout/test-support'
import { call } from './http.ts'
import { admin, type Customer, ok, readOrder, shop } from './shop.ts'
import { system } from './system.ts'

/** Requests a refund. Resolves to the response, whatever its status. */
export const tryToRefund = (orderId: string, body: RefundBody, key?: string) =>
  shop.requestRefund(admin, orderId, body, key)

/** Requests a refund, and waits until Alipay has paid it. */
export async function refund(orderId: string, body: RefundBody): Promise<Refund> {
  const { refundId } = await ok(tryToRefund(orderId, body), 202)
  return untilRefundIs(orderId, refundId, 'SUCCEEDED')
}

export const readRefunds = (orderId: string) =>
  ok(call<RefundList>('GET', `/api/admin/orders/${orderId}/refunds`, { token: admin }))

function untilRefundIs(orderId: string, refundId: string, status: Refund['status']): Promise<Refund> {
  return waitUntil(
    async () => {
      const found = (await readRefunds(orderId)).items.find(one => one.refundId === refundId)
      if (found?.status === status) return found
      throw new Error(`it is ${JSON.stringify(found)}`)
    },
    { what: `the refund is ${status}`, timeoutMs: 20_000 },
  )
}

/** The refunds of an order, once there is one and all have succeeded. */
export function untilRefunded(orderId: string): Promise<RefundList> {
  return waitUntil(
    async () => {
      const list = await readRefunds(orderId)
      if (list.items.length > 0 && list.items.every(({ status }) => status === 'SUCCEEDED')) return list
      throw new Error(JSON.stringify(list))
    },
    { what: 'the refund has succeeded', timeoutMs: 20_000 },
  )
}

/** The order's notes about money for the buyer, once the newest is of this `kind`. */
export function untilMoneyNote(customer: Customer, orderId: string, kind: MoneyNote['kind']): Promise<MoneyNote[]> {
  return waitUntil(
    async () => {
      const notes = (await readOrder(customer, orderId)).body.moneyNotes ?? []
      if (notes.at(-1)?.kind === kind) return notes
      throw new Error(JSON.stringify(notes))
    },
    { what: `the buyer gets the note ${kind}`, timeoutMs: 20_000 },
  )
}

/** The cases about an order, once there is one. Newest first. */
export function untilCaseAbout(about: string): Promise<Case[]> {
  return waitUntil(
    async () => {
      const { items } = await ok(call<{ items: Case[] }>('GET', '/api/admin/cases?limit=100', { token: admin }))
      const found = items.filter(({ orderId, outTradeNo }) => orderId === about || outTradeNo === about)
      if (found.length > 0) return found
      throw new Error(`there are ${items.length} cases, and none about it`)
    },
    { what: `there is a case about ${about}` },
  )
}

/** The timeline of an order, in order. */
export async function readTimelineEntries(orderId: string): Promise<Timeline['entries']> {
  return (await ok(call<Timeline>('GET', `/api/admin/orders/${orderId}/timeline`, { token: admin }))).entries
}

/** The timeline of an order: `service what`, in order. */
export async function readTimeline(orderId: string): Promise<string[]> {
  const entries = await readTimelineEntries(orderId)
  return entries.map(({ service, what }) => `${service} ${what}`)
}

/** The causes of order-service's entries in an order's timeline, in order. */
export async function readCauses(orderId: string): Promise<string[]> {
  const entries = await readTimelineEntries(orderId)
  return entries.filter(({ service }) => service === 'order-service').map(({ cause }) => cause)
}

/** Resolves a case. */
export const resolveCase = (caseId: string, action: Case['proposal']['action']) =>
  ok(
    call<Case>('POST', `/api/admin/cases/${caseId}/resolve`, {
      token: admin,
      body: { action, note: 'seen by a test', preview: false },
    }),
  )

/** Reconciles the bill of a day. Returns the differences that it found, once it is done. */
export async function reconcile(date: string) {
  const { paymentServiceUrl, databases, environment } = system
  const { differences } = await compareBill(
    { paymentServiceUrl, paymentsDatabaseUrl: databases.payments, serviceToken: environment.SERVICE_TOKEN ?? '' },
    date,
  )
  return differences
}

/** Waits until the audit finds nothing about these orders (or SKUs): the ledgers of all services and of Alipay agree. */
export async function untilLedgersAgree(...about: string[]): Promise<void> {
  const { databases, simulatorUrl } = system
  await waitUntil(
    async () => {
      const report = await audit({ databases, simulatorUrl, settleSeconds: 0 })
      const breaks = report.breaks.filter(one => about.some(id => one.about.startsWith(id)))
      if (breaks.length === 0) return true
      throw new Error(JSON.stringify(breaks))
    },
    { what: 'the ledgers agree', timeoutMs: 20_000, everyMs: 200 },
  )
}
