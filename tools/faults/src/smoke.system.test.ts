import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readLocalDir } from '@alipay-checkout/launcher'
import { expect, it } from 'vitest'
import type { RunResult } from './run.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const runFolders = () => readdirSync(readLocalDir()).filter(name => name.startsWith('faults-'))

it('a short run causes faults, keeps every promise, and leaves nothing behind', async () => {
  const before = runFolders()
  const args = [
    '--seed',
    '11',
    '--seconds',
    '10',
    '--shoppers',
    '3',
    '--only',
    'point,kill,redis,network,alipay,warehouse',
    '--json',
  ]
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], { maxBuffer: 16 * 1024 * 1024 })
  const result: RunResult & { repeat: string } = JSON.parse(stdout)
  expect(result).toMatchObject({ seed: 11, passed: true, settled: { left: [] } })
  expect(result.faults.filter(({ outcome }) => outcome === 'done').length).toBeGreaterThan(0)
  expect(result.promises.filter(({ result: one }) => one === 'broken')).toEqual([])
  expect(result.promises.filter(({ checks }) => checks > 0).length).toBeGreaterThan(10)
  expect(result.load.orders).toBeGreaterThan(5)
  expect(result.repeat).toContain('--seed 11 --seconds 10 --shoppers 3 --brokers 1 --only point,kill')
  expect(runFolders()).toEqual(before)
}, 300_000)
