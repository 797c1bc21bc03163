import { describe, expect, it } from 'vitest'
import { notifyForm } from '../test-gateway.ts'
import { readNotifyForm } from './notify-form.ts'

const read = (form: string | Buffer) => readNotifyForm(Buffer.from(form as string))
const without = (name: string) => {
  const fields = new URLSearchParams(notifyForm())
  fields.delete(name)
  return fields.toString()
}

describe('a possible notify', () => {
  it.each([
    ['every field of a notify', notifyForm()],
    ['unknown fields', notifyForm({ enterprise_pay_info: '{"a":[1]}', 'odd[]': '', x: 'y'.repeat(9_000) })],
    ['an encoded line break, quotes and a percent sign in a text', notifyForm({ body: 'one\r\ntwo "three" 100%' })],
    ['text that is not percent-encoded', `${notifyForm()}&body=明前龙井`],
    ['a percent-encoded byte that is no UTF-8', `${notifyForm()}&body=%C3%F7`],
    ['a repeated field that does not identify the notify', `${notifyForm()}&body=1&body=2`],
    ['a name without a value', `${notifyForm()}&passback_params=&&x`],
    ['the number of another trade', notifyForm({ out_trade_no: 'till-7/2026.01' })],
  ])('may have %s and is returned unchanged', (_what, form) => {
    expect(read(form)).toEqual({ text: form })
  })
})

describe('a body that can not be a notify', () => {
  it.each<[string, string | Buffer, string]>([
    ['nothing', '', 'empty'],
    ['control characters', '\u0001'.repeat(1_000), 'control_character'],
    ['a control character beside all fields', `${notifyForm()}&body=\u0000`, 'control_character'],
    ['bytes that are no text', Buffer.concat([Buffer.from(notifyForm()), Buffer.from([0xff])]), 'malformed_encoding'],
    ['a percent sign that encodes nothing', `${notifyForm()}&body=100%`, 'malformed_encoding'],
    ['JSON', '{"out_trade_no":"ord_1"}', 'missing_field'],
    ['a list in place of a field', `${without('app_id')}&app_id[]=2021000000000001`, 'missing_field'],
    ['another kind of signature', notifyForm({ sign_type: 'RSA' }), 'malformed_field'],
    ['an empty signature', notifyForm({ sign: '' }), 'malformed_field'],
    ['a line break in a number', notifyForm({ out_trade_no: 'ord_1\n' }), 'malformed_field'],
    ['an id too long to be one', notifyForm({ notify_id: 'x'.repeat(129) }), 'malformed_field'],
    ['an app that is no number', notifyForm({ app_id: 'app' }), 'malformed_field'],
  ])('has %s', (_what, form, reason) => {
    expect(read(form)).toBe(reason)
  })

  it.each(['sign', 'sign_type', 'notify_id', 'app_id', 'out_trade_no'])('has no %s, or has it twice', name => {
    const again = new URLSearchParams({ [name]: new URLSearchParams(notifyForm()).get(name) as string })
    expect(read(without(name))).toBe('missing_field')
    expect(read(`${notifyForm()}&${again}`)).toBe('repeated_field')
  })
})
