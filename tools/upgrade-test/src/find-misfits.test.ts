import { expect, it } from 'vitest'
import { listErrors } from './find-misfits.ts'

const line = (level: number, message: string) => JSON.stringify({ level, msg: 'it failed', err: { message } })

it('lists the different errors of each service with their number, the most frequent first', () => {
  const missing = 'column "reference" does not exist'
  const replicas = [
    { name: 'order-service-1', log: [line(30, 'all is well'), line(50, missing), 'not JSON', ''].join('\n') },
    { name: 'order-service-2', log: [line(50, missing), line(60, 'it ends')].join('\n') },
    { name: 'gateway-1', log: '' },
  ]
  expect(listErrors(replicas)).toEqual([`order-service logged: ${missing} (2 times)`, 'order-service logged: it ends'])
})

it('leaves out the statement that failed', () => {
  const log = line(50, 'Failed query: select *\n from orders\nparams: : column "reference" does not exist')
  expect(listErrors([{ name: 'gateway-1', log }])).toEqual(['gateway logged: column "reference" does not exist'])
})

it('takes the innermost cause, and the end of a long message', () => {
  const err = { message: 'Failed query: insert …', cause: { message: `${'x'.repeat(300)} does not exist` } }
  const [listed] = listErrors([{ name: 'gateway-1', log: JSON.stringify({ level: 50, err }) }])
  expect(listed).toMatch(/^gateway logged: …x+ does not exist$/)
})
