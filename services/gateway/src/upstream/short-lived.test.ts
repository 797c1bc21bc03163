import { createRequire } from 'node:module'
import { isInYoungGeneration } from '@alipay-checkout/test-support'
import { expect, test } from 'vitest'

interface RequestHandler {
  abort: () => void
  onRequestStart(controller: object): void
}

const require = createRequire(import.meta.url)
// Inside undici, because nothing outside sees what it keeps of a request.
const { RequestHandler } = require('undici/lib/api/api-request.js') as {
  RequestHandler: new (options: object, callback: () => void) => RequestHandler
}

test('a call to a service leaves nothing behind in the old generation', () => {
  const handler = new RequestHandler({}, () => {})
  handler.onRequestStart({ abort: () => {} })
  expect(isInYoungGeneration(handler.abort)).toBe(true)
})
