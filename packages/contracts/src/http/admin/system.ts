import Type, { type Static } from 'typebox'
import { Timestamp } from '../../events/shapes.ts'
import { OrdersToday } from './orders.ts'
import { MoneyToday } from './payments.ts'

const Missing = Type.Array(Type.String(), { description: 'Services that could not answer' })
const time = Type.Union([Timestamp, Type.Null()])

/** Work that a service does by itself when it is due. PostgreSQL decides what is due; timers in Redis only wake it. */
export const DueWork = Type.Object({
  service: Type.String(),
  kind: Type.String({ description: 'The name of the worker and of its queue' }),
  due: Type.Integer({ description: 'Rows that are due now, at most 10,000' }),
  waiting: Type.Integer({ description: 'Rows that are due later, at most 10,000' }),
  oldestDueAt: time,
  nextDueAt: time,
  timers: Type.Union([
    Type.Object({ delayed: Type.Integer(), nextAt: time }, { description: 'In Redis' }),
    Type.Null(),
  ]),
})
export type DueWork = Static<typeof DueWork>
export const DueWorkOfService = Type.Object({ items: Type.Array(DueWork) })
export type DueWorkOfService = Static<typeof DueWorkOfService>
export const DueWorkList = Type.Object({ items: Type.Array(DueWork), missing: Missing })
export type DueWorkList = Static<typeof DueWorkList>

/** What a service says about itself: no setting that is a secret. */
export const ServiceInfo = Type.Object({
  service: Type.String(),
  version: Type.String(),
  node: Type.String(),
  startedAt: Timestamp,
  checks: Type.Record(Type.String(), Type.String(), { description: '`ok`, or why a dependency does not answer' }),
  degraded: Type.Array(Type.String()),
  settings: Type.Record(Type.String(), Type.String()),
  keys: Type.Array(
    Type.Object({
      name: Type.String(),
      fingerprint: Type.String({ description: 'SHA-256' }),
      daysLeft: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ),
})
export type ServiceInfo = Static<typeof ServiceInfo>

export const SystemHealth = Type.Object({
  services: Type.Array(
    Type.Object({
      service: Type.String(),
      status: Type.Union([Type.Literal('ready'), Type.Literal('degraded'), Type.Literal('unavailable')]),
      info: Type.Union([ServiceInfo, Type.Null()]),
    }),
  ),
})
export type SystemHealth = Static<typeof SystemHealth>

export const Today = Type.Object({
  orders: Type.Union([OrdersToday, Type.Null()]),
  money: Type.Union([MoneyToday, Type.Null()]),
  missing: Missing,
})
export type Today = Static<typeof Today>

/** Something that a text identifies. */
export const SearchHit = Type.Object({
  kind: Type.Union([
    Type.Literal('order'),
    Type.Literal('customer'),
    Type.Literal('payment'),
    Type.Literal('refund'),
    Type.Literal('case'),
    Type.Literal('notify'),
    Type.Literal('shipment'),
    Type.Literal('product'),
  ]),
  id: Type.String({ description: 'Of what was found' }),
  orderId: Type.Optional(Type.String({ description: 'The order that it belongs to' })),
  matched: Type.String({ description: 'What the text is: `reference`, `trade_no`, `tracking number`, …' }),
})
export type SearchHit = Static<typeof SearchHit>
export const SearchHits = Type.Object({ items: Type.Array(SearchHit) })
export type SearchHits = Static<typeof SearchHits>
export const SearchResult = Type.Object({ items: Type.Array(SearchHit), missing: Missing })
export type SearchResult = Static<typeof SearchResult>

/** The last run of the audit that was requested here. */
export const AuditRun = Type.Object({
  status: Type.Union([
    Type.Literal('unavailable'),
    Type.Literal('none'),
    Type.Literal('running'),
    Type.Literal('clean'),
    Type.Literal('failed'),
  ]),
  startedAt: time,
  finishedAt: time,
  output: Type.String(),
})
export type AuditRun = Static<typeof AuditRun>
