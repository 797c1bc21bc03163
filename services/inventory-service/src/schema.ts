// drizzle-kit reads every schema.ts of the service: these are the tables that messaging needs in its database.
export { inbox, outbox, outboxRejected } from '@alipay-checkout/messaging/tables'
export { auditLog } from '@alipay-checkout/service-kit/audit-log'
