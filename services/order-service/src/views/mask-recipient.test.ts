import { describe, expect, it } from 'vitest'
import { maskRecipient } from './mask-recipient.ts'

const shipTo = {
  name: '张三',
  phone: '+86 138-0013-8000',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  street: '文三路 90 号 71 幢',
  postalCode: '310012',
}

it('leaves of a recipient what a shopper can be recognised by', () => {
  expect(maskRecipient({ shipTo, note: '放门口' })).toEqual({
    shipTo: {
      name: '张*',
      phone: '861******8000',
      province: '浙江省',
      city: '杭州市',
      district: '西湖区',
      street: '文三***********',
      postalCode: '******',
    },
    note: '***',
  })
  expect(maskRecipient({ shipTo: { ...shipTo, phone: '13800138000' } }).shipTo?.phone).toBe('138****8000')
})

describe('a short value', () => {
  it.each([
    [{ name: '张' }, { name: '张*' }],
    [{ phone: '12345' }, { phone: '***45' }],
    [{ phone: '1234567890' }, { phone: '********90' }],
    [{ street: '一' }, { street: '*' }],
    [{ street: '一号' }, { street: '一*' }],
  ])('of %j is not shown whole', (value, masked) => {
    expect(maskRecipient({ shipTo: { ...shipTo, ...value } }).shipTo).toMatchObject(masked)
  })
})

it('shows nothing of a long note, and adds nothing where there is none', () => {
  expect(maskRecipient({ note: 'x'.repeat(500) })).toEqual({ note: '*'.repeat(20) })
  expect(maskRecipient({})).toEqual({})
})
