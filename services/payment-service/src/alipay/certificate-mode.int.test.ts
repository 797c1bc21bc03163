import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { silent } from '../test-database.ts'
import { type AlipayForTests, newOrderId, startAlipayForTests } from '../test-shop.ts'
import { createBillClient } from './bill-download.ts'
import { createAlipayClient } from './client.ts'
import { createAlipayConnection } from './connection.ts'
import { type KeySettings, readKeys } from './keys.ts'
import { type NotifyRefused, readNotify, type SignedNotify } from './notify.ts'
import { createPaymentSigner } from './payment-signer.ts'
import { makeCertificate } from './test-certificates.ts'

// Each test has its own simulator, because a rotation changes it.
let alipay: AlipayForTests
let closing: (() => unknown)[]
beforeEach(async () => {
  closing = []
  alipay = await startAlipayForTests({ keyMode: 'certificate' })
  closing.push(alipay.close)
})
afterEach(async () => {
  for (const close of closing.reverse()) await close()
})

/** Everything in payment-service that calls Alipay or reads from it, with `change` in the settings. */
function start(change: Partial<KeySettings> = {}) {
  const log: string[] = []
  const add = (_about: object, message?: string) => void log.push(message ?? '')
  const settings = { ALIPAY_PRIVATE_KEY: alipay.appPrivateKey, ...alipay.certificates, ...change }
  const keys = readKeys(settings as KeySettings, { logger: { warn: add, error: add } as never })
  const { appId, gatewayUrl: gateway } = alipay
  const registry = new Registry()
  const connection = createAlipayConnection({ appId, mode: keys.mode, logger: silent, registry })
  closing.push(connection.close)
  const access = { appId, gateway, keys, timeoutMs: 5_000 }
  const client = createAlipayClient({ ...access, registry, observe: connection.observe })
  return {
    keys,
    log,
    client,
    bills: createBillClient({ ...access, hosts: [] }),
    readNotify: (body: string) => readNotify(body, { verifier: keys.alipay, receivedAt: new Date() }),
    /** Makes one query as the probe of the connection does, and returns what `/readyz` shows. */
    async readiness() {
      const probed = Promise.withResolvers<void>()
      connection.start(async outTradeNo => {
        await client.query(outTradeNo)
        probed.resolve()
      })
      await probed.promise
      return connection.check().then(
        () => 'ok',
        (error: Error) => error.message,
      )
    },
  }
}

const rotate = () => alipay.control<{ alipayCertSn: string }>('POST', '/certificates/rotate', {})

/** A signed link for a trade of 2.58 yuan, whose notifies go to `notifyUrl`. */
function link(
  { keys }: Pick<ReturnType<typeof start>, 'keys'>,
  outTradeNo: string,
  notifyUrl = `${alipay.publicUrl}/n`,
) {
  const { appPrivateKey: privateKey, certificateParameters } = keys
  const signer = createPaymentSigner({
    appId: alipay.appId,
    gateway: alipay.gatewayUrl,
    notifyUrl,
    privateKey,
    certificateParameters,
  })
  return signer.url({
    method: 'alipay_page',
    orderId: outTradeNo,
    outTradeNo,
    amountFen: 258,
    timeExpire: new Date(Date.now() + 600_000),
    returnUrl: 'https://shop.example/payment/result',
    now: new Date(),
  })
}

