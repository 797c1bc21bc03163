import { expect, it } from 'vitest'
import { describeReply, quoteReply, storable } from './reply.ts'

it('finds the reply in any response object', () => {
  const raw = '{"error_response":{"code":"40002","msg":"Invalid Arguments","sub_code":"isv.x","sub_msg":"无效"}}'
  const reply = quoteReply(raw)
  expect(reply).toEqual({ code: '40002', subCode: 'isv.x', message: '无效' })
  expect(reply && describeReply(reply)).toBe('40002 isv.x 无效')
  expect(quoteReply('{"alipay_trade_query_response":{"code":"40004","msg":"Business Failed"}}')).toEqual({
    code: '40004',
    message: 'Business Failed',
  })
})

it.each(['', 'null', '[]', '<html>', '{"error_response":"x"}', '{"error_response":{}}', undefined])(
  'finds nothing in %s',
  raw => expect(quoteReply(raw)).toBeUndefined(),
)

it('bounds texts, and removes what a text column refuses', () => {
  expect(storable('a\u0000b\u001b[31m\uD800c', 100)).toBe('a b [31m\uFFFDc')
  expect(storable('😀'.repeat(10), 3)).toBe('😀😀😀')
  const raw = JSON.stringify({
    error_response: { code: '4'.repeat(999), sub_code: '\u0000', sub_msg: 'x'.repeat(9999) },
  })
  const reply = quoteReply(raw)
  expect(reply?.code).toHaveLength(64)
  expect(reply?.message).toHaveLength(300)
})
