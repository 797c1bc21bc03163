import { createLogger } from '@alipay-checkout/service-kit'
import { waitUntil } from '@alipay-checkout/test-support'
import { expect, it } from 'vitest'
import { readAuditCommand } from './audit-command.ts'
import { type AuditRunner, createAuditRunner } from './audit-runner.ts'

const logger = createLogger('gateway', 'silent')
const run = (script: string) => createAuditRunner([process.execPath, '-e', script], logger)

async function finished(runner: AuditRunner) {
  runner.start()
  await waitUntil(() => runner.last().status !== 'running', { what: 'the audit has ended' })
  return runner.last()
}

it('runs nothing without a command', () => {
  const runner = createAuditRunner(undefined, logger)
  expect(runner.start()).toMatchObject({ status: 'unavailable' })
})

it('is clean with exit code 0, and failed with another', async () => {
  const good = run('console.log("✔ no broken promise")')
  expect(good.last()).toEqual({ status: 'none', startedAt: null, finishedAt: null, output: '' })
  const time = expect.stringMatching(/^\d{4}-.*Z$/)
  expect(await finished(good)).toEqual({
    ...{ status: 'clean', startedAt: time, finishedAt: time },
    output: '✔ no broken promise\n',
  })
  expect(await finished(run('console.error("✖ broken"); process.exitCode = 1'))).toMatchObject({
    ...{ status: 'failed', output: '✖ broken\n' },
  })
})

it('says why a program could not be started', async () => {
  const runner = createAuditRunner(['/no/such/program'], logger)
  expect(await finished(runner)).toMatchObject({ status: 'failed', output: expect.stringContaining('ENOENT') })
})

it('takes arguments as they are, without a shell', async () => {
  const echo = 'console.log(JSON.stringify(process.argv.slice(1)))'
  const runner = createAuditRunner([process.execPath, '-e', echo, '--', '$(id); rm *', 'two words'], logger)
  expect((await finished(runner)).output).toBe('["$(id); rm *","two words"]\n')
})

it('keeps the end of a long output', async () => {
  const { status, output } = await finished(run('for (let n = 0; n < 30000; n++) console.log("第", n)'))
  expect(status).toBe('clean')
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(64 * 1024)
  expect(output.endsWith('第 29999\n')).toBe(true)
  expect(output).not.toContain('\uFFFD')
})

it('has one run at a time', async () => {
  const runner = run('console.log("began"); setInterval(() => {}, 1000)')
  const first = runner.start()
  await waitUntil(() => runner.last().output === 'began\n', { what: 'the program writes' })
  expect(runner.start()).toMatchObject({ status: 'running', startedAt: first.startedAt, output: 'began\n' })
  await runner.close()
  expect(runner.last()).toMatchObject({ status: 'failed', output: 'began\n\nThe gateway stopped.\n' })
})

it('kills a program that does not end when the gateway closes', async () => {
  const runner = run('process.on("SIGTERM", () => {}); console.log("began"); setInterval(() => {}, 1000)')
  runner.start()
  await waitUntil(() => runner.last().output === 'began\n', { what: 'the program writes' })
  await runner.close()
  expect(runner.last().status).toBe('failed')
})

it.each(['npm run audit', '[]', '[1]', '[""]', '{}', '"npm"', 'null'])('refuses AUDIT_COMMAND=%s', text => {
  expect(() => readAuditCommand(text)).toThrow('AUDIT_COMMAND is not a JSON array')
})

it('reads a command', () => {
  expect(readAuditCommand('["npm","run","-s","audit"]')).toEqual(['npm', 'run', '-s', 'audit'])
})
