export { type AuditOptions, type AuditReport, audit, type BrokenOrder, findBrokenOrders } from './audit.ts'
export type { OrderLedger } from './ledger-rows.ts'
export { type Break, describePromise, type PromiseNumber, promises } from './promises.ts'
