export { type SeenRecord, type WaitOptions, waitUntil } from '@alipay-checkout/launcher'
export type { StackAddresses } from './config.ts'
export { freePort } from './free-port.ts'
export { type JwtOptions, jwt } from './jwt.ts'
export {
  runToEnd,
  type ServiceName,
  startProcess,
  startService,
  type TestProcess,
  type TestService,
} from './processes.ts'
export { isFullyReady } from './readiness.ts'
export { type Route, routesOf } from './routes-of.ts'
export { openTestStack, type StartedStack, testStack } from './stack.ts'
export { createTestDatabase, type TestDatabase } from './test-database.ts'
export { testSecrets } from './test-secrets.ts'
export { createTopicSet, createTopicsNamed, ensureTopics, testKafka } from './topics.ts'
export { uniqueName } from './unique-name.ts'
export { type TopicWatch, watchTopics } from './watch-topics.ts'
