import { Link } from 'wouter'
import classes from './values.module.css'
import { CopyableId } from './values.tsx'

/** What has a page, or a place on one. */
export type Entity =
  | 'order'
  | 'customer'
  | 'payment'
  | 'refund'
  | 'shipment'
  | 'notify'
  | 'case'
  | 'product'
  | 'dead-letter'
  | 'day'

const encode = encodeURIComponent

/** Where something is shown. What belongs to an order is shown on the order's page: give `orderId`. */
export function pathOf(entity: Entity, id: string, orderId?: string): string {
  switch (entity) {
    case 'order':
      return `/orders/${encode(id)}`
    case 'customer':
      return `/orders?customer=${encode(id)}`
    case 'case':
      return `/cases/${encode(id)}`
    case 'product':
      return `/stock/${encode(id)}`
    case 'dead-letter':
      return `/dead-letters/${encode(id)}`
    case 'day':
      return `/reconciliation/${encode(id)}`
    default:
      return orderId === undefined ? `/search?q=${encode(id)}` : `/orders/${encode(orderId)}#${encode(id)}`
  }
}

interface EntityLinkProps {
  entity: Entity
  id: string
  orderId?: string | undefined
  /** With a button that copies the id. */
  copy?: boolean
  /** Shown instead of the id. */
  label?: string
}

/** A link to an order, refund, case… */
export function EntityLink({ entity, id, orderId, copy = false, label }: EntityLinkProps) {
  const link = (
    <Link href={pathOf(entity, id, orderId)} className={label === undefined ? undefined : classes.nowrap}>
      {label ?? id}
    </Link>
  )
  return copy ? <CopyableId id={id}>{link}</CopyableId> : link
}
