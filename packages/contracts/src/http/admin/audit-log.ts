import Type, { type Static } from 'typebox'
import { Timestamp } from '../../events/shapes.ts'
import { pageOfItems } from './paging.ts'

export const AuditId = Type.String({ pattern: '^aud_[0-9a-f]{32}$', description: '`aud_` and 32 hex digits' })

/** Every action that the audit log can have: `<subject>.<verb>`. */
export const auditActions = [
  'order.cancel',
  'order.note',
  'recipient.read',
  'shipment.create',
  'shipment.deliver',
  'customer.erase',
  'payment.query',
  'payment.close',
  'notify.replay',
  'refund.request',
  'refund.approve',
  'refund.reject',
  'refund.retry',
  'case.claim',
  'case.release',
  'case.approve',
  'case.resolve',
  'reconciliation.request',
  'reconciliation.sign-off',
  'dead-letter.redrive',
  'dead-letter.discard',
  'product.set',
  'stock.adjust',
] as const
export type AuditAction = (typeof auditActions)[number]

/** What a person or a program with a role changed, stored in the transaction of the change. */
export const AuditEntry = Type.Object({
  auditId: AuditId,
  service: Type.String(),
  at: Timestamp,
  actor: Type.String({ description: '`sub` of the token' }),
  role: Type.Optional(Type.String({ description: 'The role that permitted it' })),
  action: Type.String({ description: 'Such as `order.cancel` or `refund.approve`' }),
  object: Type.String({ description: 'The id of what was changed' }),
  orderId: Type.Optional(Type.String()),
  before: Type.Optional(Type.Unknown()),
  after: Type.Optional(Type.Unknown()),
  reason: Type.Optional(Type.String()),
  requestId: Type.Optional(Type.String()),
  traceId: Type.Optional(Type.String()),
})
export type AuditEntry = Static<typeof AuditEntry>

/** Newest first. */
export const AuditPage = Type.Object({
  ...pageOfItems(AuditEntry).properties,
  missing: Type.Optional(Type.Array(Type.String(), { description: 'Services that could not answer' })),
})
export type AuditPage = Static<typeof AuditPage>
