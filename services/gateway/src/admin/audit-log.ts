import type { AuditEntry, AuditPage } from '@alipay-checkout/contracts'
import { endOf, existingTime, startOf } from '@alipay-checkout/service-kit'
import type { FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { askServices, requireAnyService } from './from-services.ts'

const limitDefault = 50

/**
 * The audit logs of all services as one list, newest first. The cursor is an id that is compared in each service, because
 * ids begin with their time. Throws `invalid-request` for a time that does not exist.
 */
export async function readAuditLog(
  dependencies: Dependencies,
  request: FastifyRequest,
  query: Readonly<Record<string, string>>,
): Promise<AuditPage> {
  // The services would refuse such a time as well, but a refusal of a part is no answer to the whole.
  if (query.from !== undefined) existingTime('from', query.from, startOf)
  if (query.to !== undefined) existingTime('to', query.to, endOf)
  const limit = Number(query.limit ?? limitDefault)
  const path = `/audit-log?${new URLSearchParams({ ...query, limit: String(limit) })}`
  const { answers, missing } = await askServices(dependencies, request, {
    orders: path,
    payments: path,
    inventory: path,
  })
  requireAnyService({ missing }, 3)
  const pages = [answers.orders, answers.payments, answers.inventory].filter(page => page !== undefined) as AuditPage[]
  return { ...mergeAuditPages(pages, limit), ...(missing.length > 0 ? { missing } : {}) }
}

/** One page of several services' pages, each newest first and of up to `limit` entries after the same cursor. Pure. */
function mergeAuditPages(pages: readonly AuditPage[], limit: number): AuditPage {
  const entries: AuditEntry[] = pages.flatMap(({ items }) => items)
  entries.sort((one, other) => (one.auditId < other.auditId ? 1 : -1))
  const items = entries.slice(0, limit)
  const isEnd = entries.length <= limit && pages.every(({ nextCursor }) => nextCursor === null)
  return { items, nextCursor: isEnd ? null : (items.at(-1)?.auditId ?? null) }
}
