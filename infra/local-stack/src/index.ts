export { type Crash, DirectoryBusy } from './guard/start-guard.ts'
export { type ServerName, type Stack, type StackAddresses, type StackOptions, startStack } from './stack.ts'
