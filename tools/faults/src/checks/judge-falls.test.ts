import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { judgeFalls } from './judge-falls.ts'
import { Scores } from './scores.ts'

/** What a process logs whose service is this. */
function logOf(start: string): string {
  const program = `import { runService } from '@alipay-checkout/service-kit'; await runService('victim', ${start})`
  const cwd = fileURLToPath(new URL('.', import.meta.url))
  // With no environment of ours: a log level in it would decide what is logged.
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd,
    env: {},
  })
  expect(status).toBe(1)
  return `${stderr}${stdout}`
}

function judge(log: string): string[] {
  const scores = new Scores()
  judgeFalls('gateway-1', log, scores)
  return scores.results().flatMap(({ number, broken }) => broken.map(({ about, what }) => `${number} ${about} ${what}`))
}

test('a replica that fell by an error that nobody caught is named, with the error', () => {
  const log = logOf(`async () => {
    setImmediate(() => { throw new Error('the socket is gone') })
    return { close: async () => {} }
  }`)
  expect(judge(log)).toEqual([expect.stringMatching(/^16 gateway-1 it fell at 20.+Z: the socket is gone$/)])
})

test('one that could not start has not fallen', () => {
  expect(judge(logOf(`async () => { throw new Error('no database') }`))).toEqual([])
})
