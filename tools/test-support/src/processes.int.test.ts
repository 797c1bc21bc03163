import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitUntil } from '@alipay-checkout/launcher'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runToEnd, startProcess, startService } from './processes.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-support-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function program(text: string): Promise<string> {
  const file = join(folder, `${crypto.randomUUID()}.ts`)
  await writeFile(file, text)
  return file
}

const untilTold = 'setInterval(() => {}, 1000); console.log("runs")'

it('stops a program and returns how it ended', async () => {
  const running = startProcess(await program(`process.on("SIGTERM", () => process.exit(7)); ${untilTold}`))
  await waitUntil(() => running.output().includes('runs'), { what: 'it runs' })
  expect(await running.stop()).toBe(7)
})

it('kills a program that ignores SIGTERM', async () => {
  const running = startProcess(await program(`process.on("SIGTERM", () => {}); ${untilTold}`))
  await waitUntil(() => running.output().includes('runs'), { what: 'it runs' })
  expect(await running.stop({ timeoutMs: 100 })).toBe('SIGKILL')
})

it('passes only the given environment', async () => {
  const entry = await program('console.log(process.env.VITEST ?? "nothing", process.env.ANSWER)')
  expect(await runToEnd(entry, { env: { ANSWER: '42' } })).toBe('nothing 42\n')
})

it('shows the output of a program that fails', async () => {
  const entry = await program('console.error("KAFKA_BROKERS is not set"); process.exit(1)')
  await expect(runToEnd(entry)).rejects.toThrow(/ended with 1:\nKAFKA_BROKERS is not set/)
})

it('names the reason why a service did not start, and leaves no process', async () => {
  await expect(startService('order-service', { env: {} })).rejects.toThrow(/ended with 1 while starting[\s\S]*not set/)
})
