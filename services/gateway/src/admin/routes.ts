import {
  AdminOrderPage,
  CancelledOrder,
  CancelOrderBody,
  ConsumerGroups,
  DeadLetter,
  DeadLetterFilters,
  DeadLetterPage,
  DeadLetterReasons,
  HandleDeadLettersBody,
  HandledDeadLetters,
  OrderFilters,
  OrderId,
  ReasonBody,
  RedriveBody,
  Sku,
  StaffNoteBody,
  StockFilters,
  StockHistory,
  StockPage,
} from '@alipay-checkout/contracts'
import Type from 'typebox'
import { deadLetterIdOf, orderIdOf, skuOf } from '../http/path-ids.ts'
import { idempotencyKey, OrderParams, pageQuery } from '../http/schemas.ts'
import { type AdminRoute, actionTimeoutMs, filtersOf, idParams } from './admin-route.ts'
import { csvLists } from './csv-columns.ts'
import { moneyRoutes } from './money-routes.ts'

const DeadLetterParams = idParams('The dead letter’s id, `dlq_…`')
const SkuParams = Type.Object({ sku: Type.String() })
const opaque = Type.String({ minLength: 1, maxLength: 200 })
const orderRoutes: AdminRoute[] = [
  {
    method: 'GET',
    path: '/orders',
    permission: 'read',
    summary: 'Orders, newest first, with filters',
    query: filtersOf({ ...OrderFilters, ...pageQuery(OrderId) }),
    answers: { 200: AdminOrderPage },
    csv: csvLists.orders,
    from: { service: 'orders', path: () => '/admin/orders' },
  },
  {
    method: 'POST',
    path: '/orders/:id/cancel',
    permission: 'order.cancel',
    summary: 'Cancel an unpaid order',
    description: 'Its stock goes back on sale once Alipay takes no more money for it. A repeat changes nothing.',
    params: OrderParams,
    body: CancelOrderBody,
    answers: { 200: CancelledOrder },
    problems: ['malformed-json', 'order-not-found', 'order-not-cancellable'],
    timeoutMs: actionTimeoutMs,
    from: { service: 'orders', path: ({ id = '' }) => `/admin/orders/${orderIdOf(id)}/cancel` },
  },
  {
    method: 'POST',
    path: '/orders/:id/notes',
    permission: 'order.note',
    summary: 'Write a note about an order, for the staff',
    description: 'It is an entry of the timeline. Do not write personal data into it.',
    params: OrderParams,
    headers: Type.Object({ 'idempotency-key': idempotencyKey('Repeating the request with the same key is one note') }),
    body: StaffNoteBody,
    answers: { 200: Type.Object({ orderId: OrderId }) },
    problems: ['malformed-json', 'order-not-found', 'idempotency-key-reused'],
    from: { service: 'orders', path: ({ id = '' }) => `/admin/orders/${orderIdOf(id)}/notes` },
  },
]

const deadLetterRoutes: AdminRoute[] = [
  {
    method: 'GET',
    path: '/dead-letters',
    permission: 'read',
    summary: 'Records that a consumer could not handle, newest first',
    query: filtersOf({ ...DeadLetterFilters, ...pageQuery(opaque) }),
    answers: { 200: DeadLetterPage },
    csv: csvLists.deadLetters,
    from: { service: 'payments', path: () => '/admin/dead-letters' },
  },
  {
    method: 'GET',
    path: '/dead-letters/reasons',
    permission: 'read',
    summary: 'Waiting dead letters by group and reason',
    answers: { 200: DeadLetterReasons },
    from: { service: 'payments', path: () => '/admin/dead-letters/reasons' },
  },
  {
    method: 'GET',
    path: '/dead-letters/:id',
    permission: 'read',
    summary: 'A dead letter',
    params: DeadLetterParams,
    answers: { 200: DeadLetter },
    problems: ['dead-letter-not-found'],
    from: { service: 'payments', path: ({ id = '' }) => `/admin/dead-letters/${deadLetterIdOf(id)}` },
  },
  {
    method: 'POST',
    path: '/dead-letters/:id/redrive',
    permission: 'dead-letter.handle',
    summary: 'Deliver a dead letter to its consumer again',
    description: 'It is written to Kafka afterwards. A repeat changes nothing.',
    params: DeadLetterParams,
    body: RedriveBody,
    answers: { 202: DeadLetter },
    problems: ['malformed-json', 'dead-letter-not-found', 'dead-letter-handled'],
    from: { service: 'payments', path: ({ id = '' }) => `/admin/dead-letters/${deadLetterIdOf(id)}/redrive` },
  },
  {
    method: 'POST',
    path: '/dead-letters/:id/discard',
    permission: 'dead-letter.handle',
    summary: 'Discard a dead letter, with a reason',
    description: 'Its consumer never gets it. The record and the reason are kept.',
    params: DeadLetterParams,
    body: ReasonBody,
    answers: { 202: DeadLetter },
    problems: ['malformed-json', 'dead-letter-not-found', 'dead-letter-handled'],
    from: { service: 'payments', path: ({ id = '' }) => `/admin/dead-letters/${deadLetterIdOf(id)}/discard` },
  },
  {
    method: 'POST',
    path: '/dead-letters/redrive',
    permission: 'dead-letter.handle',
    summary: 'Redrive all waiting dead letters of a group with one reason',
    body: HandleDeadLettersBody,
    answers: { 202: HandledDeadLetters },
    problems: ['malformed-json'],
    from: { service: 'payments', path: () => '/admin/dead-letters/redrive' },
  },
  {
    method: 'POST',
    path: '/dead-letters/discard',
    permission: 'dead-letter.handle',
    summary: 'Discard all waiting dead letters of a group with one reason',
    body: HandleDeadLettersBody,
    answers: { 202: HandledDeadLetters },
    problems: ['malformed-json'],
    from: { service: 'payments', path: () => '/admin/dead-letters/discard' },
  },
  {
    method: 'GET',
    path: '/consumers',
    permission: 'read',
    summary: 'Consumer groups of this system: lag and waiting dead letters',
    answers: { 200: ConsumerGroups },
    from: { service: 'payments', path: () => '/admin/consumers' },
  },
]

const stockRoutes: AdminRoute[] = [
  {
    method: 'GET',
    path: '/stock',
    permission: 'read',
    summary: 'Products with where their units are, by SKU',
    query: filtersOf({ ...StockFilters, ...pageQuery(Sku, 50) }),
    answers: { 200: StockPage },
    csv: csvLists.stock,
    from: { service: 'inventory', path: () => '/admin/stock' },
  },
  {
    method: 'GET',
    path: '/stock/:sku/history',
    permission: 'read',
    summary: 'Who changed a product or its stock, when, how and why, newest first',
    params: SkuParams,
    query: filtersOf(pageQuery(opaque, 50)),
    answers: { 200: StockHistory },
    problems: ['product-not-found'],
    csv: csvLists.stockHistory,
    from: { service: 'inventory', path: ({ sku = '' }) => `/admin/stock/${skuOf(sku)}/history` },
  },
]

/** The routes of the admin API that one service answers. */
export const forwardedRoutes: readonly AdminRoute[] = [
  ...orderRoutes,
  ...moneyRoutes,
  ...deadLetterRoutes,
  ...stockRoutes,
]
