import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProcess, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ConfigError } from './config.ts'
import { faultPoint, faultPoints, faultPointsFile } from './fault-points.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'fault-points-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const victim = fileURLToPath(new URL('test-victim.ts', import.meta.url))

/** A process that goes through every point again and again, with its file armed as told. */
async function arm(text: string) {
  const file = join(dir, `${text.replace(/\W/g, '-')}.arm`)
  const running = startProcess(victim, { args: [file] })
  await waitUntil(() => readFileSync(file, 'utf8') === 'listening', { what: 'it listens' })
  writeFileSync(file, text)
  running.kill('SIGURG')
  // Said before the file is read, or after the process has died of it.
  await waitUntil(() => running.output().includes('told') || readFileSync(file, 'utf8') !== text, {
    what: 'it was told',
  })
  return { file, running }
}

test('nothing happens while nothing is armed', () => {
  for (const point of faultPoints) faultPoint(point)
})

test('an armed point kills the process there at the nth time, and says so', async () => {
  const { file, running } = await arm('relay.published 3')
  expect(await running.exited).toBe('SIGKILL')
  expect(readFileSync(file, 'utf8')).toBe('reached relay.published')
  // Two times it went past, and never past the third.
  const passed = running.output().slice(running.output().indexOf('told'))
  expect(passed.match(/before relay\.published/g)).toHaveLength(3)
  expect(passed.match(/after relay\.published/g)).toHaveLength(2)
})

test('what was armed can be taken back', async () => {
  const { file, running } = await arm('order.committed 1000000')
  writeFileSync(file, 'listening')
  running.kill('SIGURG')
  await waitUntil(() => (running.output().match(/told/g) ?? []).length === 2, { what: 'it has read the file again' })
  expect(await running.stop()).toBe('SIGTERM')
})

test('a point that does not exist ends the process, rather than never being reached', async () => {
  const { running } = await arm('relay.publishd 1')
  expect(await running.exited).toBe(1)
  expect(running.output()).toContain('there is no fault point relay.publishd')
})

test('production refuses to start with it', () => {
  expect(() => faultPointsFile({ FAULT_POINTS: '/tmp/arm', NODE_ENV: 'production' })).toThrow(ConfigError)
  expect(faultPointsFile({ NODE_ENV: 'production' })).toBeUndefined()
  expect(faultPointsFile({ FAULT_POINTS: '', NODE_ENV: 'production' })).toBeUndefined()
  expect(faultPointsFile({ FAULT_POINTS: '/tmp/arm', NODE_ENV: 'development' })).toBe('/tmp/arm')
})
