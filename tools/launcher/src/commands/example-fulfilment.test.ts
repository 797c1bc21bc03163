import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { describeFailure } from '../failure.ts'
import { findSystem } from './example-fulfilment.ts'

const nowhere = { PATH: '/nowhere' }
const given = {
  ...nowhere,
  KAFKA_BROKERS: '127.0.0.1:1',
  PUBLIC_URL: 'http://127.0.0.1:1/',
  FULFILMENT_DATABASE_URL: 'postgres://127.0.0.1:1/warehouse',
}

function emptyFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'example-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  return dir
}

const failureOf = (env: Record<string, string>) =>
  findSystem({ dir: emptyFolder(), env }).then(() => 'no failure', describeFailure)

it('says how to start the system where none runs', async () => {
  expect(await failureOf(nowhere)).toMatch(/no system runs here.*\n.*npm start/)
})

it('says what is missing where a token can’t be signed, or the gateway does not answer', async () => {
  expect(await failureOf(given)).toContain('Set FULFILMENT_TOKEN')
  expect(await failureOf({ ...given, JWT_SECRET: 'secret' })).toContain('no gateway answers at http://127.0.0.1:1')
})

it('uses the system that the environment names', async () => {
  const server = createServer((_request, response) => response.end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const gatewayUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const env = { ...given, PUBLIC_URL: gatewayUrl, JWT_SECRET: 'secret', JWT_ISSUER: 'shop' }
  expect(await findSystem({ dir: emptyFolder(), env })).toMatchObject({
    gatewayUrl,
    kafka: { KAFKA_BROKERS: '127.0.0.1:1' },
    tokens: { JWT_SECRET: 'secret', JWT_ISSUER: 'shop' },
  })
})
