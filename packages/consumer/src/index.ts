export { RefusedEvent } from '@alipay-checkout/messaging'
export type * from './api.ts'
export { createConsumer } from './consumer.ts'
export { createTables, tablesSql } from './tables.ts'
