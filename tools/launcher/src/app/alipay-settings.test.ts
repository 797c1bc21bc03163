import { expect, test } from 'vitest'
import { givenAlipay } from './alipay-settings.ts'

const all = {
  ALIPAY_GATEWAY: 'https://alipay.example/gateway.do',
  ALIPAY_APP_ID: '1',
  ALIPAY_SELLER_ID: '2088',
  ALIPAY_PRIVATE_KEY: 'private.pem',
  ALIPAY_PUBLIC_KEY: 'public.pem',
}

test('without any setting the simulator plays Alipay', () => {
  expect(givenAlipay({ GATEWAY_PORT: '1' })).toBeUndefined()
})

test('all five name an Alipay', () => {
  expect(givenAlipay({ ...all, OTHER: 'x' })).toEqual(all)
})

test.each(Object.keys(all))('%s alone is refused, naming the four others', name => {
  const others = Object.keys(all).filter(one => one !== name)
  expect(() => givenAlipay({ [name]: 'x' })).toThrow(`${name} is set, but not ${others.join(', ')}`)
})
