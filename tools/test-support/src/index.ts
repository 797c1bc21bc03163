export {
  CallFailed,
  type CallOptions,
  type CertificateFiles,
  call,
  type HttpAnswer,
  issueCertificates,
  parseJson,
  type Readiness,
  readReadiness,
  type SeenRecord,
  type ServiceName,
  send,
  waitUntil,
} from '@alipay-checkout/launcher'
export { notifyFields, signNotify } from './alipay-notify.ts'
export { type BillComparison, compareBill } from './compare-bill.ts'
export { announceAddresses, inheritedEnvironment, type StackAddresses } from './config.ts'
export { type ConsumingService, consumedTopics, readLag, readLagOf } from './consumer-groups.ts'
export {
  type Databases,
  type DatabaseUrls,
  databaseUrlsOf,
  openDatabases,
  readOutboxes,
  withDatabase,
} from './databases.ts'
export { freePort } from './free-port.ts'
export { type JwtOptions, jwt } from './jwt.ts'
export { abortedByEnd, newRunFolder, runInFolder, wholeNumber } from './own-system-command.ts'
export {
  bundledProgram,
  runToEnd,
  startProcess,
  startService,
  type TestProcess,
  type TestService,
} from './processes.ts'
export { isFullyReady } from './readiness.ts'
export { openReplicas, type ReplicaOptions, type Replicas, replicaProgram } from './replicas.ts'
export { type Route, routesOf } from './routes-of.ts'
export {
  type Answer,
  type Items,
  type OpeningOptions,
  type OrderFields,
  type PaymentWish,
  type ProblemAnswer,
  type SendToGateway,
  type ShopClient,
  shopClient,
} from './shop-client.ts'
export { type QuoteClaims, signQuote } from './sign-quote.ts'
export { type SimulatedNotify, type SimulatedTrade, type SimulatorClient, simulatorClient } from './simulator-client.ts'
export { openTestStack, testStack } from './stack.ts'
export { systemEnvironment } from './system-environment.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
export { testSecrets } from './test-secrets.ts'
export {
  createConsumerGroup,
  createTopicSet,
  createTopicsNamed,
  ensureTopics,
  type TestConsumerGroup,
  testKafka,
} from './topics.ts'
export { uniqueName } from './unique-name.ts'
export { type TopicWatch, watchTopics } from './watch-topics.ts'
export { withRedis } from './with-redis.ts'
export { youngGenerationTest } from './young-generation.ts'
