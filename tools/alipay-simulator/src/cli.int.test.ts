import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { readSettings } from './config.ts'
import { pagePayContent } from './test-merchant.ts'
import { AlipaySdk } from './test-sdk.ts'

const BIN = join(import.meta.dirname, '../bin/alipay-simulator.ts')

let folder: string
let children: ChildProcess[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alipay-cli-'))
  children = []
})
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  await rm(folder, { recursive: true, force: true })
})

type CertificateFiles = {
  [file in 'appCertificateFile' | 'alipayCertificateFile' | 'rootCertificatesFile']?: string
}

interface Started {
  child: ChildProcess
  at: Record<'url' | 'gatewayUrl' | 'appId' | 'appPrivateKeyFile' | 'alipayPublicKeyFile', string> & CertificateFiles
}

function run(args: string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  return child
}

async function start(env: NodeJS.ProcessEnv = {}, ...args: string[]): Promise<Started> {
  const child = run(['--port', '0', '--data-dir', folder, '--json', ...args], env)
  const [line] = await once(child.stdout!.setEncoding('utf8'), 'data')
  return { child, at: JSON.parse(line) }
}

async function sdkOf({ at }: Started): Promise<AlipaySdk> {
  return new AlipaySdk({
    appId: at.appId,
    privateKey: await readFile(at.appPrivateKeyFile, 'utf8'),
    keyType: 'PKCS8',
    alipayPublicKey: await readFile(at.alipayPublicKeyFile, 'utf8'),
    gateway: at.gatewayUrl,
    camelcase: false,
  })
}

async function pay({ at }: Started, sdk: AlipaySdk, outTradeNo: string, notifyUrl: string): Promise<number> {
  const url = sdk.pageExecute('alipay.trade.page.pay', 'GET', {
    notify_url: notifyUrl,
    bizContent: pagePayContent(outTradeNo),
  })
  const response = await fetch(`${at.url}/simulator/pay`, {
    method: 'POST',
    body: JSON.stringify({ url }),
    headers: { 'content-type': 'application/json' },
  })
  return response.status
}

async function outputOf(child: ChildProcess): Promise<{ code: number | null; text: string }> {
  let text = ''
  child.stdout!.setEncoding('utf8').on('data', chunk => (text += chunk))
  child.stderr!.setEncoding('utf8').on('data', chunk => (text += chunk))
  const [code] = await once(child, 'close')
  return { code, text }
}

it('keeps acknowledged payments through kill -9, and sends their notifies after the restart', async () => {
  const first = await start()
  const sdk = await sdkOf(first)
  const notifyUrl = `http://127.0.0.1:${await freePort()}/notify`
  const acknowledged = new Set<string>()
  const exited = once(first.child, 'exit')
  const payments = Array.from({ length: 200 }, async (_, i) => {
    const status = await pay(first, sdk, `kill_${i}`, notifyUrl)
    if (status === 200) acknowledged.add(`kill_${i}`)
    if (acknowledged.size === 20) first.child.kill('SIGKILL')
  })
  await Promise.allSettled(payments)
  await exited
  expect(acknowledged.size).toBeGreaterThanOrEqual(20)

  const notified = new Set<string>()
  const shop = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    notified.add(new URLSearchParams(body).get('out_trade_no') ?? '')
    response.end('success')
  }).listen(Number(new URL(notifyUrl).port), '127.0.0.1')
  await once(shop, 'listening')
  try {
    const second = await start({}, '--time-scale', '100000')
    const again = await sdkOf(second)
    for (const outTradeNo of acknowledged) {
      const bizContent = { out_trade_no: outTradeNo }
      const reply = await again.exec('alipay.trade.query', { bizContent }, { validateSign: true })
      expect(reply.trade_status).toBe('TRADE_SUCCESS')
    }
    await vi.waitFor(() => expect(notified.isSupersetOf(acknowledged)).toBe(true), { timeout: 10_000 })
  } finally {
    shop.closeAllConnections()
    await new Promise(resolve => shop.close(resolve))
  }
})

/** A free port: notifies to it stay due until a server listens there. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

it('uses Beijing time in any time zone, and exits with 0 after SIGTERM', async () => {
  const started = await start({ TZ: 'America/New_York' })
  const sdk = await sdkOf(started)
  expect(await pay(started, sdk, 'tz_1', 'http://127.0.0.1:1/n')).toBe(200)
  const reply = await sdk.exec('alipay.trade.query', { bizContent: { out_trade_no: 'tz_1' } }, { validateSign: true })
  const paidAt = Date.parse(`${String(reply.send_pay_date).replace(' ', 'T')}+08:00`)
  expect(Math.abs(paidAt - Date.now())).toBeLessThan(10_000)
  started.child.kill('SIGTERM')
  expect(await once(started.child, 'exit')).toEqual([0, null])
})

it('prefers flags to the environment', () => {
  const env = { ALIPAY_SIMULATOR_APP_ID: '1', ALIPAY_SIMULATOR_SELLER_ID: '2' }
  expect(readSettings(['--app-id', '3'], env).simulator).toMatchObject({ appId: '3', sellerId: '2' })
})

it('names every flag in --help, and the flag of an invalid value', async () => {
  const [help, invalid] = await Promise.all([outputOf(run(['--help'])), outputOf(run(['--port', 'x']))])
  expect(help).toMatchObject({ code: 0, text: expect.stringContaining('--notify-allow') })
  expect(invalid).toMatchObject({ code: 2, text: expect.stringContaining('--port') })
  expect(() => readSettings(['--time-scale', '0'])).toThrow('--time-scale')
  expect(() => readSettings(['--nonsense'])).toThrow('--nonsense')
  expect(() => readSettings(['--key-mode', 'both'])).toThrow('--key-mode')
})

it('names the files of its certificates', async () => {
  const { at } = await start({}, '--key-mode', 'certificate')
  for (const file of [at.appCertificateFile, at.alipayCertificateFile, at.rootCertificatesFile]) {
    expect(await readFile(file!, 'utf8')).toContain('-----BEGIN CERTIFICATE-----')
  }
})

it('refuses a second simulator in the same folder, with the reason', async () => {
  const { at } = await start()
  expect(at.appCertificateFile).toBeUndefined()
  const { code, text } = await outputOf(run(['--port', '0', '--data-dir', folder]))
  expect(code).toBe(1)
  expect(text).toContain('in use by another running simulator')
})
