import { OrderNote, ShipTo } from '@alipay-checkout/contracts'
import { Check } from 'typebox/value'
import { expect, it } from 'vitest'
import type { RecipientForm } from './recipient-fields.ts'
import { checkRecipient, recipientFields, refusedFields, toForm, toRecipient } from './recipient-fields.ts'

const whole: RecipientForm = {
  name: '王梅',
  phone: '138 0000-1234',
  province: '浙江省',
  city: '杭州市',
  district: '西湖区',
  postalCode: '310000',
  street: '龙井路 1 号',
  note: '请轻放\n谢谢',
}

it('makes of a whole form what the API takes, and of that the form', () => {
  const { note, ...address } = whole
  expect(checkRecipient(whole)).toEqual({})
  expect(toRecipient(whole)).toEqual({ shipTo: address, note })
  expect(toForm(toRecipient(whole))).toEqual(whole)
  expect(toRecipient({ ...whole, postalCode: ' ', note: ' ' })).toEqual({
    shipTo: { ...address, postalCode: undefined },
  })
})

it('drops outer white space and line ends, and takes digits of full width', () => {
  const typed = {
    ...whole,
    name: ' 王梅\u3000',
    street: '龙井路\n1 号',
    phone: '１３８００００１２３４',
    postalCode: '３１００００',
  }
  expect(toRecipient(typed).shipTo).toMatchObject({
    name: '王梅',
    street: '龙井路 1 号',
    phone: '13800001234',
    postalCode: '310000',
  })
})

it('requires everything but the postal code and the note', () => {
  const missing = recipientFields.filter(field => field !== 'postalCode' && field !== 'note')
  expect(checkRecipient(toForm())).toEqual(Object.fromEntries(missing.map(field => [field, 'fieldMissing'])))
})

const values = ['', ' ', 'x', '茶'.repeat(64), '茶'.repeat(65), '𠮷'.repeat(64), '𠮷'.repeat(256), 'x'.repeat(257)]
const notes = ['x', '\n', 'x'.repeat(500), 'x'.repeat(501)]
const phones = ['+86 138-0000-1234', '12345', '1234', '1'.repeat(20), '1'.repeat(21), '-12345', 'call me', '++86138']
const codes = ['310000', '31', '310', 'SW1A 1AA', '1'.repeat(12), '1'.repeat(13), '31_00']
const cases = [
  ...(['name', 'province', 'city', 'district', 'street'] as const).flatMap(field =>
    values.map(v => [field, v] as const),
  ),
  ...phones.map(value => ['phone', value] as const),
  ...codes.map(value => ['postalCode', value] as const),
  ...notes.map(value => ['note', value] as const),
]

it.each(cases)('agrees with the API about %s %j', (field, value) => {
  const form = { ...whole, [field]: value }
  const { shipTo, note } = toRecipient(form)
  const accepted = Check(ShipTo, shipTo) && (note === undefined || Check(OrderNote, note))
  expect(Object.keys(checkRecipient(form))).toEqual(accepted ? [] : [field])
})

it('finds the fields that the API names', () => {
  const errors = [{ field: 'shipTo.phone', message: 'must match' }, { field: 'note' }, { field: 'items.0.sku' }, null]
  expect(refusedFields(errors)).toEqual({ phone: 'fieldRefused', note: 'fieldRefused' })
  expect(refusedFields(undefined)).toEqual({})
})
