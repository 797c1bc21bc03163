import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createCallBudget } from './call-budget.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('grants a burst the calls of one second, and lets the others wait', async () => {
  const budget = createCallBudget({ perSecond: 100 })
  let granted = 0
  for (let call = 0; call < 300; call++) void budget.take('money').then(() => granted++)
  await vi.advanceTimersByTimeAsync(0)
  expect(granted).toBe(100)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(granted).toBeGreaterThan(190)
  expect(granted).toBeLessThanOrEqual(201)
  await vi.advanceTimersByTimeAsync(1_100)
  expect(granted).toBe(300)
})

it('never lets priority request wait, and grants it half, and nothing while other calls wait', async () => {
  const budget = createCallBudget({ perSecond: 100 })
  const answers = await Promise.all(Array.from({ length: 300 }, () => budget.take('request')))
  expect(answers.filter(Boolean)).toHaveLength(50)
  expect(budget.hasRoom()).toBe(false)
  for (let call = 0; call < 49; call++) expect(await budget.take('money')).toBe(true)
  for (let call = 0; call < 500; call++) void budget.take('money')
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await budget.take('request')).toBe(false)
})

it('grants priority money before scheduled queries, which are refused after a time', async () => {
  const budget = createCallBudget({ perSecond: 10 })
  for (let call = 0; call < 10; call++) await budget.take('money')
  const order: string[] = []
  const sync = budget.take('sync').then(granted => order.push(`sync ${granted}`))
  for (let call = 0; call < 100; call++) void budget.take('money').then(() => order.push('money'))
  await vi.advanceTimersByTimeAsync(5_100)
  await sync
  expect(order.at(-1) === 'money' || order.at(-1) === 'sync false').toBe(true)
  expect(order).toContain('sync false')
  expect(order.filter(one => one === 'money').length).toBeGreaterThan(40)
})

it('is full again after a second without calls', async () => {
  const budget = createCallBudget({ perSecond: 100 })
  while (await budget.take('request'));
  await vi.advanceTimersByTimeAsync(1_000)
  expect(budget.hasRoom()).toBe(true)
})
