import { consumedTopics, methodsOf } from '@alipay-checkout/contracts'
import { createDeadLetterWriter, createLagReader, createOutbox, startMessaging } from '@alipay-checkout/messaging'
import {
  addServiceInfo,
  type ReadinessChecks,
  runService,
  shownSettings,
  startMetricsServer,
  waitFor,
} from '@alipay-checkout/service-kit'
import { kafkaConnection } from '@alipay-checkout/service-kit/connections'
import { openDatabase, watchClock } from '@alipay-checkout/service-kit/database'
import { addDueWork } from '@alipay-checkout/service-kit/due-worker'
import { Registry } from 'prom-client'
import { createBillClient } from './alipay/bill-download.ts'
import { createCallBudget } from './alipay/call-budget.ts'
import { createAlipayClient } from './alipay/client.ts'
import { createAlipayConnection } from './alipay/connection.ts'
import { describeKeys } from './alipay/describe-keys.ts'
import { readKeys } from './alipay/keys.ts'
import { createPaymentSigner } from './alipay/payment-signer.ts'
import { buildApp } from './app.ts'
import { watchCertificates } from './cases/certificate-cases.ts'
import { startDeadLetterCases } from './cases/dead-letter-cases.ts'
import { configSchema, readConfig } from './config.ts'
import { createConsumersReader, deadLetterGroup, groupTopics } from './dead-letters/consumers.ts'
import { startJobs } from './jobs.ts'
import { addPaymentGauges } from './metrics.ts'
import { onOrderEvents } from './payments/on-order-events.ts'
import { createUnverifiedRecorder } from './payments/payment-log.ts'
import { serviceName } from './payments/payment-store.ts'
import { createPaymentWaiters } from './payments/payment-waiters.ts'
import { createRecordAlipayResult } from './payments/record-alipay-result.ts'
import { onRefundRequested } from './refunds/on-refund-requested.ts'

await runService(serviceName, async logger => {
  const startedAt = new Date()
  const config = readConfig()
  const keys = readKeys(config, { logger })
  const kafka = kafkaConnection(config)
  const { ALIPAY_APP_ID: appId, ALIPAY_GATEWAY: gateway, ALIPAY_TIMEOUT_MS: timeoutMs } = config
  const access = { appId, gateway, keys, timeoutMs }
  const registry = new Registry()
  const metricsServer = await startMetricsServer(config, registry)
  const database = openDatabase({ url: config.PAYMENT_DATABASE_URL, name: serviceName })
  const { db } = database
  const recordUnverified = createUnverifiedRecorder({ db, logger })
  const connection = createAlipayConnection({ appId, mode: keys.mode, logger, registry })
  const alipay = createAlipayClient({
    ...access,
    registry,
    budget: createCallBudget({ perSecond: config.ALIPAY_CALLS_PER_SECOND }),
    observe(contact) {
      connection.observe(contact)
      recordUnverified(contact)
    },
  })
  // In the background: notifies are received also while Alipay cannot be called.
  connection.start(alipay.query)
  await waitFor('Postgres', database.check, { logger })
  await database.requireSessions()

  addPaymentGauges({ db, registry })
  const clock = watchClock({ database, logger, registry })
  const outbox = createOutbox({ db, service: serviceName })
  const recordAlipayResult = createRecordAlipayResult({ outbox })
  const bills = createBillClient({ ...access, hosts: config.BILL_HOSTS.split(',').filter(host => host !== '') })
  const certificates = watchCertificates({ certificates: keys.certificates, db, logger, registry })
  const clientId = `${serviceName}-dead-letters`
  const deadLetterWriter = createDeadLetterWriter({ ...kafka, clientId, logger })
  const lags = createLagReader({ kafka, clientId, groups: groupTopics })
  const jobs = startJobs({
    ...{ database, outbox, alipay, bills, recordAlipayResult, deadLetterWriter },
    ...{ config, logger, registry },
  })
  const paymentWaiters = createPaymentWaiters()
  const messaging = startMessaging({
    outbox,
    service: serviceName,
    kafka,
    topics: consumedTopics['payment-service'],
    handlers: [
      onOrderEvents({ created: paymentWaiters.created, closing: () => void jobs.closer.runNow() }),
      onRefundRequested({ requested: () => void jobs.refunder.runNow() }),
    ],
    database,
    logger,
    registry,
  })
  const deadLetterCases = startDeadLetterCases({
    groupId: deadLetterGroup,
    kafka,
    db,
    logger,
    registry,
  })
  // What became due while no replica ran.
  void jobs.closer.runNow()
  void jobs.refunder.runNow()

  const readiness: ReadinessChecks = {
    required: { postgres: database.check },
    // Without Kafka, notifies are recorded and events wait in the outbox; without Redis, the sweeps find what is due;
    // without Alipay, orders can be read and notifies are recorded.
    optional: {
      kafka: messaging.check,
      redis: jobs.check,
      clock: clock.check,
      alipay: connection.check,
      ...(keys.mode === 'certificate' ? { certificates: certificates.check } : {}),
    },
    ...(keys.mode === 'certificate' ? { details: () => ({ certificates: certificates.describe() }) } : {}),
  }
  const notifyUrl = `${config.PUBLIC_URL.replace(/\/+$/, '')}/api/payment/notify`
  const app = buildApp({
    db,
    outbox,
    signer: createPaymentSigner({
      appId,
      gateway: config.ALIPAY_PAGE_GATEWAY ?? gateway,
      notifyUrl,
      privateKey: keys.appPrivateKey,
      certificateParameters: keys.certificateParameters,
    }),
    methodSettings: {
      methods: methodsOf(config.ALIPAY_PRODUCTS),
      instalments: config.ALIPAY_INSTALMENTS,
      miniAppId: config.ALIPAY_MINI_APP_ID,
      notifyUrl,
    },
    alipay,
    recordAlipayResult,
    paymentWaiters,
    scheduleSync: jobs.syncer.schedule,
    scheduleClose: jobs.closer.schedule,
    refundNow: () => void jobs.refunder.runNow(),
    reconcileNow: () => void jobs.reconciler.runNow(),
    writeDeadLettersNow: () => void jobs.deadLetterJob.runNow(),
    readConsumers: createConsumersReader({ db, lags }),
    certificates: certificates.describe,
    queriesPerSecondMax: config.ALIPAY_QUERIES_PER_SECOND,
    secondPerson: config.CASES_SECOND_PERSON,
    secondPersonAboveFen: config.REFUND_SECOND_PERSON_ABOVE_FEN,
    appId,
    sellerId: config.ALIPAY_SELLER_ID,
    verifier: keys.alipay,
    serviceToken: config.SERVICE_TOKEN,
    logger,
    registry,
    readiness,
    servesMetrics: metricsServer === undefined,
  })
  addDueWork(app, { service: serviceName, workers: jobs.workers })
  addServiceInfo(app, {
    service: serviceName,
    startedAt,
    readiness,
    settings: shownSettings(configSchema, config),
    keys: () => describeKeys(keys, new Date()),
  })
  await app.listen({ host: config.HOST, port: config.PORT })
  logger.info({ port: config.PORT }, 'payment-service is ready')

  return {
    async close() {
      connection.close()
      certificates.stop()
      await app.close()
      await jobs.close()
      await Promise.all([deadLetterCases.stop(), messaging.stop(), deadLetterWriter.close(), lags.close()])
      clock.stop()
      await database.close()
      await metricsServer?.close()
    },
  }
})
