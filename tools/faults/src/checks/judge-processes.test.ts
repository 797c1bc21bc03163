import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { judgeAbsences, judgeCrashes } from './judge-processes.ts'
import { PromiseScores } from './scores.ts'

/** The log of a process whose service starts like this. */
function logOf(start: string): string {
  const program = `import { runService } from '@alipay-checkout/service-kit'; await runService('victim', ${start})`
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  // With an empty environment, because a log level in it would decide what is logged.
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd,
    env: {},
  })
  expect(status).toBe(1)
  return `${stderr}${stdout}`
}

function judge(log: string): string[] {
  const scores = new PromiseScores()
  judgeCrashes('gateway-1', log, scores)
  return scores.results().flatMap(({ number, broken }) => broken.map(({ about, what }) => `${number} ${about} ${what}`))
}

it('names a replica that ended by an uncaught error, with the error', () => {
  const log = logOf(`async () => {
    setImmediate(() => { throw new Error('the socket is gone') })
    return { close: async () => {} }
  }`)
  expect(judge(log)).toEqual([expect.stringMatching(/^16 gateway-1 it crashed at 20.+Z: the socket is gone$/)])
})

it('does not count a replica that could not start', () => {
  expect(judge(logOf(`async () => { throw new Error('no database') }`))).toEqual([])
})

function judgeAbsence(longestWaitS: number, reads = 60) {
  const scores = new PromiseScores()
  judgeAbsences([{ service: 'order-service', what: 'freeze', reads, longestWaitS }], scores)
  return scores.results().find(({ number }) => number === 7)
}

it('accepts an absence in which another replica publishes in time', () => {
  expect(judgeAbsence(14.8)).toMatchObject({ result: 'kept', of: { 'absences of the publishing replica': 1 } })
})

it('finds an outbox that nothing is published from', () => {
  const broken = [{ about: 'order-service', what: expect.stringContaining('an event waited 34.5 s in the outbox') }]
  expect(judgeAbsence(34.5)).toMatchObject({ result: 'broken', broken })
})

it('does not count an absence in which the outbox could not be read', () => {
  expect(judgeAbsence(0, 0)?.result).toBe('n/a')
})
