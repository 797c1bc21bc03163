import { expect, it } from 'vitest'
import { givenAlipay } from './alipay-settings.ts'

const all = {
  ALIPAY_GATEWAY: 'https://alipay.example/gateway.do',
  ALIPAY_APP_ID: '1',
  ALIPAY_SELLER_ID: '2088',
  ALIPAY_PRIVATE_KEY: 'private.pem',
  ALIPAY_PUBLIC_KEY: 'public.pem',
}

it('uses the simulator without any Alipay setting', () => {
  expect(givenAlipay({ GATEWAY_PORT: '1' })).toBeUndefined()
})

it('uses the Alipay that all five settings name', () => {
  expect(givenAlipay({ ...all, OTHER: 'x' })).toEqual(all)
})

it.each(Object.keys(all))('refuses %s alone and names the other four', name => {
  const others = Object.keys(all).filter(one => one !== name)
  expect(() => givenAlipay({ [name]: 'x' })).toThrow(`${name} is set, but not ${others.join(', ')}`)
})
