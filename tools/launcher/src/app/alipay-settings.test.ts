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

const { ALIPAY_PUBLIC_KEY: _key, ...common } = all
const withCertificates = {
  ...common,
  ALIPAY_APP_CERT: 'app.crt',
  ALIPAY_ROOT_CERT: 'root.crt',
  ALIPAY_PUBLIC_CERT: 'alipay.crt,next.crt',
}

it('uses certificates instead of the public key', () => {
  expect(givenAlipay({ ...withCertificates, OTHER: 'x' })).toEqual(withCertificates)
})

it('names the certificates that are missing', () => {
  expect(() => givenAlipay({ ...common, ALIPAY_ROOT_CERT: 'x' })).toThrow(
    'ALIPAY_ROOT_CERT are set, but not ALIPAY_APP_CERT, ALIPAY_PUBLIC_CERT',
  )
})

it('refuses the public key and certificates at once', () => {
  expect(() => givenAlipay({ ...all, ALIPAY_APP_CERT: 'x' })).toThrow('ALIPAY_PUBLIC_KEY, ALIPAY_APP_CERT are set, but')
})

it.each(Object.keys(all))('refuses %s alone and names the other four', name => {
  const others = Object.keys(all).filter(one => one !== name)
  expect(() => givenAlipay({ [name]: 'x' })).toThrow(`${name} is set, but not ${others.join(', ')}`)
})
