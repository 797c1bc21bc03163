import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { jwt } from './jwt.ts'

const decode = (part: string | undefined) => JSON.parse(Buffer.from(part ?? '', 'base64url').toString())

it('signs a token that names its customer and role', () => {
  const [header, claims, signature] = jwt('customer-1', { role: 'admin', secret: 'a secret' }).split('.')
  expect(decode(header)).toEqual({ alg: 'HS256', typ: 'JWT' })
  expect(decode(claims)).toMatchObject({ sub: 'customer-1', role: 'admin' })
  expect(signature).toBe(createHmac('sha256', 'a secret').update(`${header}.${claims}`).digest('base64url'))
})

it('signs a token with several roles', () => {
  expect(decode(jwt('li', { roles: ['support', 'cashier'] }).split('.')[1])).toMatchObject({
    sub: 'li',
    roles: ['support', 'cashier'],
  })
})

it('signs a token that has expired', () => {
  const { exp } = decode(jwt('customer-1', { expiresInSeconds: -1 }).split('.')[1])
  expect(exp).toBeLessThan(Date.now() / 1000)
})
