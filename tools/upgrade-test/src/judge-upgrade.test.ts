import { expect, it } from 'vitest'
import { judgeUpgrade, type Seen } from './judge-upgrade.ts'

const clean: Seen = {
  failedTries: { 'connection lost': 3, '503 service-unavailable': 4, '409 request-in-flight': 1 },
  refused: { '409 out-of-stock': 7, '0 EXPIRED instead of PAID': 1 },
  ends: [{ replica: 'gateway-1', why: 'stopped by the run', end: { code: 0, signal: null } }],
}

it('takes what restarts and stock explain as fitting', () => {
  expect(judgeUpgrade(clean)).toEqual([])
})

it.each<[title: string, seen: Partial<Seen>, expected: string]>([
  [
    'an internal error that a retry healed',
    { failedTries: { '500 internal-error': 2 } },
    '2 requests were answered 500 internal-error',
  ],
  [
    'a refusal of a correct request',
    { refused: { '400 invalid-request': 1 } },
    '1 correct requests were refused: 400 invalid-request',
  ],
  [
    'a process that ended by itself',
    { ends: [{ replica: 'order-service-2', why: 'by itself', end: { code: 1, signal: null } }] },
    'order-service-2 ended by itself with exit code 1',
  ],
])('finds %s', (_title, seen, expected) => {
  expect(judgeUpgrade({ ...clean, ...seen })).toEqual([expected])
})
