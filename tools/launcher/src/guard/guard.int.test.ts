import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeJson } from '../json-file.ts'
import { waitUntil } from '../wait-until.ts'
import { readGuardRecord, stopGuard } from './lock.ts'
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts'
import { type GuardRecord, guardFileName, type ProcessSpec } from './protocol.ts'
import { DirectoryBusy, startGuard } from './start-guard.ts'

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

/** Starts the test launcher and returns the two servers that its guard runs. */
async function launch(...args: string[]): Promise<{ launcher: ChildProcess; servers: ProcessIdentity[] }> {
  const script = fileURLToPath(new URL('test-launcher.ts', import.meta.url))
  const launcher = spawn(process.execPath, [script, dir, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  launchers.push(launcher)
  const [line] = await once(createInterface(launcher.stdout as NodeJS.ReadableStream), 'line')
  const servers = (JSON.parse(line) as number[]).map(pid => identify(pid) as ProcessIdentity)
  expect(servers.every(isAlive)).toBe(true)
  // From its first output on it ignores SIGTERM.
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

it('stops everything when its launcher is killed with kill -9, even processes that ignore SIGTERM', async () => {
  const { launcher, servers } = await launch()
  launcher.kill('SIGKILL')
  await waitUntil(async () => servers.every(one => !isAlive(one)) || undefined, waiting)
  await waitUntil(async () => !existsSync(join(dir, guardFileName)) || undefined, waiting)
})

it('makes a new launcher wait until the processes of a killed one have ended', async () => {
  const { launcher, servers } = await launch()
  launcher.kill('SIGKILL')
  const guard = await startGuard(dir, 'second', () => {})
  expect(servers.some(isAlive)).toBe(false)
  await guard.stop()
})

it('makes a new launcher stop the processes of a killed guard', async () => {
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

it('makes the launcher stop the servers when the guard is killed', async () => {
  const guard = await startGuard(dir, 'first', () => {})
  const running = await guard.spawn(server('idle', idle))
  const started = identify(running.pid) as ProcessIdentity
  process.kill((readGuardRecord(dir) as GuardRecord).guard.pid, 'SIGKILL')
  expect(await guard.crashed).toMatchObject({ name: 'guard', how: 'SIGKILL' })
  expect(isAlive(started)).toBe(false)
  expect(existsSync(join(dir, guardFileName))).toBe(false)
})

it('does not touch a process that has the id of an ended server', async () => {
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

it('refuses a second launcher in the same directory and names the first', async () => {
  const guard = await startGuard(dir, 'the first one', () => {})
  await expect(startGuard(dir, 'the second one', () => {})).rejects.toThrow(DirectoryBusy)
  await expect(startGuard(dir, 'the second one', () => {})).rejects.toThrow(`process ${process.pid} (the first one)`)
  await guard.stop()
})

it('gives the directory to exactly one of many that start at the same time', async () => {
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => startGuard(dir, 'one of many', () => {})))
  const winners = results.filter(result => result.status === 'fulfilled')
  expect(winners).toHaveLength(1)
  await winners[0]?.value.stop()
})

it('names a server that ends unexpectedly, and stops the others', async () => {
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

it('kills one server and starts it again without ending others', async () => {
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

it('refuses a second process of the same name, and still stops the first at the end', async () => {
  const guard = await startGuard(dir, 'test', () => {})
  const first = identify((await guard.spawn(server('one', idle))).pid) as ProcessIdentity
  await expect(guard.spawn(server('one', idle))).rejects.toThrow('one is running already')
  await guard.stop()
  expect(isAlive(first)).toBe(false)
})

it('keeps processes without their launcher until they are stopped from outside', async () => {
  const { launcher, servers } = await launch('keep')
  if (launcher.exitCode === null) await once(launcher, 'exit')
  expect(servers.every(isAlive)).toBe(true)
  expect(await stopGuard(dir)).toMatchObject({ label: 'test launcher', kept: true })
  expect(servers.some(isAlive)).toBe(false)
  expect(existsSync(join(dir, guardFileName))).toBe(false)
})

it('reports a command that does not exist, and records no process', async () => {
  const guard = await startGuard(dir, 'test', () => {})
  const missing = { ...server('missing', ''), command: '/does/not/exist' }
  await expect(guard.spawn(missing)).rejects.toThrow('ENOENT')
  expect(readGuardRecord(dir)?.processes).toEqual([])
  await guard.stop()
})
