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
  const first = await choosePorts(dir, ['kafka', 'redis'], 'servers')
  expect(first.kafka).not.toBe(first.redis)
  expect(await choosePorts(dir, ['kafka', 'redis'], 'servers')).toEqual(first)
})

test('only a port that somebody took meanwhile is chosen anew, and its holder can be named', async () => {
  const first = await choosePorts(dir, ['kafka', 'redis'], 'servers')
  const squatter = createServer().listen(first.kafka, '127.0.0.1')
  await once(squatter, 'listening')
  const second = await choosePorts(dir, ['kafka', 'redis'], 'servers')
  expect(second.kafka).not.toBe(first.kafka)
  expect(second.redis).toBe(first.redis)
  expect(portHolder(first.kafka)).toContain(`process ${process.pid}`)
  squatter.close()
})

test('what servers and programs choose at the same time never meets', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `port-${index}`)
  const [servers, programs] = await Promise.all([
    choosePorts(join(dir, 'servers'), names, 'servers'),
    choosePorts(join(dir, 'programs'), names, 'programs'),
  ])
  expect(Object.values(servers).filter(port => Object.values(programs).includes(port))).toEqual([])
})
