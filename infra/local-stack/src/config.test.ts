import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readEnvironment } from './config.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a variable of the shell wins over .env, and .env over nothing', () => {
  writeFileSync(join(folder, '.env'), 'GATEWAY_PORT=9000\nORDER_TTL_SECONDS=60\n# JWT_SECRET=no\n')
  expect(readEnvironment(folder, { GATEWAY_PORT: '9001' })).toEqual({ GATEWAY_PORT: '9001', ORDER_TTL_SECONDS: '60' })
})

test('an empty variable counts as not set', () => {
  writeFileSync(join(folder, '.env'), 'REDIS_URL=redis://elsewhere\nKAFKA_BROKERS=\n')
  expect(readEnvironment(folder, { REDIS_URL: '' })).toEqual({ REDIS_URL: 'redis://elsewhere' })
})

test('no .env is fine', () => {
  expect(readEnvironment(folder, { A: '1' })).toEqual({ A: '1' })
})
