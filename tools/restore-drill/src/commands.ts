import type { Case } from '@alipay-checkout/contracts'
import { startProcess } from '@alipay-checkout/test-support'
import type { DrillSystem } from './system.ts'

/** The result of `npm run recover -- --json`. */
export interface RecoverResult {
  rounds: number
  found: number
  rebuilt: string[]
  notRebuilt: { orderId: string; reason: string }[]
  cancelled: string[]
  left: { promise: number; about: string; what: string }[]
  openCases: number
}

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
    const running = startProcess(script, { args, env })
    const code = await running.exited
    if (!expected.includes(code as number)) throw new Error(`${script} ${args.join(' ')}: ${code}\n${running.output()}`)
    return running.output()
  }
  const jsonOf = (output: string): string => output.slice(output.search(/^[[{]/m))

  return {
    /** `npm run recover`: the services agree, or a person has to decide. */
    async recover(): Promise<RecoverResult> {
      const output = await runCommand('tools/recover/src/cli.ts', ['--json'], [0, 1])
      const start = output.search(/^\{/m)
      for (const line of output.slice(0, start).split('\n')) if (/^(round|⚠| {4})/.test(line)) log(`  ${line}`)
      return JSON.parse(output.slice(start)) as RecoverResult
    },
    async listCases(): Promise<Case[]> {
      const output = await runCommand('services/payment-service/src/cli/cases-cli.ts', ['list', '--json'], [0])
      return JSON.parse(jsonOf(output)) as Case[]
    },
    /** Resolves a case. Returns false where its action can't be done. */
    async resolveCase(caseId: string, action: string, note: string): Promise<boolean> {
      const args = ['resolve', caseId, '--action', action, '--note', note, '--yes', '--json']
      try {
        await runCommand('services/payment-service/src/cli/cases-cli.ts', args, [0])
        return true
      } catch (error) {
        log(`  ${caseId} ${action}: ${(error as Error).message.split('\n').at(1) ?? ''}`)
        return false
      }
    },
  }
}
