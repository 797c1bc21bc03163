// npm run refund -- <orderId>: refunds an order through the gateway's admin API.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { ProblemBody, Refund, RefundList } from '@alipay-checkout/contracts'
import { signAdminToken } from '../auth/tokens.ts'
import { readAdminToolConfig } from '../config.ts'
import { type RefundCommand, readRefundArguments, usage } from './refund-arguments.ts'

/** How long the command waits for Alipay's result; a later one appears in the list of refunds, ms. */
const waitMaxMs = 30_000
const pollEveryMs = 500
const callTimeoutMs = 15_000

type Call = <T>(method: 'GET' | 'POST', body?: object) => Promise<T>

/** Calls the refund routes of the command's order. Throws Error with the problem's text, or saying that no response came. */
function openCalls({ orderId, as }: RefundCommand, key: string): Call {
  const { gatewayUrl, tokens } = readAdminToolConfig()
  const address = `${gatewayUrl}/api/admin/orders/${encodeURIComponent(orderId)}/refunds`
  return async (method, body) => {
    const headers = { authorization: `Bearer ${signAdminToken(tokens, as)}`, 'content-type': 'application/json' }
    const answer = await fetch(address, {
      method,
      headers: method === 'POST' ? { ...headers, 'idempotency-key': key } : headers,
      body: body ? JSON.stringify(body) : null,
      signal: AbortSignal.timeout(callTimeoutMs),
    }).catch(error => {
      throw new Error(`${gatewayUrl} did not respond: ${(error as Error).message}. ${repeat(key)}`)
    })
    const text = await answer.text()
    if (answer.ok) return JSON.parse(text)
    throw new Error(
      answer.status >= 500 ? `${explain(answer.status, text)}\n${repeat(key)}` : explain(answer.status, text),
    )
  }
}

const repeat = (key: string) => `Repeat it with --key ${key}: the same key is never refunded twice.`

function explain(status: number, text: string): string {
  try {
    const { title, detail } = JSON.parse(text) as ProblemBody
    return `${title}: ${detail}`
  } catch {
    return `the gateway answered ${status}`
  }
}

/** The refund once it is finished, or as it is after `waitMaxMs`. */
async function untilFinished(call: Call, requested: Refund): Promise<Refund> {
  const endMs = Date.now() + waitMaxMs
  let refund = requested
  while (refund.finishedAt === undefined && Date.now() < endMs) {
    await pause(pollEveryMs)
    const { items } = await call<RefundList>('GET')
    refund = items.find(({ refundId }) => refundId === requested.refundId) ?? refund
  }
  return refund
}

function describe({ refundId, amountFen, status, why }: Refund): string {
  const yuan = `${Math.floor(amountFen / 100)}.${String(amountFen % 100).padStart(2, '0')}`
  const words = {
    SUCCEEDED: 'refunded',
    FAILED: 'not refunded; a case is open',
    PENDING: 'pending: Alipay is queried until its result is certain',
    REQUESTED: 'requested: it is sent to Alipay next',
    AWAITING_APPROVAL: 'waits for the approval of a second person',
    REJECTED: 'rejected by a second person',
  }
  return `${refundId}: ${yuan} yuan ${words[status]}${why ? ` (${why})` : ''}`
}

try {
  const command = readRefundArguments(process.argv.slice(2))
  if (!command) console.log(usage)
  else {
    const key = command.key ?? randomUUID()
    const call = openCalls(command, key)
    if (!command.json) console.error(`key ${key}`)
    const requested = await call<Refund>('POST', command.body)
    const refund = command.waits ? await untilFinished(call, requested) : requested
    console.log(command.json ? JSON.stringify(refund, null, 2) : describe(refund))
    if (refund.status === 'FAILED') process.exitCode = 1
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
