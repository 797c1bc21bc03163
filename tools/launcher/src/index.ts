export { simulatedCertificates } from './app/alipay-settings.ts'
export { CallFailed, type CallOptions, call, type HttpAnswer, parseJson, send } from './app/call.ts'
export type { ServiceInputs, ServiceName } from './app/environment.ts'
export { serviceEnvironment } from './app/environment.ts'
export {
  launcherNodeArguments,
  type NodeProgram,
  programSpec,
  serviceScript,
  stageOf,
} from './app/node-program.ts'
export {
  buyerOf,
  type OfferedPayment,
  type PaymentMethodName,
  type PaymentTarget,
  paymentMethods,
  targetIfOpened,
  targetOf,
} from './app/payment-target.ts'
export { type AppOptions, migrateAll, type PreparedApp, prepareApp } from './app/prepare-app.ts'
export { type RunningSystem, startSystem } from './app/run-system.ts'
export { signClaims, signToken } from './app/token.ts'
export { readLocalDir } from './config.ts'
export { followTopics, type SeenRecord } from './follow-topics.ts'
export {
  type Crash,
  DirectoryBusy,
  describeEnd,
  type Guard,
  type GuardedProcess,
  type ProcessEnd,
  startGuard,
} from './guard/start-guard.ts'
export { localDir, repositoryRoot } from './paths.ts'
export { type Readiness, readReadiness } from './readiness.ts'
export { type CertificateFiles, issueCertificates } from './servers/certificates.ts'
export { choosePorts, findFreePort } from './servers/ports.ts'
export type { ServerControl } from './servers/server.ts'
export { type ServerName, type Stack, type StackAddresses, type StackOptions, startStack } from './stack.ts'
export { appDirOf, processesOf } from './status.ts'
export { type WaitOptions, waitUntil } from './wait-until.ts'
