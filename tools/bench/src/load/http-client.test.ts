import { expect, it } from 'vitest'
import { textField } from './http-client.ts'

it('reads a text field without parsing the rest', () => {
  const json = '{"order":{"orderId":"ord_1","totalFen":100},"paymentUrl":"http://a/?x=1&y=2"}'
  expect(textField(json, 'orderId')).toBe('ord_1')
  expect(textField(json, 'paymentUrl')).toBe('http://a/?x=1&y=2')
})

it('leaves what is escaped as it stands', () => {
  expect(textField('{"a":"1 \\"inch\\" \\\\","b":"2"}', 'a')).toBe('1 \\"inch\\" \\\\')
})

it('finds nothing where there is nothing, or no text', () => {
  expect(textField('{"a":1}', 'a')).toBeUndefined()
  expect(textField('{"a":"cut off', 'a')).toBeUndefined()
})
