import { createRequire } from 'node:module'
import { isInYoungGeneration } from '@alipay-checkout/test-support'
import { expect, test } from 'vitest'

// Inside kafkajs, because nothing outside sees its requests.
const SocketRequest = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/socketRequest.js') as new (
  options: object,
) => object

test('a request to Kafka leaves nothing behind in the old generation', () => {
  const request = new SocketRequest({ entry: { correlationId: 1 } })
  const functions = Reflect.ownKeys(request)
    .map(key => Reflect.get(request, key) as unknown)
    .filter(value => typeof value === 'function')
  expect(functions).toHaveLength(1)
  for (const its of functions) expect(isInYoungGeneration(its)).toBe(true)
})
