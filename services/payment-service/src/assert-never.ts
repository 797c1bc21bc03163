export function assertNever(value: never): never {
  throw new Error(`impossible: ${JSON.stringify(value)}`)
}
