import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { call } from './app/call.ts'
import { signToken, tokenSettingsOf } from './app/token.ts'
import { inheritedEnvironment } from './config.ts'
import { readGuardRecord, stopGuard } from './guard/lock.ts'
import { isAlive, type ProcessIdentity } from './guard/process-identity.ts'
import { choosePorts, isPortFree } from './servers/ports.ts'
import { appDirOf, readAppState } from './status.ts'
import { waitUntil } from './wait-until.ts'

const cli = fileURLToPath(new URL('cli.ts', import.meta.url))
const startTimeoutMs = 240_000
let dir: string
let port: number
let launchers: Launcher[] = []

interface Launcher {
  child: ChildProcess
  /** stderr and stdout. */
  output(): string
  /** stdout. */
  result(): string
  ended: Promise<number | null>
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'launcher-'))
  const { gateway } = await choosePorts(dir, ['gateway'], 'programs')
  port = gateway
})

afterEach(async () => {
  for (const { child } of launchers) child.kill('SIGKILL')
  launchers = []
  await stopGuard(appDirOf(dir))
  await stopGuard(dir)
})

afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** Runs the launcher with its own directory and port, without the addresses of the test environment. */
function launch(args: string[], extra: Record<string, string> = {}): Launcher {
  const { PATH = '', HOME = '', JAVA_HOME = '', NODE_COMPILE_CACHE = '' } = inheritedEnvironment()
  const env = {
    PATH,
    HOME,
    JAVA_HOME,
    NODE_COMPILE_CACHE,
    LOCAL_DIR: dir,
    GATEWAY_PORT: String(port),
    CONSOLE_PORT: '0',
    STACK: 'local',
    ...extra,
  }
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  const written = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.on('data', chunk => {
      written[name] += chunk
    })
  }
  // Not `close`: Node does not emit it after a disconnect from this side.
  const exit = new Promise<number | null>(resolve => child.once('exit', resolve))
  const ends = [child.stdout, child.stderr].map(stream => new Promise(resolve => stream?.once('end', resolve)))
  const ended = Promise.all([exit, ...ends]).then(([code]) => code)
  const launcher = { child, output: () => written.stderr + written.stdout, result: () => written.stdout, ended }
  launchers.push(launcher)
  return launcher
}

async function untilUp(launcher: Launcher): Promise<void> {
  const died = launcher.ended.then(code => Promise.reject(new Error(`ended with ${code}:\n${launcher.output()}`)))
  died.catch(() => {})
  const up = async () => launcher.output().includes('Ctrl-C stops everything') || undefined
  await waitUntil(up, { timeoutMs: startTimeoutMs, unless: died as Promise<never> })
  expect(launcher.output()).toMatch(/PAID in \d+ ms/)
}

/** All processes of the system, its guards included. */
function everyProcess(): ProcessIdentity[] {
  const records = [readGuardRecord(dir), readGuardRecord(appDirOf(dir))]
  return records.flatMap(record => (record === undefined ? [] : [record.guard, ...record.processes]))
}

async function expectNothingLeft(processes: ProcessIdentity[]): Promise<void> {
  // Three servers, a simulator, four services and two guards.
  expect(processes).toHaveLength(10)
  await waitUntil(async () => !processes.some(isAlive) || undefined, { timeoutMs: 30_000 })
  await waitUntil(async () => everyProcess().length === 0 || undefined, { timeoutMs: 5000 })
  expect(await isPortFree(port)).toBe(true)
}

it('leaves nothing after kill -9, starts again with the same data, and stops when a service dies', async () => {
  const first = launch(['start'])
  await untilUp(first)
  const remains = everyProcess()
  first.child.kill('SIGKILL')
  // The same application, with certificates instead of Alipay's public key.
  const second = launch(['start', '--observe'], { ALIPAY_SIMULATOR_KEY_MODE: 'certificate' })
  await untilUp(second)
  await waitUntil(async () => !remains.some(isAlive) || undefined, { timeoutMs: 1000 })
  expect(second.output()).toContain('Sample catalogue  nothing to add')

  const third = launch(['start'])
  expect(await third.ended).toBe(1)
  expect(third.output()).toContain(`npm start is running already (process ${second.child.pid})`)
  expect(third.output()).toContain(`http://localhost:${port}`)

  // payment-service takes payments on without a restart: Alipay's next reply names the certificate, which is downloaded.
  const rotated = await call('POST', `${readAppState(dir)?.simulatorUrl}/simulator/certificates/rotate`)
  expect(rotated).toMatchObject({ alipayCertSn: expect.any(String) })
  const demo = launch(['demo', '--json', '--method', 'alipay_jsapi'])
  expect(await demo.ended).toBe(0)
  const { timeline, ...checkout } = JSON.parse(demo.result())
  expect(checkout).toMatchObject({
    orderStatus: 'PAID',
    method: 'alipay_jsapi',
    paidWith: { alipayTradeNo: checkout.tradeNo },
    totalFen: 12_900,
    outTradeNo: checkout.orderId,
    tradeNo: expect.stringMatching(/^\d{28}$/),
    durationMs: expect.any(Number),
  })
  const seen = timeline.map(({ event, service }: { event: string; service: string }) => `${service}: ${event}`)
  expect(seen).toEqual([
    'order-service: OrderCreated',
    'inventory-service: StockReserved',
    'payment-service: PaymentSucceeded',
    'order-service: OrderPaid',
  ])

  const observers = readGuardRecord(join(dir, 'observe'))?.processes ?? []
  expect(await traceOf(checkout.orderId)).toMatchObject({ state: 'recorded' })

  const running = everyProcess()
  const victim = readGuardRecord(appDirOf(dir))?.processes.find(one => one.name === 'inventory-service')
  process.kill(victim?.pid as number, 'SIGKILL')
  expect(await second.ended).toBe(1)
  expect(second.output()).toContain('✖ inventory-service ended (SIGKILL)')
  await expectNothingLeft(running)
  expect(observers.length).toBeGreaterThan(0)
  expect(observers.some(isAlive)).toBe(false)
}, 600_000)

