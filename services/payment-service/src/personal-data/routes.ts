import { EraseStep, OrderIds } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import { erasePayments } from './erase-payments.ts'
import { exportPayments } from './export-payments.ts'

/** Export and erasure by order ids, which order-service names: payments have no index by customer. */
export function addPersonalData(app: HttpApp, { db }: { db: Db }): void {
  app.post('/personal-data/export', { schema: { body: OrderIds } }, async ({ body }) => ({
    items: await exportPayments(db, body.orderIds),
  }))
  app.post('/personal-data/erase', { schema: { body: EraseStep } }, async ({ body }, reply) => {
    await erasePayments(db, body)
    return reply.code(204).send()
  })
}
