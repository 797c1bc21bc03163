import { jwt, testSecrets } from '@alipay-checkout/test-support'
import { expect, it, onTestFinished } from 'vitest'
import { signReturnLink } from '../auth/return-link.ts'
import { orderId, startGateway } from '../test-gateway.ts'

/** A gateway that allows each caller one request a minute; `seen` returns whether a chain's caller has used it. */
async function start(trustProxy: string) {
  const gateway = await startGateway({ TRUST_PROXY: trustProxy, RATE_LIMIT_IP_PER_MINUTE: '1' })
  onTestFinished(() => gateway.close())
  return async (forwardedFor: string | undefined, headers: Record<string, string> = {}): Promise<'new' | 'seen'> => {
    const sent = forwardedFor === undefined ? headers : { ...headers, 'x-forwarded-for': forwardedFor }
    const { status } = await fetch(`${gateway.url}/api/products`, { headers: sent })
    expect([200, 429]).toContain(status)
    return status === 200 ? 'new' : 'seen'
  }
}

it('limits each shopper behind one proxy separately, whatever X-Forwarded-For they send', async () => {
  const call = await start('1')
  expect(await call('198.51.100.1')).toBe('new')
  expect(await call('198.51.100.2')).toBe('new')
  expect(await call('198.51.100.1')).toBe('seen')
  // The proxy appends its caller's address to the header that the client sent.
  expect(await call('203.0.113.66, 198.51.100.1')).toBe('seen')
  expect(await call('203.0.113.67, 10.0.0.1, 127.0.0.1, 198.51.100.2')).toBe('seen')
  expect(await call('198.51.100.1, 198.51.100.3')).toBe('new')
})

it('trusts the configured number of proxies', async () => {
  const call = await start('2')
  expect(await call('198.51.100.1, 10.0.0.9')).toBe('new')
  expect(await call('203.0.113.66, 198.51.100.1, 10.0.0.9')).toBe('seen')
  expect(await call('203.0.113.66, 198.51.100.1, 10.0.0.10')).toBe('seen')
  expect(await call('198.51.100.1, 198.51.100.2, 10.0.0.9')).toBe('new')
})

it.each(['loopback', '127.0.0.1, ::1', '127.0.0.0/8,10.0.0.0/8', 'uniquelocal,loopback'])(
  'trusts the proxies of %s and no others',
  async trusted => {
    const call = await start(trusted)
    expect(await call('198.51.100.1')).toBe('new')
    expect(await call('203.0.113.66, 198.51.100.1')).toBe('seen')
    expect(await call('127.0.0.1, 198.51.100.1')).toBe('seen')
    expect(await call('198.51.100.1, 198.51.100.2')).toBe('new')
  },
)

it.each(['false', '0', '192.0.2.0/24'])('trusts no proxy outside %s', async trusted => {
  const call = await start(trusted)
  expect(await call('198.51.100.1')).toBe('new')
  expect(await call('198.51.100.2')).toBe('seen')
  expect(await call(undefined, { 'x-real-ip': '198.51.100.3', forwarded: 'for=198.51.100.4' })).toBe('seen')
})

it('counts an address without its port, and a text that is no address for the proxy', async () => {
  const call = await start('1')
  expect(await call('198.51.100.1:40001')).toBe('new')
  expect(await call('198.51.100.1:40002')).toBe('seen')
  expect(await call('[2001:db8::1]:40001')).toBe('new')
  expect(await call('2001:db8::1')).toBe('seen')
  expect(await call('unknown')).toBe('new')
  expect(await call('_hidden7')).toBe('seen')
})

it('counts customers by their token, whatever address they call from', async () => {
  const call = await start('1')
  const headers = { authorization: `Bearer ${jwt('mei')}` }
  expect(await call('198.51.100.1', headers)).toBe('new')
  expect(await call('198.51.100.1', headers)).toBe('new')
  expect(await call('198.51.100.1')).toBe('new')
})

it('lets a shopper who comes back from Alipay wait, however many others call from their address', async () => {
  const gateway = await startGateway({ RATE_LIMIT_IP_PER_MINUTE: '1' })
  onTestFinished(() => gateway.close())
  gateway.standIn.on('GET /orders/*/status', () => ({
    status: 200,
    body: { orderId, status: 'PENDING', orderStatus: 'PENDING_PAYMENT' },
  }))
  const statusOf = async (path: string) => (await fetch(gateway.url + path)).status
  const link = (id: string) => {
    const t = String(Date.now())
    return { t, sign: signReturnLink(testSecrets.RETURN_URL_SECRET, id, t) }
  }
  const pollOf = (id: string, { t, sign } = link(id)) => `/api/orders/${id}/status?order_id=${id}&t=${t}&sign=${sign}`
  expect([await statusOf('/api/products'), await statusOf('/api/products')]).toEqual([200, 429])
  const { t, sign } = link(orderId)
  for (const path of [`/payment/result/${orderId}/${t}/${sign}`, '/', `/orders/${orderId}`]) {
    expect([path, await statusOf(path)]).toEqual([path, 200])
  }
  for (let n = 0; n < 300; n++) expect(await statusOf(pollOf(orderId))).toBe(200)
  expect(await statusOf(pollOf(orderId))).toBe(429)
  expect(await statusOf(pollOf(orderId.replace('0190', '0191')))).toBe(200)
  // Neither a link that is not valid nor a valid one elsewhere.
  expect(await statusOf(pollOf(orderId, { t, sign: '0'.repeat(64) }))).toBe(429)
  expect(await statusOf(`/api/products?order_id=${orderId}&t=${t}&sign=${sign}`)).toBe(429)
})
