import {
  AdminOrder,
  AuditId,
  AuditPage,
  AuditRun,
  DayOrTime,
  DueWorkList,
  SearchResult,
  SystemHealth,
  Today,
} from '@alipay-checkout/contracts'
import { Problem } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { OrderParams, pageQuery } from '../http/schemas.ts'
import type { AdminRoute } from './admin-route.ts'
import { readOrderView } from './order-view.ts'

/** Replaced by the function that answers. */
const notYet = async () => {
  throw new Problem('service-unavailable', 'This is not available yet.')
}

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
    path: '/search',
    permission: 'read',
    summary: 'What a number identifies',
    description:
      'An order, its reference, `out_trade_no`, Alipay’s number, a refund, a case, a notify, a SKU, a customer or a tracking number.',
    query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 128 }) }, { additionalProperties: false }),
    answers: { 200: SearchResult },
    from: { compose: notYet },
  },
  {
    method: 'GET',
    path: '/audit-log',
    permission: 'audit-log.read',
    summary: 'Who changed what, newest first',
    query: Type.Object(
      {
        actor: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
        action: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
        object: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'An id, or an order’s' })),
        from: Type.Optional(DayOrTime),
        to: Type.Optional(DayOrTime),
        ...pageQuery(AuditId, 50),
      },
      { additionalProperties: false },
    ),
    answers: { 200: AuditPage },
    from: { compose: notYet },
  },
  {
    method: 'GET',
    path: '/today',
    permission: 'read',
    summary: 'Orders and money of today, and what waits for a person',
    answers: { 200: Today },
    from: { compose: notYet },
  },
  {
    method: 'GET',
    path: '/due',
    permission: 'read',
    summary: 'Work that the services do by themselves when it is due, beside its timers',
    answers: { 200: DueWorkList },
    from: { compose: notYet },
  },
  {
    method: 'GET',
    path: '/health',
    permission: 'read',
    summary: 'The services: versions, dependencies, settings that are no secrets, keys',
    answers: { 200: SystemHealth },
    from: { compose: notYet },
  },
  {
    method: 'GET',
    path: '/system/audit',
    permission: 'system.audit',
    summary: 'The last run of the audit that was requested here',
    answers: { 200: AuditRun },
    from: { compose: notYet },
  },
  {
    method: 'POST',
    path: '/system/audit',
    permission: 'system.audit',
    summary: 'Run the audit',
    description: 'While one runs, it is that one. Needs the setting AUDIT_COMMAND.',
    answers: { 202: AuditRun },
    from: { compose: notYet },
  },
]
