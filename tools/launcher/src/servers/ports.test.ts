import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { portHolder } from '../app/port-holder.ts'
import { choosePorts } from './ports.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ports-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

it('chooses the same ports again', async () => {
  const first = await choosePorts(dir, ['kafka', 'redis'], 'servers')
  expect(first.kafka).not.toBe(first.redis)
  expect(await choosePorts(dir, ['kafka', 'redis'], 'servers')).toEqual(first)
})

it('replaces only a port that another process uses, and can name the process', async () => {
  const first = await choosePorts(dir, ['kafka', 'redis'], 'servers')
  const squatter = createServer().listen(first.kafka, '127.0.0.1')
  await once(squatter, 'listening')
  const second = await choosePorts(dir, ['kafka', 'redis'], 'servers')
  expect(second.kafka).not.toBe(first.kafka)
  expect(second.redis).toBe(first.redis)
  expect(portHolder(first.kafka)).toContain(`process ${process.pid}`)
  squatter.close()
})

it('never chooses the same port for servers and programs', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `port-${index}`)
  const [servers, programs] = await Promise.all([
    choosePorts(join(dir, 'servers'), names, 'servers'),
    choosePorts(join(dir, 'programs'), names, 'programs'),
  ])
  expect(Object.values(servers).filter(port => Object.values(programs).includes(port))).toEqual([])
})
