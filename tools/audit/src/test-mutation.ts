import type { Break, PromiseNumber } from './promises.ts'
import { orderId } from './test-shop.ts'

/** A break that the audit must find. */
export type Found = { promise: Break['promise']; about: string; what: RegExp }

/** A change that no service would make: statements by database, and the only breaks that the audit must find. */
export interface Mutation {
  name: string
  sql: { orders?: string; payments?: string; inventory?: string }
  found: Found[]
}

/** A change that breaks one promise once. */
export type Row = [name: string, sql: Mutation['sql'], about: string, what: RegExp]

/** Rows by the promise that they break. */
export type Rows = Partial<Record<PromiseNumber, Row[]>>

/** The ids of the healthy shop's orders. */
export const id = Object.fromEntries(
  ['paid', 'waiting', 'expired', 'rejected', 'refunded', 'twice', 'late', 'partly'].map(name => [name, orderId(name)]),
) as Record<'paid' | 'waiting' | 'expired' | 'rejected' | 'refunded' | 'twice' | 'late' | 'partly', string>