/** A server that collects the bodies of notifies. */
async function collectNotifies() {
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    bodies.push(Buffer.concat(chunks).toString())
    response.end('success')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  return { bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

it('names its certificates in calls and in links, and verifies replies and notifies', async () => {
  const service = start()
  const { bodies, url } = await collectNotifies()
  expect(await service.readiness()).toBe('ok')
  const no = newOrderId()
  await alipay.control('POST', '/open', { url: await link(service, no, url) })
  expect(await service.client.query(no)).toEqual({ outcome: 'waiting' })
  await alipay.control('POST', '/pay', { outTradeNo: no })
  expect(await service.client.query(no)).toMatchObject({ outcome: 'paid', trade: { amountFen: 258 } })
  await expect.poll(() => bodies.length).toBe(1)
  expect(service.readNotify(bodies[0] as string)).toMatchObject({ outTradeNo: no, content: { type: 'paid' } })
  expect(service.log).toEqual([])
})

it('goes on after a rotation: the reply that names the new certificate is verified with it', async () => {
  const service = start()
  const { bodies, url } = await collectNotifies()
  const no = newOrderId()
  await alipay.control('POST', '/open', { url: await link(service, no, url) })
  const { alipayCertSn } = await rotate()
  await alipay.control('POST', '/pay', { outTradeNo: no })
  await expect.poll(() => bodies.length).toBe(1)
  // A notify does not name its certificate.
  const notify = (): SignedNotify | NotifyRefused => service.readNotify(bodies[0] as string)
  expect(notify()).toEqual({ refused: 'bad_signature' })
  const queries = await Promise.all([1, 2, 3].map(() => service.client.query(no)))
  for (const answer of queries) expect(answer).toMatchObject({ outcome: 'paid', trade: { amountFen: 258 } })
  expect(notify()).toMatchObject({ outTradeNo: no, content: { type: 'paid' } })
  expect(service.log).toEqual([expect.stringContaining('Add the new file to ALIPAY_PUBLIC_CERT')])
  expect(service.keys.certificates().map(({ serialNumber }) => serialNumber)).toContain(alipayCertSn)
  // A third certificate, first seen by another client with the same keys.
  await rotate()
  expect(await service.bills.query('2026-01-02')).not.toMatchObject({
    detail: expect.stringContaining('does not verify'),
  })
  expect(await service.readiness()).toBe('ok')
  expect(service.log).toHaveLength(2)
})

it('makes a refund once, although the certificate of its reply has to be downloaded', async () => {
  const service = start()
  const no = newOrderId()
  await alipay.control('POST', '/open', { url: await link(service, no) })
  await alipay.control('POST', '/pay', { outTradeNo: no })
  await rotate()
  expect(await service.client.refund({ refundId: 'ref_1', outTradeNo: no, amountFen: 258 })).toEqual({
    outcome: 'done',
  })
})

it('needs no download for the second of two certificates in the settings', async () => {
  const before = alipay.certificates.ALIPAY_PUBLIC_CERT
  await rotate()
  const service = start({ ALIPAY_PUBLIC_CERT: `${before},${alipay.certificates.ALIPAY_PUBLIC_CERT}` })
  expect(await service.readiness()).toBe('ok')
  expect(service.log).toEqual([])
})

it.each([
  ['foreign_chain', 'does not chain up to ALIPAY_ROOT_CERT'],
  ['expired', 'ended on'],
  ['other', 'another serial number'],
  ['missing', 'CERT_NOT_EXIST'],
])('verifies nothing with a downloaded certificate that is %s, and says why', async (certificate, mistake) => {
  const service = start()
  await rotate()
  await alipay.control('POST', '/faults', { certificate })
  expect(await service.client.query(newOrderId())).toMatchObject({
    outcome: 'unknown',
    detail: expect.stringContaining(mistake),
  })
  expect(await service.readiness()).toMatch(/signature of Alipay’s reply does not verify.*支付宝公钥证书/)
  await alipay.control('DELETE', '/faults')
  expect(await service.client.query(newOrderId())).toEqual({ outcome: 'no_trade' })
})

const stranger = makeCertificate('Test Authority R1')
const strangeIssuer = makeCertificate('Test Authority Class 2 R1', { issuer: stranger, ca: true })
const strangeAlipay = makeCertificate('Alipay', { issuer: strangeIssuer })

it('reports the certificates of another environment, whose root Alipay does not know', async () => {
  const service = start({ ALIPAY_ROOT_CERT: stranger.pem, ALIPAY_PUBLIC_CERT: strangeAlipay.pem + strangeIssuer.pem })
  expect(await service.readiness()).toMatch(/isv.invalid-alipay-root-cert-sn.*ALIPAY_ROOT_CERT.*支付宝根证书/)
})

it('reports a certificate of the application that Alipay does not have', async () => {
  const privateKey = start().keys.appPrivateKey
  const service = start({ ALIPAY_APP_CERT: makeCertificate('Shop', { issuer: stranger, privateKey }).pem })
  expect(await service.readiness()).toMatch(/isv.app-cert-not-exist.*ALIPAY_APP_CERT.*应用公钥证书/)
})

it('reports a key in the settings for an application that has certificates', async () => {
  const none = { ALIPAY_APP_CERT: undefined, ALIPAY_ROOT_CERT: undefined, ALIPAY_PUBLIC_CERT: undefined }
  const service = start({ ...none, ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey } as never)
  expect(await service.readiness()).toMatch(/isv.missing-app-cert-sn.*set ALIPAY_APP_CERT, ALIPAY_ROOT_CERT and/)
})

it('in key mode, verifies with either of two public keys while Alipay’s key is changed', async () => {
  const keyed = await startAlipayForTests()
  closing.push(keyed.close)
  const other = await keyed.control<{ alipayPublicKey: string }>('POST', '/certificates/rotate', {})
  const read = (ALIPAY_PUBLIC_KEY: string) => readKeys({ ALIPAY_PRIVATE_KEY: keyed.appPrivateKey, ALIPAY_PUBLIC_KEY })
  const query = (publicKeys: string) => {
    const { appId, gatewayUrl: gateway } = keyed
    const options = { appId, gateway, keys: read(publicKeys), timeoutMs: 5_000, registry: new Registry() }
    return createAlipayClient(options).query(newOrderId())
  }
  expect(await query(keyed.alipayPublicKey)).toMatchObject({ outcome: 'unknown' })
  expect(await query(`${keyed.alipayPublicKey},${other.alipayPublicKey}`)).toEqual({ outcome: 'no_trade' })
  expect(await query(other.alipayPublicKey)).toEqual({ outcome: 'no_trade' })
})
