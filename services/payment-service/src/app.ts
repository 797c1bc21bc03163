import type { KeyObject } from 'node:crypto'
import {
  acceptCalls,
  buildHttpApp,
  type HttpApp,
  type Logger,
  type ReadinessChecks,
  requireServiceToken,
} from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import type { AlipayClient } from './alipay/client.ts'
import type { PagePay } from './alipay/page-pay.ts'
import { addCases } from './cases/routes.ts'
import { addOpenPayment } from './payments/open-payment.ts'
import type { PaymentWaiters } from './payments/payment-waiters.ts'
import { addReceiveNotify } from './payments/receive-notify.ts'
import type { RecordAlipayResult } from './payments/record-alipay-result.ts'
import { addReplayNotify } from './payments/replay-notify.ts'
import { addSyncPayment } from './payments/sync-payment.ts'
import { addReconciliations } from './reconciliation/routes.ts'
import { addRefunds } from './refunds/routes.ts'
import { addReadPayment } from './views/payment-view.ts'
import { addReadTimeline } from './views/timeline.ts'

export interface AppOptions {
  db: Db
  pagePay: PagePay
  alipay: AlipayClient
  recordAlipayResult: RecordAlipayResult
  paymentWaiters: PaymentWaiters
  /** An attempt was opened that is to be asked about at this time. */
  askAt: (dueAt: Date) => void
  /** A refund was kept that is due now. */
  refundNow: () => void
  /** Something was committed that may have written an event. */
  onCommitted: () => void
  /** The comparison of a day's bill was asked for. */
  reconcileNow: () => void
  /** Two different people have to approve what is done about a case. */
  secondPerson: boolean
  /** Who we are at Alipay: a notify for anybody else changes nothing. */
  appId: string
  sellerId: string
  alipayPublicKey: KeyObject
  serviceToken: string
  logger: Logger
  registry: Registry
  readiness: ReadinessChecks
}

/** payment-service's HTTP side, not yet listening. */
export function buildApp(options: AppOptions): HttpApp {
  const app = buildHttpApp(options)
  requireServiceToken(app, options.serviceToken)
  const calls = acceptCalls(app)
  addOpenPayment(calls, options)
  addReceiveNotify(app, calls, options)
  addReadPayment(app, options)
  addSyncPayment(app, options)
  addRefunds(app, options)
  addReplayNotify(app, options)
  addReadTimeline(app, options)
  addCases(app, options)
  addReconciliations(app, options)
  return app
}
