import { type Messaging, startMessaging } from '@alipay-checkout/messaging'
import { runService, waitFor } from '@alipay-checkout/service-kit'
import { openDatabase, watchClock } from '@alipay-checkout/service-kit/database'
import { Registry } from 'prom-client'
import { createBillClient } from './alipay/bill-download.ts'
import { createCallBudget } from './alipay/call-budget.ts'
import { createAlipayClient } from './alipay/client.ts'
import { createAlipayConnection } from './alipay/connection.ts'
import { readKeys } from './alipay/keys.ts'
import { createPagePay } from './alipay/page-pay.ts'
import { buildApp } from './app.ts'
import { startDeadLetterCases } from './cases/dead-letter-cases.ts'
import { readConfig } from './config.ts'
import { startMoneyJobs } from './jobs.ts'
import { addPaymentGauges } from './metrics.ts'
import { onOrderEvents } from './payments/on-order-events.ts'
import { createUnverifiedRecorder } from './payments/payment-log.ts'
import { serviceName } from './payments/payment-store.ts'
import { createPaymentWaiters } from './payments/payment-waiters.ts'
import { createRecordAlipayResult } from './payments/record-alipay-result.ts'
import { startDailyReconciliation } from './reconciliation/daily-job.ts'
import { createReconciler } from './reconciliation/reconcile.ts'
import { onRefundRequested } from './refunds/on-refund-requested.ts'

await runService(serviceName, async logger => {
  const config = readConfig()
  const { appPrivateKey: privateKey, alipayPublicKey } = readKeys(config)
  const { ALIPAY_APP_ID: appId, ALIPAY_GATEWAY: gateway, ALIPAY_TIMEOUT_MS: timeoutMs } = config
  const registry = new Registry()
  const database = openDatabase({ url: config.PAYMENT_DATABASE_URL, name: serviceName })
  const recordUnverified = createUnverifiedRecorder({ db: database.db, logger })
  const connection = createAlipayConnection({ appId, logger, registry })
  const alipay = createAlipayClient({
    appId,
    gateway,
    privateKey,
    alipayPublicKey,
    timeoutMs,
    registry,
    budget: createCallBudget({ perSecond: config.ALIPAY_CALLS_PER_SECOND }),
    observe(contact) {
      connection.observe(contact)
      recordUnverified(contact)
    },
  })
  // In the background: without Alipay, notifies are taken all the same.
  connection.start(alipay.query)
  await waitFor('Postgres', () => database.client`select 1`, { logger })

  addPaymentGauges({ db: database.db, registry })
  const clock = watchClock({ database, logger, registry })
  let messaging: Messaging | undefined
  const onCommitted = () => messaging?.relay.wake()
  const recordAlipayResult = createRecordAlipayResult({ db: database.db, onCommitted })
  const jobs = startMoneyJobs({ database, alipay, recordAlipayResult, config, onCommitted, logger })
  const reconciler = createReconciler({
    database,
    bills: createBillClient({
      appId,
      gateway,
      privateKey,
      alipayPublicKey,
      timeoutMs,
      hosts: config.BILL_HOSTS.split(',').filter(host => host !== ''),
    }),
    alipay,
    recordAlipayResult,
    schedule: dueAt => daily.schedule(dueAt),
    logger,
  })
  const daily = startDailyReconciliation({
    db: database.db,
    redisUrl: config.REDIS_URL,
    systemName: config.SYSTEM_NAME,
    reconciler,
    logger,
  })
  const paymentWaiters = createPaymentWaiters()
  messaging = startMessaging({
    service: serviceName,
    brokers: config.KAFKA_BROKERS,
    topics: ['order.events'],
    handlers: [
      onOrderEvents({ expected: paymentWaiters.arrived, closing: jobs.closeNow }),
      onRefundRequested({ refunding: jobs.refundNow }),
    ],
    database,
    logger,
    registry,
  })
  const deadLetterCases = startDeadLetterCases({
    // Not the group of earlier releases (`.cases`), which passed over what was not about money: that gets its case now.
    groupId: `${serviceName}.dead-letters`,
    brokers: config.KAFKA_BROKERS,
    db: database.db,
    logger,
    registry,
  })
  // What became due while we were away.
  jobs.closeNow()
  jobs.refundNow()

  const notifyUrl = `${config.PUBLIC_URL.replace(/\/+$/, '')}/api/payment/notify`
  const app = buildApp({
    db: database.db,
    pagePay: createPagePay({ appId, gateway: config.ALIPAY_PAGE_GATEWAY ?? gateway, notifyUrl, privateKey }),
    alipay,
    recordAlipayResult,
    paymentWaiters,
    askAt: jobs.askAt,
    refundNow: jobs.refundNow,
    onCommitted,
    reconcileNow: daily.reconcileNow,
    secondPerson: config.CASES_SECOND_PERSON,
    appId,
    sellerId: config.ALIPAY_SELLER_ID,
    alipayPublicKey,
    serviceToken: config.SERVICE_TOKEN,
    logger,
    registry,
    readiness: {
      required: { postgres: () => database.client`select 1` },
      // Without Kafka notifies are recorded and events wait; without Redis the sweeps find what is due. Without Alipay
      // (or with wrong keys) orders can still be read and notifies recorded.
      optional: { kafka: messaging.check, redis: jobs.check, clock: clock.check, alipay: connection.check },
    },
  })
  await app.listen({ host: config.HOST, port: config.PORT })
  logger.info({ port: config.PORT }, 'payment-service takes requests')

  return {
    async close() {
      connection.close()
      await app.close()
      await daily.close()
      await jobs.close()
      await Promise.all([deadLetterCases.stop(), messaging?.stop()])
      clock.stop()
      await database.close()
    },
  }
})
