import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hmacToken, inAnHour, part, rsaToken, testSecret as secret, serveJwks } from '../auth/test-tokens.ts'
import { createQuoteCheck } from './quote.ts'

const order = {
  customerId: 'mei',
  items: [
    { sku: 'tea-01', quantity: 3 },
    { sku: 'cup-01', quantity: 1 },
  ],
}
const shipping = { type: 'shipping', label: '顺丰 SF Express', amountFen: 1_200 }
const discount = { type: 'discount', label: '满减 10 off', amountFen: -1_000, sku: 'tea-01' }
const claims = { exp: 4_102_444_800, sub: 'mei', items: order.items, adjustments: [shipping, discount] }

const check = createQuoteCheck({ secret })
const signed = (changes: object = {}, key: string = secret) =>
  hmacToken({ alg: 'HS256', typ: 'JWT' }, { ...claims, ...changes }, key)
/** The reason of a refusal, and its detail. */
const refusalOf = (quote: string, checked = check) =>
  checked(quote, order).then(
    granted => ['granted', JSON.stringify(granted)],
    error => [error.type === 'quote-invalid' ? error.extra.reason : error, error.message],
  )

it('grants the adjustments of a signed quote, and passes its end on', async () => {
  expect(await check(signed(), order)).toEqual({
    adjustments: [shipping, discount],
    expiresAt: '2100-01-01T00:00:00.000Z',
  })
})

it('drops what the contract does not have', async () => {
  const granted = await check(signed({ adjustments: [{ ...shipping, cost: 3, __proto__: { a: 1 } }], shop: 1 }), order)
  expect(granted.adjustments).toEqual([shipping])
})

it.each([
  ['in another order', [...order.items].toReversed()],
  ['with a SKU twice', [{ sku: 'tea-01', quantity: 1 }, ...order.items.slice(1), { sku: 'tea-01', quantity: 2 }]],
  ['with more about each', order.items.map(item => ({ ...item, title: 'x', priceFen: 1 }))],
])('takes the lines %s', async (_what, items) => {
  expect((await check(signed({ items }), order)).adjustments).toHaveLength(2)
})

it('leaves it to order-service whether the quote is over', async () => {
  expect((await check(signed({ exp: 1.5 }), order)).expiresAt).toBe('1970-01-01T00:00:01.500Z')
  expect((await check(signed({ exp: 253_402_300_799 }), order)).expiresAt).toBe('9999-12-31T23:59:59.000Z')
})

it('refuses every quote without a key', async () => {
  expect(await refusalOf(signed(), createQuoteCheck({}))).toEqual([
    'not-configured',
    expect.stringContaining('QUOTE_SECRET'),
  ])
})

