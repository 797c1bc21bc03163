import { Registry } from 'prom-client'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { UsedCertificate } from '../alipay/certificate-settings.ts'
import { listCases } from '../case-store/read-cases.ts'
import { openTestDatabase, type PaymentDatabase, silent } from '../test-database.ts'
import { caseOfCertificate, watchCertificates } from './certificate-cases.ts'

const dayMs = 86_400_000
const now = new Date('2026-03-01T12:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * dayMs)
const certificate = (change: Partial<UsedCertificate>): UsedCertificate => ({
  owner: 'alipay',
  setting: 'ALIPAY_PUBLIC_CERT',
  serialNumber: 'a1',
  fingerprint: 'AB:CD',
  endsAt: inDays(100),
  ...change,
})

let database: PaymentDatabase
beforeAll(async () => {
  database = await openTestDatabase()
})
beforeEach(async () => {
  await database.client`truncate cases, case_trail`
})
afterAll(() => database.drop())

/** A watch at `now` over `certificates`, which a test may change. */
function watch(certificates: UsedCertificate[]) {
  const clock = { now }
  const registry = new Registry()
  const options = { certificates: () => certificates, db: database.db, logger: silent, registry, now: () => clock.now }
  const watching = watchCertificates(options)
  return {
    ...watching,
    clock,
    readiness: () =>
      watching.check().then(
        () => 'ok',
        (error: Error) => error.message,
      ),
    metric: () => registry.getSingleMetricAsString('alipay_certificate_days_left'),
    cases: async (status?: 'OPEN' | 'RESOLVED') => (await listCases(database.db, { status, limit: 100 })).items,
  }
}

it('opens one case per certificate 30 days before it ends', async () => {
  const { checkNow, cases, clock, stop } = watch([
    certificate({ owner: 'app', setting: 'ALIPAY_APP_CERT', serialNumber: 'b2', endsAt: inDays(40) }),
    certificate({}),
  ])
  await checkNow()
  expect(await cases()).toEqual([])
  clock.now = inDays(10.5)
  for (let checks = 0; checks < 3; checks++) await checkNow()
  expect(await cases()).toMatchObject([
    {
      kind: 'certificate_expiring',
      status: 'OPEN',
      summary: expect.stringMatching(/^The certificate in ALIPAY_APP_CERT ends on 2026-04-10/),
      evidence: { certificate: 'app', serialNumber: 'b2', endsAt: '2026-04-10T12:00:00.000Z' },
      proposal: { action: 'none', why: expect.stringContaining('应用公钥证书') },
    },
  ])
  clock.now = inDays(80)
  await checkNow()
  expect(await cases()).toHaveLength(2)
  stop()
})

it('resolves the case of a certificate that the settings no longer have', async () => {
  const ending = watch([certificate({ endsAt: inDays(5) })])
  await ending.checkNow()
  ending.stop()
  expect(await ending.cases('OPEN')).toHaveLength(1)
  const replaced = watch([certificate({ serialNumber: 'c3' })])
  await replaced.checkNow()
  replaced.stop()
  expect(await replaced.cases('RESOLVED')).toMatchObject([
    { trail: [{ what: 'opened' }, { what: 'settled', by: 'system' }] },
  ])
})

it('opens no case for a certificate that was downloaded, because no file of it can be replaced', () => {
  expect(caseOfCertificate(certificate({ setting: undefined, endsAt: inDays(1) }), now)).toBeUndefined()
})

it('shows the days that are left, and names in readiness what has ended', async () => {
  const certificates = [
    certificate({ owner: 'app', setting: 'ALIPAY_APP_CERT', serialNumber: 'b2', endsAt: inDays(40.5) }),
    certificate({ endsAt: inDays(1) }),
    certificate({ serialNumber: 'c3', endsAt: inDays(50) }),
  ]
  const { readiness, metric, describe, clock, stop } = watch(certificates)
  expect(await readiness()).toBe('ok')
  expect(await metric()).toContain('alipay_certificate_days_left{certificate="app",serial_number="b2"} 40')
  expect(describe()[1]).toEqual({
    certificate: 'alipay',
    serialNumber: 'a1',
    endsAt: inDays(1).toISOString(),
    daysLeft: 1,
  })
  // Of two certificates of Alipay, one is enough.
  clock.now = inDays(2)
  expect(await metric()).toContain('alipay_certificate_days_left{certificate="alipay",serial_number="a1"} -1')
  expect(await readiness()).toBe('ok')
  clock.now = inDays(41)
  expect(await readiness()).toMatch(/^the certificate in ALIPAY_APP_CERT ended on 2026-04-11.*应用公钥证书/)
  clock.now = inDays(51)
  expect(await readiness()).toMatch(/ALIPAY_APP_CERT ended on.*ALIPAY_PUBLIC_CERT ended on 2026-04-20/)
  stop()
})
