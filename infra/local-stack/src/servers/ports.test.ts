import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { portHolder } from '../app/port-holder.ts'
import { choosePorts } from './ports.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ports-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

test('chosen ports stay the same', async () => {
  const first = await choosePorts(dir, ['kafka', 'redis'])
  expect(first.kafka).not.toBe(first.redis)
  expect(await choosePorts(dir, ['kafka', 'redis'])).toEqual(first)
})

test('only a port that somebody took meanwhile is chosen anew, and its holder can be named', async () => {
  const first = await choosePorts(dir, ['kafka', 'redis'])
  const squatter = createServer().listen(first.kafka, '127.0.0.1')
  await once(squatter, 'listening')
  const second = await choosePorts(dir, ['kafka', 'redis'])
  expect(second.kafka).not.toBe(first.kafka)
  expect(second.redis).toBe(first.redis)
  expect(portHolder(first.kafka)).toContain(`process ${process.pid}`)
  squatter.close()
})
