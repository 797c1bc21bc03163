import type { SearchHit, SearchHits, SearchResult } from '@alipay-checkout/contracts'
import type { FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { askServices, requireAnyService } from './from-services.ts'

/** Digits in groups, as a number is dictated: Alipay's numbers have no spaces. */
const groupsOfDigits = /^\d+([\s-]+\d+)+$/

/** What a text identifies, as all services know it: exact ids first. Digits in groups are also searched as one number. */
export async function search(
  dependencies: Dependencies,
  request: FastifyRequest,
  { q = '' }: Readonly<Record<string, string>>,
): Promise<SearchResult> {
  const text = q.trim()
  if (text === '') return { items: [], missing: [] }
  const result = await searchFor(text, dependencies, request)
  if (result.items.length > 0 || !groupsOfDigits.test(text)) return result
  return searchFor(text.replaceAll(/[\s-]/g, ''), dependencies, request)
}

async function searchFor(text: string, dependencies: Dependencies, request: FastifyRequest): Promise<SearchResult> {
  const path = `/admin/search?${new URLSearchParams({ q: text })}`
  const { answers, missing } = await askServices(dependencies, request, {
    orders: path,
    payments: path,
    inventory: path,
  })
  requireAnyService({ missing }, 3)
  const found = [answers.orders, answers.payments, answers.inventory].flatMap(
    answer => (answer as SearchHits | undefined)?.items ?? [],
  )
  return { items: mergeHits(found, text), missing }
}

/** Each thing once. What has the text as its id comes first, what only begins with it last. Pure. */
function mergeHits(hits: readonly SearchHit[], text: string): SearchHit[] {
  const byThing = new Map<string, SearchHit>()
  for (const hit of hits) {
    const key = `${hit.kind} ${hit.id}`
    if (!byThing.has(key)) byThing.set(key, hit)
  }
  const rank = ({ id, matched }: SearchHit) => (id === text ? 0 : matched.startsWith('beginning') ? 2 : 1)
  return [...byThing.values()].toSorted((one, other) => rank(one) - rank(other))
}
