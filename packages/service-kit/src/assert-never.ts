/** Makes a `switch` exhaustive: a case that is missing is a compile error, and throws should it happen all the same. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`)
}
