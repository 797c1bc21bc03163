import type { Logger } from '@alipay-checkout/service-kit'
import { type Db, databaseNow } from '@alipay-checkout/service-kit/database'
import { Gauge, type Registry } from 'prom-client'
import { type UsedCertificate, whereCertificatesAre } from '../alipay/certificate-settings.ts'
import { dateOf } from '../alipay/certificates.ts'
import { type NewCase, openCases, settleCases } from '../case-store/open-cases.ts'
import { findUnresolvedKeys } from '../case-store/read-cases.ts'

/** A case is opened this long before a certificate ends, days. */
const warnDays = 30
/** How often the dates are checked, ms. A check that fails while the database is unavailable is repeated by the next. */
const checkEveryMs = 3_600_000
const dayMs = 86_400_000

export interface CertificateWatch {
  /** Opens cases for certificates of the settings that end soon, and resolves those of replaced ones. Failures are logged. */
  checkNow(): Promise<void>
  /** For `/readyz`: throws naming the certificates that have ended. */
  check(): Promise<void>
  /** For `/readyz`: when each certificate ends. */
  describe(): { certificate: string; serialNumber: string; endsAt: string; daysLeft: number }[]
  stop(): void
}

/**
 * Reports when certificates end: the gauge `alipay_certificate_days_left`, `/readyz`, and a case 30 days before. Checked
 * at start and every hour. The database's clock decides about cases, because they are shared by all replicas.
 */
export function watchCertificates(options: {
  certificates: () => readonly UsedCertificate[]
  db: Db
  logger: Logger
  registry: Registry
  now?: () => Date
}): CertificateWatch {
  const { certificates, db, logger, now = () => new Date() } = options
  new Gauge({
    name: 'alipay_certificate_days_left',
    help: 'Whole days until a certificate ends; negative once it has ended. None in key mode',
    labelNames: ['certificate', 'serial_number'],
    registers: [options.registry],
    collect() {
      this.reset()
      for (const { owner, serialNumber, endsAt } of certificates()) {
        this.set({ certificate: owner, serial_number: serialNumber }, daysLeft(endsAt, now()))
      }
    },
  })

  async function checkNow(): Promise<void> {
    try {
      await db.transaction(async tx => {
        const moment = options.now?.() ?? (await databaseNow(tx))
        const cases = certificates().flatMap(one => caseOfCertificate(one, moment) ?? [])
        const keys = new Set(cases.map(({ key }) => key))
        const replaced = (await findUnresolvedKeys(tx, 'certificate_expiring')).filter(key => !keys.has(key))
        await settleCases(tx, replaced, 'the settings no longer have this certificate')
        await openCases(tx, cases)
      })
    } catch (error) {
      logger.warn({ err: error }, 'the dates of the certificates could not be checked; it is tried again in an hour')
    }
    const ended = endedOf(certificates(), now())
    if (ended.length > 0) logger.error(ended.join('; '))
  }

  void checkNow()
  const timer = setInterval(checkNow, checkEveryMs)
  timer.unref()
  return {
    checkNow,
    async check() {
      const ended = endedOf(certificates(), now())
      if (ended.length > 0) throw new Error(ended.join('; '))
    },
    describe: () =>
      certificates().map(({ owner, serialNumber, endsAt }) => ({
        certificate: owner,
        serialNumber,
        endsAt: endsAt.toISOString(),
        daysLeft: daysLeft(endsAt, now()),
      })),
    stop: () => clearInterval(timer),
  }
}

function daysLeft(endsAt: Date, now: Date): number {
  return Math.floor((endsAt.getTime() - now.getTime()) / dayMs)
}

/** The case of a certificate in the settings that ends within 30 days, one per certificate; undefined before. Pure. */
export function caseOfCertificate(certificate: UsedCertificate, now: Date): NewCase | undefined {
  const { owner, setting, serialNumber, endsAt } = certificate
  const left = daysLeft(endsAt, now)
  if (!setting || left >= warnDays) return undefined
  const endsOn = dateOf(endsAt)
  return {
    key: `certificate_expiring:${owner}:${serialNumber}:${endsOn}`,
    kind: 'certificate_expiring',
    summary: `The certificate in ${setting} ${left < 0 ? 'ended' : 'ends'} on ${endsOn}: ${consequences[owner]}`,
    evidence: { certificate: owner, setting, serialNumber, endsAt: endsAt.toISOString() },
    proposal: { action: 'none', why: `Replace it, and restart payment-service: ${whereCertificatesAre[setting]}` },
  }
}

const consequences: Record<UsedCertificate['owner'], string> = {
  app: 'from then on Alipay refuses our calls and links.',
  alipay: 'from then on it verifies nothing. Replies show the next one, which is downloaded; a restart needs the file.',
  root: 'from then on no certificate of Alipay chains up to it.',
}

/** Says for each owner that no certificate of the settings is left, and which one ended last. Pure. */
function endedOf(certificates: readonly UsedCertificate[], now: Date): string[] {
  const bySetting = Map.groupBy(certificates, ({ setting }) => setting)
  return [...bySetting].flatMap(([setting, all]) => {
    const last = all.toSorted((a, b) => a.endsAt.getTime() - b.endsAt.getTime()).at(-1)
    if (!setting || !last || last.endsAt >= now) return []
    return `the certificate in ${setting} ended on ${dateOf(last.endsAt)}: ${consequences[last.owner]} Give ${whereCertificatesAre[setting]}`
  })
}