/** The order's trace once the services have sent it: within a second. */
async function traceOf(orderId: string): Promise<object> {
  const state = readAppState(dir)
  const tokens = tokenSettingsOf(state?.environment ?? {})
  if (tokens === undefined) throw new Error('the system has no key for tokens')
  const path = `/api/admin/orders/${orderId}/trace`
  return waitUntil(
    async () => {
      const trace = await call<{ state: string }>('GET', `${state?.gatewayUrl}${path}`, {
        token: signToken(tokens, 'ann', 'owner'),
      })
      return trace.state === 'recorded' ? trace : undefined
    },
    { timeoutMs: 30_000 },
  )
}

it('refuses an argument that it does not know', async () => {
  const launcher = launch(['start', '--observed'])
  expect(await launcher.ended).toBe(2)
  expect(launcher.output()).toContain('unknown argument: --observed; there is --observe')
}, 60_000)

it.each([
  ['at Ctrl-C', (child: ChildProcess) => void child.kill('SIGINT')],
  ['when its parent process ends', (child: ChildProcess) => child.disconnect()],
])(
  'stops everything %s, also while it starts',
  async (_, end) => {
    const launcher = launch(['start'])
    await waitUntil(async () => launcher.output().includes('✔ PostgreSQL') || undefined, { timeoutMs: startTimeoutMs })
    const running = everyProcess()
    end(launcher.child)
    expect(await launcher.ended).toBe(0)
    expect(running.some(isAlive)).toBe(false)
    expect(everyProcess()).toEqual([])
  },
  120_000,
)

it('refuses a gateway port in use, and names the process and the remedy', async () => {
  const squatter = createServer()
  await new Promise<void>(resolve => squatter.listen(port, '127.0.0.1', resolve))
  const launcher = launch(['start'])
  expect(await launcher.ended).toBe(1)
  expect(launcher.output()).toContain(`port ${port} is taken by process ${process.pid}`)
  expect(launcher.output()).toContain(`GATEWAY_PORT=${port + 1}`)
  expect(everyProcess()).toEqual([])
  await new Promise(resolve => squatter.close(resolve))
}, 180_000)

it('refuses incomplete Alipay settings before anything is started', async () => {
  const launcher = launch(['start'], { ALIPAY_APP_ID: '1' })
  expect(await launcher.ended).toBe(1)
  expect(launcher.output()).toContain('not ALIPAY_GATEWAY, ALIPAY_SELLER_ID, ALIPAY_PRIVATE_KEY, ALIPAY_PUBLIC_KEY')
  expect(launcher.output()).not.toContain('✔')
}, 180_000)

it('leaves the servers running in the background, and deletes their data at a reset', async () => {
  expect(await launch(['stack', 'up']).ended).toBe(0)
  const status = launch(['stack', 'status', '--json'])
  expect(await status.ended).toBe(0)
  const { stack, services, addresses } = JSON.parse(status.result())
  expect({ stack, services }).toEqual({ stack: 'npm run stack', services: 'down' })
  expect(Object.keys(addresses).sort()).toEqual([
    'INVENTORY_DATABASE_URL',
    'KAFKA_BROKERS',
    'ORDER_DATABASE_URL',
    'PAYMENT_DATABASE_URL',
    'REDIS_URL',
    'postgresAdminUrl',
  ])
  const servers = everyProcess()
  expect(servers.every(isAlive)).toBe(true)
  expect(await launch(['stack', 'reset']).ended).toBe(0)
  expect(servers.some(isAlive)).toBe(false)
  expect(() => readFileSync(join(dir, 'secrets.json'))).toThrow('ENOENT')
}, 300_000)
