export { type AuditOptions, type AuditReport, audit } from './audit.ts'
export { type Break, promises } from './promises.ts'
