import { randomUUID } from 'node:crypto'
import { audit, type Break } from '@alipay-checkout/audit'
import type { Case, MoneyNote, Refund, RefundBody, Timeline } from '@alipay-checkout/contracts'
import { jwt, waitUntil } from '@alipay-checkout/test-support'
import postgres from 'postgres'
import { type Answer, call, type ProblemAnswer } from './http.ts'
import { type Customer, readOrder } from './shop.ts'
import { system } from './system.ts'

interface RefundList {
  items: Refund[]
  paidFen: number
  refundableFen: number
}

const admin = jwt('admin-of-tests', { role: 'admin' })

async function ok<Body>(answer: Promise<Answer<Body>>, status = 200): Promise<Body> {
  const { status: got, text, body } = await answer
  if (got !== status) throw new Error(`answered ${got}: ${text}`)
  return body
}

/** Asks for money of an order to go back, whatever comes of it. */
export const tryToRefund = (orderId: string, body: RefundBody, key?: string) =>
  call<Refund & ProblemAnswer>('POST', `/api/admin/orders/${orderId}/refunds`, {
    token: admin,
    body,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  })

/** Asks for money to go back, and waits until Alipay has given it. */
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

/** The refunds of an order once there is one and none is on its way. */
export function untilRefunded(orderId: string): Promise<RefundList> {
  return waitUntil(
    async () => {
      const list = await readRefunds(orderId)
      if (list.items.length > 0 && list.items.every(({ status }) => status === 'SUCCEEDED')) return list
      throw new Error(JSON.stringify(list))
    },
    { what: 'the money is back', timeoutMs: 20_000 },
  )
}

/** What the buyer is told about the order's money, once the newest of it is `kind`. */
export function untilTold(customer: Customer, orderId: string, kind: MoneyNote['kind']): Promise<MoneyNote[]> {
  return waitUntil(
    async () => {
      const notes = (await readOrder(customer, orderId)).body.moneyNotes ?? []
      if (notes.at(-1)?.kind === kind) return notes
      throw new Error(JSON.stringify(notes))
    },
    { what: `the buyer is told ${kind}`, timeoutMs: 20_000 },
  )
}

/** The cases about an order, once there is one. Newest first. */
export function untilThereIsACase(about: string): Promise<Case[]> {
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

/** Everything that happened to an order: `service what`, in order. */
export async function readTimeline(orderId: string): Promise<string[]> {
  const { entries } = await ok(call<Timeline>('GET', `/api/admin/orders/${orderId}/timeline`, { token: admin }))
  return entries.map(({ service, what }) => `${service} ${what}`)
}

/** Why each thing happened to an order in order-service, in order. */
export async function readCauses(orderId: string): Promise<string[]> {
  const { entries } = await ok(call<Timeline>('GET', `/api/admin/orders/${orderId}/timeline`, { token: admin }))
  return entries.filter(({ service }) => service === 'order-service').map(({ cause }) => cause)
}

/** Has something done about a case. */
export const resolveCase = (caseId: string, action: Case['proposal']['action']) =>
  ok(
    call<Case>('POST', `/api/admin/cases/${caseId}/resolve`, {
      token: admin,
      body: { action, note: 'seen by a test', preview: false },
    }),
  )

/** Where a day's bill and our books did not agree. */
interface Difference {
  kind: string
  /** A trade's number, or a refund's. */
  subject: string
  status: string
}

/**
 * Has the bill of a day compared with our books; gives back what differed, once it is done. A day that is not over is
 * refused by the API, and a test has no other, so its run is written where the daily job writes it.
 */
export async function reconcile(date: string): Promise<Difference[]> {
  const options = {
    base: system.paymentServiceUrl,
    headers: { 'x-service-token': system.environment.SERVICE_TOKEN ?? '', 'x-actor': 'tests' },
  }
  const sql = postgres(system.databases.payments, { max: 1, onnotice: () => {} })
  await sql`
    insert into reconciliation_runs (run_id, bill_date, status, started_by, next_try_at)
    values (${`run_${randomUUID().replaceAll('-', '')}`}, ${date}, 'WAITING', 'tests', now()) on conflict do nothing`
  await sql.end()
  // Any run that is asked for wakes the reconciler, which takes every one that is due.
  await ok(call('POST', '/reconciliations', { ...options, body: { date: '2020-01-01' } }), 202)
  return waitUntil(
    async () => {
      const path = `/reconciliations/${date}`
      const { body } = await call<{ run: { status: string }; differences: Difference[] }>('GET', path, options)
      if (body.run.status === 'DONE') return body.differences
      throw new Error(JSON.stringify(body.run))
    },
    { what: `the bill of ${date} is compared`, timeoutMs: 30_000 },
  )
}

/** Every broken promise about these orders, seen from all books. */
async function breaksAbout(orderIds: readonly string[]): Promise<Break[]> {
  const { databases, simulatorUrl } = system
  const { breaks } = await audit({ databases, simulatorUrl, settleSeconds: 0 })
  return breaks.filter(({ about }) => orderIds.some(orderId => about.startsWith(orderId)))
}

/** Waits until nothing about these orders is on its way, and all books agree about them. */
export async function untilBooksAgree(...orderIds: string[]): Promise<void> {
  await waitUntil(
    async () => {
      const breaks = await breaksAbout(orderIds)
      if (breaks.length === 0) return true
      throw new Error(JSON.stringify(breaks))
    },
    { what: 'the books agree', timeoutMs: 20_000, everyMs: 200 },
  )
}
