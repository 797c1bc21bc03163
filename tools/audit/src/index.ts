export { type AuditOptions, type AuditReport, audit } from './audit.ts'
export { type Break, describePromise, type PromiseNumber, promises } from './promises.ts'
