import { expect, it } from 'vitest'
import { ApiProblem } from '../api/problem.ts'
import { problemInChinese, problemInEnglish } from './problem-text.ts'

const problem = (kind: string, members: object = {}, detail = 'Something in English.') =>
  new ApiProblem(409, `/problems/${kind}`, 'Title', detail, members as Record<string, unknown>)

it.each<[string, object, string]>([
  ['refund-exceeds-balance', { refundableFen: 1250 }, '最多还可退 ¥12.50。'],
  ['refund-exceeds-balance', { sku: 'tea-01', left: 2 }, 'tea-01 最多还可退 2 件。'],
  ['order-not-cancellable', { orderStatus: 'PAID' }, '订单已付款，不能取消，请改为退款。'],
  ['refund-not-failed', { refundStatus: 'PENDING' }, '退款为“支付宝处理中”，只有失败的退款可以重试。'],
  ['service-unavailable', { service: 'payment-service' }, '支付服务没有响应，请稍后重试。'],
  ['forbidden', { roles: ['finance', 'owner'] }, '没有权限：需要以下角色之一：finance、owner。'],
  [
    'invalid-request',
    { errors: [{ field: 'reason', message: 'must have required properties reason' }] },
    '原因：为必填项。',
  ],
])('says %s with %o in Chinese', (kind, members, said) => {
  expect(problemInChinese(problem(kind, members))).toBe(said)
})

it('leaves a problem that is unknown as the API says it', () => {
  expect(problemInChinese(problem('teapot'))).toBeUndefined()
  expect(problemInChinese(problem('constructor'))).toBeUndefined()
  expect(problemInEnglish(problem('teapot'))).toBe('Something in English.')
})

it('keeps the whole problem of an answer', async () => {
  const body = {
    type: '/problems/case-claimed',
    title: 'T',
    status: 409,
    detail: 'D',
    instance: '/x',
    claimedBy: 'ann',
  }
  const read = await ApiProblem.from(new Response(JSON.stringify(body), { status: 409 }))
  expect(read).toMatchObject({ status: 409, kind: 'case-claimed', detail: 'D', members: { claimedBy: 'ann' } })
  expect(await ApiProblem.from(new Response('null', { status: 502 }))).toMatchObject({ message: 'HTTP 502', kind: '' })
})
