/** What a route of the admin API needs. */
const permissions = [
  'read',
  'order.cancel',
  'order.note',
  'payment.query',
  'payment.close',
  'notify.replay',
  'refund.request',
  'refund.decide',
  'case.resolve',
  'reconcile',
  'export',
  'product.write',
  'stock.adjust',
  'shipment.read',
  'shipment.write',
  'recipient.read',
  'customer.erase',
  'dead-letter.handle',
  'job.read',
  'audit-log.read',
  'system.audit',
] as const
export type Permission = (typeof permissions)[number]

/** The roles of tokens and sessions that open admin routes. `owner` may do everything. */
export const roles = [
  'viewer',
  'support',
  'cashier',
  'finance',
  'warehouse',
  'fulfilment',
  'operator',
  'auditor',
  'owner',
] as const
export type Role = (typeof roles)[number]

/** Which role may do what. `fulfilment` is for programs that ship: it reads nothing but what it ships. */
const granted: Record<Exclude<Role, 'owner'>, readonly Permission[]> = {
  viewer: ['read', 'shipment.read'],
  support: ['read', 'shipment.read', 'order.cancel', 'order.note', 'payment.query', 'payment.close'],
  cashier: ['read', 'shipment.read', 'order.note', 'refund.request'],
  finance: [
    'read',
    'shipment.read',
    'order.note',
    'payment.query',
    'refund.request',
    'refund.decide',
    'case.resolve',
    'reconcile',
    'export',
  ],
  warehouse: ['read', 'order.note', 'product.write', 'stock.adjust', 'shipment.read', 'shipment.write'],
  fulfilment: ['recipient.read', 'shipment.read', 'shipment.write'],
  operator: [
    'read',
    'shipment.read',
    'payment.query',
    'notify.replay',
    'dead-letter.handle',
    'job.read',
    'system.audit',
  ],
  auditor: ['read', 'shipment.read', 'audit-log.read', 'export', 'system.audit'],
}

/** Names of roles from before the roles existed. */
const sameAs: Readonly<Record<string, Role>> = { admin: 'owner' }

/** The roles that grant a permission, for messages and the audit log: the most specific ones first. */
export function rolesWith(permission: Permission): readonly Role[] {
  return roles.filter(role => role === 'owner' || granted[role].includes(permission))
}

/**
 * The role of these that grants the permission; undefined where none does. Someone who is a cashier and has another role
 * that may refund acts in the other one, which has no limit.
 */
export function roleFor(permission: Permission, held: ReadonlySet<string>): Role | undefined {
  const own = rolesOf(held)
  // `owner` comes last, so that the audit log names the role that someone needs for the action.
  const granting = rolesWith(permission).filter(role => own.has(role))
  return granting.find(role => role !== limitedRole) ?? granting[0]
}

/** The roles of this system among those that someone holds anywhere. */
export function rolesOf(held: ReadonlySet<string>): ReadonlySet<Role> {
  const own = new Set(Array.from(held, role => (Object.hasOwn(sameAs, role) ? sameAs[role] : role)))
  return new Set(roles.filter(role => own.has(role)))
}
/** The role whose refunds have a limit, REFUND_LIMIT_FEN. */
export const limitedRole: Role = 'cashier'

/** Everything that these roles may do. */
export function permissionsOf(held: ReadonlySet<string>): Permission[] {
  return permissions.filter(permission => roleFor(permission, held) !== undefined)
}
