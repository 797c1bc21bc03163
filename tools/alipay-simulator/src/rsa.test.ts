import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseParameters } from './protocol/parameters.ts'
import { type Parameters, readPublicKey, signingText, signText, verifyText, withSignature } from './rsa.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

const name = fc.stringMatching(/^[a-z_]{1,12}$/).filter(text => !['sign', 'sign_type'].includes(text))
const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
const parameters: fc.Arbitrary<Parameters> = fc.dictionary(name, value, { minKeys: 1, maxKeys: 8 })

it('verifies a signature after form encoding, whatever the characters', () => {
  fc.assert(
    fc.property(parameters, sent => {
      const signed = withSignature(sent, privateKey)
      const parsed = parseParameters(new URLSearchParams(signed).toString())
      if (!parsed.ok) return false
      const received = parsed.parameters
      return verifyText(signingText(received, 'sign', 'sign_type'), received.sign!, publicKey)
    }),
    { numRuns: 60 },
  )
})

it('refuses a changed, added or missing parameter', () => {
  const tampering = fc.record({
    sent: parameters,
    added: name,
    text: value,
    kind: fc.constantFrom('change', 'add', 'drop'),
  })
  fc.assert(
    fc.property(tampering, ({ sent, added, text, kind }) => {
      const sign = signText(signingText(sent), privateKey)
      const first = Object.keys(sent)[0]!
      const changed: Record<string, string> = { ...sent }
      if (kind === 'change') changed[first] = `${sent[first]}${text}`
      else if (kind === 'drop') delete changed[first]
      else changed[`${added}_`] = text
      return !verifyText(signingText(changed), sign, publicKey)
    }),
    { numRuns: 60 },
  )
})

it('signs parameters in any order alike', () => {
  fc.assert(
    fc.property(parameters, sent => {
      const turned = Object.fromEntries(Object.entries(sent).reverse())
      return signingText(turned) === signingText(sent)
    }),
  )
})

it('refuses a signature that is not base64', () => {
  fc.assert(fc.property(fc.string(), text => !verifyText('a=1', text, publicKey)))
})

it('reads a public key from PEM and from the bare base64 of the console', () => {
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const base64 = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  expect(readPublicKey(base64).equals(readPublicKey(pem))).toBe(true)
  expect(() => readPublicKey('no key at all')).toThrow()
})
