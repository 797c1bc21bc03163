import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startProcess, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ConfigError } from './config.ts'
import { faultPoint, faultPoints, faultPointsFile } from './fault-points.ts'

let dir: string
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'fault-points-'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const victim = fileURLToPath(new URL('test-victim.ts', import.meta.url))

/** A process that reaches every point again and again, after its file was armed with this text. */
async function arm(text: string) {
  const file = join(dir, `${text.replace(/\W/g, '-')}.arm`)
  const running = startProcess(victim, { args: [file] })
  await waitUntil(() => readFileSync(file, 'utf8') === 'listening', { what: 'the process listens' })
  writeFileSync(file, text)
  running.kill('SIGURG')
  // Printed before the file is read; a process that has died has changed the file.
  await waitUntil(() => running.output().includes('signalled') || readFileSync(file, 'utf8') !== text, {
    what: 'the process was signalled',
  })
  return { file, running }
}

it('does nothing while no point is armed', () => {
  for (const point of faultPoints) faultPoint(point)
})

it('kills the process when it reaches the armed point for the nth time, and reports it', async () => {
  const { file, running } = await arm('relay.published 3')
  expect(await running.exited).toBe('SIGKILL')
  expect(readFileSync(file, 'utf8')).toBe('reached relay.published')
  // It passed the point twice, and was killed at the third time.
  const passed = running.output().slice(running.output().indexOf('signalled'))
  expect(passed.match(/before relay\.published/g)).toHaveLength(3)
  expect(passed.match(/after relay\.published/g)).toHaveLength(2)
})

it('can be disarmed', async () => {
  const { file, running } = await arm('order.committed 1000000')
  writeFileSync(file, 'listening')
  running.kill('SIGURG')
  await waitUntil(() => (running.output().match(/signalled/g) ?? []).length === 2, {
    what: 'the process has read the file again',
  })
  expect(await running.stop()).toBe('SIGTERM')
})

it('ends the process when the point does not exist, because it would never be reached', async () => {
  const { running } = await arm('relay.publishd 1')
  expect(await running.exited).toBe(1)
  expect(running.output()).toContain('there is no fault point relay.publishd')
})

it('refuses to start in production', () => {
  expect(() => faultPointsFile({ FAULT_POINTS: '/tmp/arm', NODE_ENV: 'production' })).toThrow(ConfigError)
  expect(faultPointsFile({ NODE_ENV: 'production' })).toBeUndefined()
  expect(faultPointsFile({ FAULT_POINTS: '', NODE_ENV: 'production' })).toBeUndefined()
  expect(faultPointsFile({ FAULT_POINTS: '/tmp/arm', NODE_ENV: 'development' })).toBe('/tmp/arm')
})
