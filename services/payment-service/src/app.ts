import type { Outbox } from '@alipay-checkout/messaging'
import {
  acceptCalls,
  buildHttpApp,
  type HttpApp,
  type Logger,
  type ReadinessChecks,
  requireServiceToken,
} from '@alipay-checkout/service-kit'
import { addAuditLog } from '@alipay-checkout/service-kit/audit-log'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import type { PaymentSigner } from './alipay/payment-signer.ts'
import type { SignatureVerifier } from './alipay/verifier.ts'
import { addCases } from './cases/routes.ts'
import { addDeadLetters, type DeadLetterDependencies } from './dead-letters/routes.ts'
import type { MethodSettings } from './payments/check-method.ts'
import { addOpenPayment } from './payments/open-payment.ts'
import { addPaymentActions } from './payments/payment-actions.ts'
import { serviceName } from './payments/payment-store.ts'
import type { PaymentWaiters } from './payments/payment-waiters.ts'
import type { AlipayAccess } from './payments/query-payment.ts'
import { addReceiveNotify } from './payments/receive-notify.ts'
import { addReplayNotify } from './payments/replay-notify.ts'
import { addSyncPayment } from './payments/sync-payment.ts'
import { addPersonalData } from './personal-data/routes.ts'
import { addAdminReconciliations } from './reconciliation/admin-routes.ts'
import { addReconciliations } from './reconciliation/routes.ts'
import { addRecovery } from './recovery/routes.ts'
import { addRefundAdministration } from './refunds/admin-routes.ts'
import { addRefunds } from './refunds/routes.ts'
import { addReports, type ReportDependencies } from './reports/routes.ts'
import { addAdminPayments } from './views/admin-payments.ts'
import { addReadPayment } from './views/payment-view.ts'
import { addSearch } from './views/search.ts'
import { addReadTimeline } from './views/timeline.ts'

export interface AppOptions extends AlipayAccess, DeadLetterDependencies, ReportDependencies {
  db: Db
  outbox: Outbox
  /** Queries of a recovery, at most, per second. */
  queriesPerSecondMax: number
  signer: PaymentSigner
  methodSettings: MethodSettings
  paymentWaiters: PaymentWaiters
  /** Wakes the job that queries Alipay, at these times. */
  scheduleSync: (dueAt: readonly Date[]) => void
  /** Wakes the job that closes attempts at Alipay, at these times. */
  scheduleClose: (dueAt: readonly Date[]) => void
  /** Wakes the job that executes refunds. */
  refundNow: () => void
  /** Wakes the job that compares bills. */
  reconcileNow: () => void
  /** The action of a case needs the approval of two different people. */
  secondPerson: boolean
  /** Above this sum of a person's refunds of an order, fen, a second person has to approve; undefined: never. */
  secondPersonAboveFen: number | undefined
  /** App and seller at Alipay: a notify for another recipient changes nothing. */
  appId: string
  sellerId: string
  verifier: SignatureVerifier
  serviceToken: string
  logger: Logger
  registry: Registry
  readiness: ReadinessChecks
  /** False where metrics have a port of their own. */
  servesMetrics?: boolean
}

/** The HTTP server of payment-service, not yet listening. */
export function buildApp(options: AppOptions): HttpApp {
  const app = buildHttpApp(options)
  requireServiceToken(app, options.serviceToken)
  const calls = acceptCalls(app)
  addOpenPayment(calls, options)
  addReceiveNotify(app, calls, options)
  addReadPayment(app, options)
  addSyncPayment(app, options)
  addPaymentActions(app, options)
  addAdminPayments(app, options)
  addSearch(app, options)
  addRefunds(app, options)
  addRefundAdministration(app, options)
  addReplayNotify(app, options)
  addReadTimeline(app, options)
  addCases(app, options)
  addReconciliations(app, options)
  addAdminReconciliations(app, options)
  addReports(app, options)
  addDeadLetters(app, options)
  addRecovery(app, options)
  addPersonalData(app, options)
  addAuditLog(app, { db: options.db, service: serviceName })
  return app
}
