import {
  AdminOrder,
  AuditId,
  AuditPage,
  AuditRun,
  DayOrTime,
  DueWorkList,
  OrderTrace,
  SearchResult,
  SystemHealth,
  Today,
} from '@alipay-checkout/contracts'
import Type from 'typebox'
import { OrderParams, pageQuery } from '../http/schemas.ts'
import { type AdminRoute, filtersOf } from './admin-route.ts'
import { readAuditLog } from './audit-log.ts'
import { csvLists } from './csv-columns.ts'
import { readDueWork } from './due.ts'
import { readHealth } from './health.ts'
import { readOrderTrace } from './order-trace.ts'
import { readOrderView } from './order-view.ts'
import { search } from './search.ts'
import { readToday } from './today.ts'

/** The routes of the admin API that the gateway answers from several services. */
export const composedRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/orders/:id',
    permission: 'read',
    summary: 'One order as all services know it',
    description: 'A service that can not answer is named in `missing`; what it knows is then absent.',
    params: OrderParams,
    answers: { 200: AdminOrder },
    problems: ['order-not-found'],
    from: { compose: readOrderView },
  },
  {
    method: 'GET',
    path: '/orders/:id/trace',
    permission: 'read',
    summary: 'The trace of an order: what every process did for it, and when',
    description: 'Read from the address in the setting TRACES_URL. Not every trace is recorded.',
    params: OrderParams,
    answers: { 200: OrderTrace },
    problems: ['order-not-found', 'service-unavailable'],
    from: { compose: readOrderTrace },
  },
  {
    method: 'GET',
    path: '/search',
    permission: 'read',
    summary: 'What a number identifies',
    description:
      'An order, its reference, `out_trade_no`, Alipay’s number, a refund, a case, a notify, a SKU, a customer or a tracking number.',
    query: filtersOf({ q: Type.String({ minLength: 1, maxLength: 128 }) }),
    answers: { 200: SearchResult },
    from: { compose: search },
  },
  {
    method: 'GET',
    path: '/audit-log',
    permission: 'audit-log.read',
    summary: 'Who changed what, newest first',
    query: filtersOf({
      actor: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
      action: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
      object: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'An id, or an order’s' })),
      from: Type.Optional(DayOrTime),
      to: Type.Optional(DayOrTime),
      ...pageQuery(AuditId, 50),
    }),
    answers: { 200: AuditPage },
    csv: csvLists.auditLog,
    from: { compose: readAuditLog },
  },
  {
    method: 'GET',
    path: '/today',
    permission: 'read',
    summary: 'Orders and money of today, and what waits for a person',
    answers: { 200: Today },
    from: { compose: readToday },
  },
  {
    method: 'GET',
    path: '/due',
    permission: 'read',
    summary: 'Work that the services do by themselves when it is due, beside its timers',
    answers: { 200: DueWorkList },
    csv: csvLists.due,
    from: { compose: readDueWork },
  },
  {
    method: 'GET',
    path: '/health',
    permission: 'read',
    summary: 'The services: versions, dependencies, settings that are no secrets, keys',
    answers: { 200: SystemHealth },
    from: { compose: readHealth },
  },
  {
    method: 'GET',
    path: '/system/audit',
    permission: 'system.audit',
    summary: 'The last run of the audit that was requested here',
    answers: { 200: AuditRun },
    from: { compose: async ({ audit }) => audit.last() },
  },
  {
    method: 'POST',
    path: '/system/audit',
    permission: 'system.audit',
    summary: 'Run the audit',
    description:
      'While one runs, it is that one. Needs the setting AUDIT_COMMAND. Each replica of the gateway knows its own runs.',
    answers: { 202: AuditRun },
    from: { compose: async ({ audit }) => audit.start() },
  },
]
