// npm run privacy -- export|erase --customer C: exports or erases a customer through the gateway's admin API.
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ErasedCustomer, ProblemBody } from '@alipay-checkout/contracts'
import { signAdminToken } from '../auth/tokens.ts'
import { readAdminToolConfig } from '../config.ts'
import { type PrivacyCommand, readPrivacyArguments, usage } from './privacy-arguments.ts'

/** Longer than the gateway needs for a customer with ten thousand orders. */
const callTimeoutMs = 600_000

/** Calls the command's route. Throws Error with the problem's text, or saying that no response came. */
async function call({ action, customerId, as }: PrivacyCommand): Promise<Response> {
  const { gatewayUrl, tokens } = readAdminToolConfig()
  const answer = await fetch(`${gatewayUrl}/api/admin/customers/${encodeURIComponent(customerId)}/${action}`, {
    method: action === 'export' ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${signAdminToken(tokens, as)}` },
    signal: AbortSignal.timeout(callTimeoutMs),
  }).catch(error => {
    throw new Error(`${gatewayUrl} did not respond: ${(error as Error).message}. It is safe to repeat the command.`)
  })
  if (!answer.ok) throw new Error(await explain(answer))
  return answer
}

async function explain(answer: Response): Promise<string> {
  try {
    const { title, detail } = (await answer.json()) as ProblemBody
    return `${title}: ${detail}`
  } catch {
    return `the gateway answered ${answer.status}`
  }
}

/** Writes the export. Throws Error where it is not complete; no file is left then. */
async function writeExport(answer: Response, out: string | undefined): Promise<void> {
  const pieces = Readable.fromWeb(answer.body as import('node:stream/web').ReadableStream)
  const cut = (error: unknown) => {
    throw new Error(`the export ended early and is not complete: ${(error as Error).message}. Repeat the command.`)
  }
  if (out === undefined) {
    await pipeline(pieces, process.stdout, { end: false }).catch(cut)
    return
  }
  const partFile = `${out}.part`
  try {
    await pipeline(pieces, createWriteStream(partFile, { mode: 0o600 })).catch(cut)
    await rename(partFile, out)
  } catch (error) {
    await rm(partFile, { force: true })
    throw error
  }
}

function describe({ erasedOrders, keptOrders }: ErasedCustomer): string {
  const kept = keptOrders.map(({ orderId, why }) => `  ${orderId}: ${why}`)
  return [`${erasedOrders} orders erased, ${keptOrders.length} kept${kept.length > 0 ? ':' : ''}`, ...kept].join('\n')
}

try {
  const command = readPrivacyArguments(process.argv.slice(2))
  if (!command) console.log(usage)
  else if (command.action === 'export') {
    const { out, customerId, json } = command
    await writeExport(await call(command), out)
    if (out !== undefined) console.log(json ? JSON.stringify({ customerId, file: out }) : `${customerId}: ${out}`)
  } else {
    const erased = (await (await call(command)).json()) as ErasedCustomer
    console.log(command.json ? JSON.stringify(erased, null, 2) : describe(erased))
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
