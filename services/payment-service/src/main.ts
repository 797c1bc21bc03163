import { type Messaging, startDeadLetterWatch, startMessaging } from '@alipay-checkout/messaging'
import { openDatabase, runService, startDueJobs, waitFor } from '@alipay-checkout/service-kit'
import { Registry } from 'prom-client'
import { createBillClient } from './alipay/bill-download.ts'
import { createAlipayClient } from './alipay/client.ts'
import { readKeys } from './alipay/keys.ts'
import { createPagePay } from './alipay/page-pay.ts'
import { createKeepWord } from './alipay-said.ts'
import { buildApp } from './app.ts'
import { createArrivals } from './arrivals.ts'
import { openCases } from './cases/open-cases.ts'
import { caseOfParked } from './cases/parked-messages.ts'
import { readConfig } from './config.ts'
import { onOrderEvents } from './consumers/on-order-events.ts'
import { onRefundRequested } from './consumers/on-refund-requested.ts'
import { serviceName } from './db/payments.ts'
import { createAttemptAsker } from './jobs/ask-attempts.ts'
import { createAttemptCloser } from './jobs/close-attempts.ts'
import { createRefundExecutor } from './jobs/execute-refunds.ts'
import { startDailyReconciliation } from './reconciliation/daily.ts'
import { createReconciler } from './reconciliation/reconcile.ts'

/** How often we look for what is due and no timer told us about, ms. */
const sweepEveryMs = 10_000

await runService(serviceName, async logger => {
  const config = readConfig()
  const { appPrivateKey: privateKey, alipayPublicKey } = readKeys(config)
  const { ALIPAY_APP_ID: appId, ALIPAY_GATEWAY: gateway, ALIPAY_TIMEOUT_MS: timeoutMs } = config
  const registry = new Registry()
  const database = openDatabase({ url: config.PAYMENT_DATABASE_URL, name: serviceName })
  await waitFor('Postgres', () => database.client`select 1`, { logger })

  const alipay = createAlipayClient({ appId, gateway, privateKey, alipayPublicKey, timeoutMs, registry })
  let messaging: Messaging | undefined
  const keepWord = createKeepWord({ db: database.db, onCommitted: () => messaging?.relay.wake() })
  const closer = createAttemptCloser({
    db: database.db,
    alipay,
    keepWord,
    alipayTimeoutMs: timeoutMs,
    schedule: dueAt => closing.schedule([dueAt]),
    logger,
  })
  const closing = startDueJobs({
    name: 'close-attempts',
    redisUrl: config.REDIS_URL,
    logger,
    sweepEveryMs,
    runDue: closer.runDue,
  })
  const closeNow = () => void closer.runDue().catch(error => logger.warn({ err: error }, 'closing waits for the sweep'))
  const asker = createAttemptAsker({
    db: database.db,
    alipay,
    keepWord,
    askPerSecondMax: config.ALIPAY_ASKS_PER_SECOND,
    schedule: dueAt => asking.schedule([dueAt]),
    logger,
  })
  const asking = startDueJobs({
    name: 'ask-attempts',
    redisUrl: config.REDIS_URL,
    logger,
    sweepEveryMs,
    runDue: asker.runDue,
  })
  const refunder = createRefundExecutor({
    db: database.db,
    alipay,
    alipayTimeoutMs: timeoutMs,
    queryAfterMs: config.REFUND_QUERY_AFTER_MS,
    pauseMs: config.REFUND_PAUSE_MS,
    schedule: dueAt => refunding.schedule(dueAt),
    onCommitted: () => messaging?.relay.wake(),
    logger,
  })
  const refunding = startDueJobs({
    name: 'execute-refunds',
    redisUrl: config.REDIS_URL,
    logger,
    sweepEveryMs,
    runDue: refunder.runDue,
  })
  const refundNow = () =>
    void refunder.runDue().catch(error => logger.warn({ err: error }, 'refunds wait for the sweep'))
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
    keepWord,
    schedule: dueAt => daily.schedule(dueAt),
    logger,
  })
  const daily = startDailyReconciliation({ db: database.db, redisUrl: config.REDIS_URL, reconciler, logger })
  const arrivals = createArrivals()
  messaging = await startMessaging({
    service: serviceName,
    brokers: config.KAFKA_BROKERS,
    topics: ['order.events'],
    handlers: [
      onOrderEvents({ expected: arrivals.arrived, closing: closeNow }),
      onRefundRequested({ refunding: refundNow }),
    ],
    database,
    logger,
    registry,
  })
  const parkedWatch = startDeadLetterWatch({
    groupId: `${serviceName}.cases`,
    brokers: config.KAFKA_BROKERS,
    consumers: ['order-service', serviceName],
    take: parked =>
      database.db.transaction(tx =>
        openCases(
          tx,
          parked.map(caseOfParked).filter(one => one !== undefined),
        ),
      ),
    logger,
  })
  // What became due while we were away.
  closeNow()
  refundNow()

  const notifyUrl = `${config.PUBLIC_URL.replace(/\/+$/, '')}/api/payment/notify`
  const app = buildApp({
    db: database.db,
    pagePay: createPagePay({ appId, gateway: config.ALIPAY_PAGE_GATEWAY ?? gateway, notifyUrl, privateKey }),
    alipay,
    keepWord,
    arrivals,
    askAt: dueAt => asking.schedule([dueAt]),
    refundNow,
    reconcileNow: daily.reconcileNow,
    secondPerson: config.CASES_SECOND_PERSON,
    appId,
    sellerId: config.ALIPAY_SELLER_ID,
    alipayPublicKey,
    serviceToken: config.SERVICE_TOKEN,
    logger,
    registry,
    readiness: { postgres: () => database.client`select 1`, kafka: messaging.check },
  })
  await app.listen({ host: config.HOST, port: config.PORT })
  logger.info({ port: config.PORT }, 'payment-service takes requests')

  return {
    async close() {
      await app.close()
      await daily.close()
      await Promise.all([closing.close(), asking.close(), refunding.close()])
      await Promise.all([closer.close(), asker.close(), refunder.close()])
      await parkedWatch.stop()
      await messaging?.stop()
      await database.close()
    },
  }
})