const withoutClaim = (name: keyof typeof claims) => signed({ [name]: undefined })
const withPayload = (payload: string) => {
  const text = `${part({ alg: 'HS256' })}.${Buffer.from(payload).toString('base64url')}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
const exchanged = (from: string, index: number, to: string) =>
  from
    .split('.')
    .with(index, to.split('.')[index] ?? '')
    .join('.')

it.each<[string, string, string]>([
  ['of another shop', 'signature', signed({}, 'another-secret-of-another-shop')],
  ['with other claims', 'signature', exchanged(signed(), 1, signed({ sub: 'li' }))],
  ['with another signature', 'signature', exchanged(signed(), 2, signed({ exp: 1 }))],
  ['without a signature', 'signature', signed().replace(/[^.]+$/, '')],
  ['with alg none', 'signature', `${part({ alg: 'none' })}.${part(claims)}.`],
  ['with alg none and a signature', 'signature', hmacToken({ alg: 'none' }, claims)],
  ['with alg NONE', 'signature', hmacToken({ alg: 'NONE' }, claims)],
  ['with another HMAC', 'signature', hmacToken({ alg: 'HS512' }, claims)],
  ['without an algorithm', 'signature', hmacToken({}, claims)],
  ['whose alg is a member of every object', 'signature', hmacToken({ alg: 'constructor' }, claims)],
  ['with an extension that must be understood', 'signature', hmacToken({ alg: 'HS256', crit: ['x'], x: 1 }, claims)],
  ['of a kind of key that is not set', 'signature', hmacToken({ alg: 'RS256' }, claims)],
  ['that is no token', 'signature', 'a.b.c'],
  ['whose payload is no JSON', 'signature', withPayload('hello')],
  ['whose payload is a text', 'signature', withPayload('"hello"')],
  ['without an end', 'claims', withoutClaim('exp')],
  ['whose end is a text', 'claims', signed({ exp: String(inAnHour()) })],
  ['whose end is null', 'claims', signed({ exp: null })],
  ['whose end is a list', 'claims', signed({ exp: [inAnHour()] })],
  ['whose end is before 1970', 'claims', signed({ exp: -1 })],
  ['whose end is in no calendar', 'claims', signed({ exp: 1e300 })],
  ['that is not valid yet', 'claims', signed({ nbf: inAnHour() })],
  ['whose beginning is a text', 'claims', signed({ nbf: 'today' })],
  ['without a customer', 'claims', withoutClaim('sub')],
  ['for another customer', 'customer', signed({ sub: 'li' })],
  ['for a customer that is no text', 'customer', signed({ sub: ['mei'] })],
  ['for a customer of another case', 'customer', signed({ sub: 'Mei' })],
  ['without lines', 'items', withoutClaim('items')],
  ['with a line less', 'items', signed({ items: order.items.slice(1) })],
  ['with a line more', 'items', signed({ items: [...order.items, { sku: 'pot-01', quantity: 1 }] })],
  ['with no line', 'items', signed({ items: [] })],
  ['with another quantity', 'items', signed({ items: [{ sku: 'tea-01', quantity: 2 }, order.items[1]] })],
  ['with a line that takes units off', 'items', signed({ items: [...order.items, { sku: 'tea-01', quantity: -1 }] })],
  ['with quantities as texts', 'items', signed({ items: order.items.map(item => ({ ...item, quantity: '1' })) })],
  ['with lines as an object', 'items', signed({ items: { ...order.items } })],
  ['with null as a line', 'items', signed({ items: [null] })],
  ['without adjustments', 'adjustments', withoutClaim('adjustments')],
  ['with adjustments as an object', 'adjustments', signed({ adjustments: shipping })],
  ['with 101 adjustments', 'adjustments', signed({ adjustments: Array.from({ length: 101 }, () => shipping) })],
  ['with an adjustment that is null', 'adjustments', signed({ adjustments: [null] })],
  ['with half a fen', 'adjustments', signed({ adjustments: [{ ...shipping, amountFen: 0.5 }] })],
  ['with an amount as a text', 'adjustments', signed({ adjustments: [{ ...shipping, amountFen: '1' }] })],
  ['with an amount beyond all orders', 'adjustments', signed({ adjustments: [{ ...shipping, amountFen: 1e11 }] })],
  ['with another type', 'adjustments', signed({ adjustments: [{ ...shipping, type: 'tip' }] })],
  ['without a label', 'adjustments', signed({ adjustments: [{ ...shipping, label: '' }] })],
  ['with a label too long', 'adjustments', signed({ adjustments: [{ ...shipping, label: 'x'.repeat(101) }] })],
  ['with a NUL in a label', 'adjustments', signed({ adjustments: [{ ...shipping, label: 'a\0' }] })],
  ['with half a character in a label', 'adjustments', signed({ adjustments: [{ ...shipping, label: '\ud83d' }] })],
  ['with a SKU that can be none', 'adjustments', signed({ adjustments: [{ ...shipping, sku: '茶' }] })],
])('refuses a quote %s: %s', async (_what, reason, quote) => {
  const [refused, detail] = await refusalOf(quote)
  expect(refused).toBe(reason)
  expect(detail).toMatch(/^The quote .+\. Request a new one from the shop’s pricing\.$/)
})

it('names the adjustment that is wrong, without its values', async () => {
  const [, detail] = await refusalOf(signed({ adjustments: [shipping, { ...discount, amountFen: '-88888' }] }))
  expect(detail).toContain('adjustments.1.amountFen')
  expect(detail).not.toContain('88888')
})

describe('with keys of a JWKS address', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = [
    { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'r1', alg: 'RS256' },
    { ...ec.publicKey.export({ format: 'jwk' }), kid: 'e1' },
  ]
  const ecText = `${part({ alg: 'ES256', kid: 'e1' })}.${part(claims)}`
  const ecSignature = sign('sha256', Buffer.from(ecText), { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })
  const ecQuote = `${ecText}.${ecSignature.toString('base64url')}`

  it('takes RS256 and ES256, and HS256 only with a secret', async () => {
    const { url: jwksUrl } = await serveJwks(keys)
    const checkKeys = createQuoteCheck({ jwksUrl })
    expect(await refusalOf(rsaToken(rsa.privateKey, 'r1', claims), checkKeys)).toMatchObject(['granted', {}])
    expect(await refusalOf(ecQuote, checkKeys)).toMatchObject(['granted', {}])
    expect(await refusalOf(signed(), checkKeys)).toMatchObject(['signature', {}])
    expect(await refusalOf(signed(), createQuoteCheck({ jwksUrl, secret }))).toMatchObject(['granted', {}])
  })

  it('refuses keys that are unknown, of another kind, or used as a secret', async () => {
    const { url: jwksUrl } = await serveJwks(keys)
    const checkKeys = createQuoteCheck({ jwksUrl, secret })
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }) as string
    const forged = [
      rsaToken(rsa.privateKey, 'r2', claims),
      rsaToken(rsa.privateKey, 'e1', claims),
      rsaToken(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'r1', claims),
      hmacToken({ alg: 'HS256', kid: 'r1' }, claims, pem),
      hmacToken({ alg: 'RS256', kid: 'r1' }, claims, pem),
    ]
    for (const quote of forged) expect(await refusalOf(quote, checkKeys)).toMatchObject(['signature', {}])
  })

  it('asks to try again while the address is unreachable', async () => {
    const { state, url: jwksUrl } = await serveJwks(keys)
    state.status = 500
    await expect(createQuoteCheck({ jwksUrl })(ecQuote, order)).rejects.toMatchObject({ type: 'service-unavailable' })
  })
})
