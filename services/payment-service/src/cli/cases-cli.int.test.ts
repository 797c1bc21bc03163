import type { Case } from '@alipay-checkout/contracts'
import { startProcess } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openCases } from '../case-store/open-cases.ts'
import { startTestService, type TestService } from '../test-service.ts'
import { serviceToken } from '../test-shop.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
}, 60_000)
afterAll(() => service.close())

async function cases(...args: string[]): Promise<{ code: unknown; output: string }> {
  const cli = startProcess('services/payment-service/src/cli/cases-cli.ts', {
    args,
    env: { PAYMENT_SERVICE_URL: service.url, SERVICE_TOKEN: serviceToken },
  })
  return { code: await cli.exited, output: cli.output() }
}

// Every run of a program takes about a second of CPU time, so independent ones run at the same time.
describe.concurrent('the commands', { timeout: 60_000 }, () => {
  it('list cases, preview an action, and execute it', async () => {
    const about = { key: 'k', kind: 'parked_message', summary: 'a summary', evidence: {} } as const
    await service.database.db.transaction(tx =>
      openCases(tx, [{ ...about, proposal: { action: 'none', why: 'a reason' } }]),
    )
    const [row] = await service.database.client<{ case_id: string }[]>`select case_id from cases`
    const resolve = ['resolve', row?.case_id ?? '', '--note', 'seen', '--by', '掌柜']
    const [list, preview] = await Promise.all([cases('list', '--json'), cases(...resolve)])
    expect(JSON.parse(list.output) as Case[]).toMatchObject([{ kind: 'parked_message', status: 'OPEN' }])
    expect(preview.output).toContain('Nothing was done')
    const done = await cases(...resolve, '--yes')
    expect(done).toMatchObject({ code: 0, output: expect.stringContaining('executed by 掌柜') })
  })

  it.each([
    ['cases-cli.ts', '--bogus'],
    ['reconcile-cli.ts', '2026-01-02'],
  ])('%s prints its usage when it gets %s', async (program, argument) => {
    const cli = startProcess(`services/payment-service/src/cli/${program}`, { args: [argument] })
    expect(await cli.exited).toBe(2)
    expect(cli.output()).toContain('npm run')
    expect(cli.output()).not.toContain('    at ')
  })
})
