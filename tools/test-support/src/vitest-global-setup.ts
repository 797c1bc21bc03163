import { announceAddresses, withdrawAddresses } from './config.ts'
import { openTestStack } from './stack.ts'

/** Starts the servers once for all test files of a package; vitest's workers inherit the addresses. Returns the teardown. */
export default async function setup(): Promise<() => Promise<void>> {
  const stack = await openTestStack()
  if (stack.kind === 'given') return async () => {}
  announceAddresses(stack.addresses)
  return async () => {
    withdrawAddresses()
    await stack.stop()
  }
}
