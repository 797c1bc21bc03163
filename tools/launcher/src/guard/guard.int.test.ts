import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeJson } from '../json-file.ts'
import { waitUntil } from '../wait-until.ts'
import { readGuardRecord } from './lock.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'
import { type GuardRecord, guardFileName, type ProcessSpec } from './protocol.ts'
import { DirectoryBusy, startGuard } from './start-guard.ts'
import { stopGuard } from './stop-guard.ts'

const waiting = { timeoutMs: 15_000 }
let dir: string
let launchers: ChildProcess[]

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'guard-'))
  launchers = []
})

afterEach(async () => {
  for (const launcher of launchers) launcher.kill('SIGKILL')
  await stopGuard(dir)
  rmSync(dir, { recursive: true, force: true })
})

/** Starts the test launcher; gives back the two servers that its guard runs. */
async function launch(...args: string[]): Promise<{ launcher: ChildProcess; servers: ProcessIdentity[] }> {
  const script = fileURLToPath(new URL('test-launcher.ts', import.meta.url))
  const launcher = spawn(process.execPath, [script, dir, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  launchers.push(launcher)
  const [line] = await once(createInterface(launcher.stdout as NodeJS.ReadableStream), 'line')
  const servers = (JSON.parse(line) as number[]).map(pid => identify(pid) as ProcessIdentity)
  expect(servers.every(isAlive)).toBe(true)
  // Only then does it ignore SIGTERM.
  await waitUntil(async () => readFileSync(join(dir, 'logs', 'stubborn.log'), 'utf8') || undefined, waiting)
  return { launcher, servers }
}

function server(name: string, source: string): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: ['-e', source],
    cwd: dir,
    env: {},
    logFile: join(dir, 'logs', `${name}.log`),
    kind: 'server',
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 5000,
    stage: 1,
  }
}

const idle = 'setInterval(() => {}, 1000)'

test('stops everything when its launcher is killed with kill -9, also what does not listen', async () => {
  const { launcher, servers } = await launch()
  launcher.kill('SIGKILL')
  await waitUntil(async () => servers.every(one => !isAlive(one)) || undefined, waiting)
  await waitUntil(async () => !existsSync(join(dir, guardFileName)) || undefined, waiting)
})

test('a new launcher waits until the remains of a killed one are gone', async () => {
  const { launcher, servers } = await launch()
  launcher.kill('SIGKILL')
  const guard = await startGuard(dir, 'second', () => {})
  expect(servers.some(isAlive)).toBe(false)
  await guard.stop()
})

test('a new launcher stops what a killed guard left', async () => {
  const { launcher, servers } = await launch()
  const record = readGuardRecord(dir) as GuardRecord
  launcher.kill('SIGSTOP')
  process.kill(record.guard.pid, 'SIGKILL')
  await waitUntil(async () => !isAlive(record.guard) || undefined, waiting)
  launcher.kill('SIGKILL')
  const guard = await startGuard(dir, 'second', () => {})
  expect(servers.some(isAlive)).toBe(false)
  await guard.stop()
}, 20_000)

test('a launcher whose guard is killed stops the servers itself', async () => {
  const guard = await startGuard(dir, 'first', () => {})
  const running = await guard.spawn(server('idle', idle))
  const started = identify(running.pid) as ProcessIdentity
  process.kill((readGuardRecord(dir) as GuardRecord).guard.pid, 'SIGKILL')
  expect(await guard.crashed).toMatchObject({ name: 'guard', how: 'SIGKILL' })
  expect(isAlive(started)).toBe(false)
  expect(existsSync(join(dir, guardFileName))).toBe(false)
})

test('a process that got the number of a dead server is left alone', async () => {
  const stranger = spawn(process.execPath, ['-e', idle], { stdio: 'ignore' })
  launchers.push(stranger)
  const pid = stranger.pid as number
  const dead = { pid: 2 ** 22 + 1, startedAt: 'long ago' }
  writeJson(join(dir, guardFileName), {
    label: 'before',
    guard: dead,
    launcher: dead,
    kept: false,
    stopping: false,
    processes: [{ pid, startedAt: 'long ago', name: 'postgres', stage: 1, stopSignal: 'SIGKILL', stopTimeoutMs: 100 }],
  } satisfies GuardRecord)
  const guard = await startGuard(dir, 'after', () => {})
  expect(identify(pid)).toBeDefined()
  await guard.stop()
})

test('a second launcher in the same directory is refused, naming the first', async () => {
  const guard = await startGuard(dir, 'the first one', () => {})
  await expect(startGuard(dir, 'the second one', () => {})).rejects.toThrow(DirectoryBusy)
  await expect(startGuard(dir, 'the second one', () => {})).rejects.toThrow(`process ${process.pid} (the first one)`)
  await guard.stop()
})

test('of many that start at once, exactly one gets the directory', async () => {
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => startGuard(dir, 'one of many', () => {})))
  const winners = results.filter(result => result.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  await winners[0]?.value.stop()
})

test('a server that ends by itself is named, and the others are stopped', async () => {
  const guard = await startGuard(dir, 'test', () => {})
  const other = await guard.spawn(server('other', idle))
  const started = identify(other.pid) as ProcessIdentity
  await guard.spawn(server('broken', 'console.log("no more"); process.exit(3)'))
  const crash = await guard.crashed
  expect(crash).toMatchObject({ name: 'broken', how: 'exit code 3' })
  expect(readFileSync(crash.logFile, 'utf8')).toBe('no more\n')
  await guard.stop()
  expect(isAlive(started)).toBe(false)
})

test('one server can be killed and started again without anything else ending', async () => {
  const guard = await startGuard(dir, 'test', () => {})
  const other = await guard.spawn(server('other', idle))
  const first = await guard.spawn(server('one', idle))
  await guard.stopOne('one', 'SIGKILL')
  expect(identify(first.pid)).toBeUndefined()
  const second = await guard.spawn(server('one', idle))
  expect(identify(second.pid)).toBeDefined()
  expect(identify(other.pid)).toBeDefined()
  await guard.stop()
})

test('a second process of the same name is refused, and the first is still stopped at the end', async () => {
  const guard = await startGuard(dir, 'test', () => {})
  const first = identify((await guard.spawn(server('one', idle))).pid) as ProcessIdentity
  await expect(guard.spawn(server('one', idle))).rejects.toThrow('one is running already')
  await guard.stop()
  expect(isAlive(first)).toBe(false)
})

test('what is kept goes on without its launcher until it is stopped from outside', async () => {
  const { launcher, servers } = await launch('keep')
  if (launcher.exitCode === null) await once(launcher, 'exit')
  expect(servers.every(isAlive)).toBe(true)
  expect(await stopGuard(dir)).toMatchObject({ label: 'test launcher', kept: true })
  expect(servers.some(isAlive)).toBe(false)
  expect(existsSync(join(dir, guardFileName))).toBe(false)
})

test('a command that does not exist is told, and nothing is left of it', async () => {
  const guard = await startGuard(dir, 'test', () => {})
  const missing = { ...server('missing', ''), command: '/does/not/exist' }
  await expect(guard.spawn(missing)).rejects.toThrow('ENOENT')
  expect(readGuardRecord(dir)?.processes).toEqual([])
  await guard.stop()
})
