import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Case } from '@alipay-checkout/contracts'
import { repositoryRoot } from '@alipay-checkout/launcher'
import { jwt, send } from '@alipay-checkout/test-support'
import type { DrillSystem } from './system.ts'

/** The result of `npm run recover -- --json`. */
export interface RecoverResult {
  rounds: number
  found: number
  rebuilt: string[]
  notRebuilt: { orderId: string; reason: string }[]
  cancelled: string[]
  unclear: string[]
  /** Attempts of orders that all services had as unpaid: how many Alipay was queried about, and those that were paid. */
  payable?: { queried: number; paid: string[] }
  left: { promise: number; about: string; what: string }[]
  openCases: number
}

const casesCli = 'services/payment-service/src/cli/cases-cli.ts'
const outputMaxBytes = 64 * 1024 * 1024

export type Commands = ReturnType<typeof commandsFor>

/** The documented commands, run as an operator runs them. @throws Error with the output where one fails */
export function commandsFor(system: DrillSystem, log: (line: string) => void) {
  async function runCommand(script: string, args: string[], expected: readonly number[]): Promise<string> {
    const env = {
      ORDER_DATABASE_URL: system.databases.orders,
      PAYMENT_DATABASE_URL: system.databases.payments,
      INVENTORY_DATABASE_URL: system.databases.inventory,
      ORDER_SERVICE_URL: system.serviceUrls.order,
      PAYMENT_SERVICE_URL: system.serviceUrls.payment,
      INVENTORY_SERVICE_URL: system.serviceUrls.inventory,
      SERVICE_TOKEN: system.serviceToken,
      KAFKA_BROKERS: system.kafkaBrokers(),
    }
    const options = { env: { ...process.env, ...env }, maxBuffer: outputMaxBytes }
    const output = await promisify(execFile)(process.execPath, [join(repositoryRoot, script), ...args], options).catch(
      (error: Error & { code?: number; stdout: string; stderr: string }) => {
        if (!expected.includes(error.code ?? -1)) throw new Error(`${script} ${args.join(' ')}: ${error.stderr}`)
        return error
      },
    )
    for (const line of output.stderr.split('\n')) if (/^(round|payable|⚠| {4}\d)/.test(line)) log(`  ${line}`)
    return output.stdout
  }

  return {
    /** `npm run recover`: the services agree, or a person has to decide. */
    async recover(): Promise<RecoverResult> {
      return JSON.parse(await runCommand('tools/recover/src/cli.ts', ['--json'], [0, 1])) as RecoverResult
    },
    /** `npm run recover -- --new-kafka`, before the services start. */
    async keepDeadLetters(): Promise<void> {
      await runCommand('tools/recover/src/cli.ts', ['--new-kafka'], [0])
    },
    async listCases(): Promise<Case[]> {
      return JSON.parse(await runCommand(casesCli, ['list', '--json'], [0])) as Case[]
    },
    /** Resolves a case. Returns undefined where it is done, else what the action answered. */
    async resolveCase(caseId: string, action: string, note: string): Promise<string | undefined> {
      const args = ['resolve', caseId, '--action', action, '--note', note, '--yes', '--json']
      try {
        await runCommand(casesCli, args, [0])
        return undefined
      } catch (error) {
        const { message } = error as Error
        log(`  ${caseId} ${action}: ${message}`)
        return message
      }
    },
    /** `GET /api/admin/orders/{orderId}`: whether order-service has the order. */
    async isKnownOrder(orderId: string): Promise<boolean> {
      const token = jwt('finance', { role: 'admin', secret: system.jwtSecret })
      const { status, text } = await send('GET', `${system.gatewayUrl}/api/admin/orders/${orderId}`, { token })
      if (status !== 200 && status !== 404) throw new Error(`the order ${orderId} was answered ${status}: ${text}`)
      return status === 200
    },
  }
}
