import { consumerGroups } from '@alipay-checkout/contracts'
import { type DeadLetterWatch, startDeadLetterWatch } from '@alipay-checkout/messaging'
import type { Logger } from '@alipay-checkout/service-kit'
import type { Db } from '@alipay-checkout/service-kit/database'
import type { Registry } from 'prom-client'
import { openCases, settleCases } from '../case-store/open-cases.ts'
import { caseKeyOf, caseOfDeadLetter } from './dead-letter-case.ts'

/**
 * Opens a case for every dead letter of every group, and ends it once the record is redriven: should it fail again, that
 * is another dead letter with a case of its own. `groupId` is a contract: renaming it reads every dead letter again.
 */
export function startDeadLetterCases(options: {
  groupId: string
  /** Whose dead letters; of every group when not given. */
  consumers?: readonly string[]
  brokers: string
  db: Db
  logger: Logger
  registry: Registry
}): DeadLetterWatch {
  const { db, consumers = consumerGroups, ...rest } = options
  return startDeadLetterWatch({
    ...rest,
    consumers,
    take: parked => db.transaction(tx => openCases(tx, parked.map(caseOfDeadLetter))),
    redriven: letters => db.transaction(tx => settleCases(tx, letters.map(caseKeyOf), 'the record was redriven')),
  })
}
