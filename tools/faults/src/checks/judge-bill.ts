import { compareBill, simulatorClient } from '@alipay-checkout/test-support'
import type { SystemUnderTest } from '../system/system-under-test.ts'
import type { PromiseScores } from './scores.ts'

/** Reconciles today's bill: nothing may differ (13). */
export async function judgeBill(
  { simulatorUrl, replicas, serviceToken, databases }: SystemUnderTest,
  scores: PromiseScores,
): Promise<void> {
  // Bills are dated in Beijing.
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())
  await simulatorClient(simulatorUrl).makeBill(date)
  const paymentServiceUrl = replicas.find(replica => replica.service === 'payment-service')?.url ?? ''
  const { run, differences } = await compareBill(
    { paymentServiceUrl, paymentsDatabaseUrl: databases.payments, serviceToken },
    date,
  )
  scores.checked(13, 'lines of the bill', (run.billPayments ?? 0) + (run.billRefunds ?? 0))
  for (const { kind, subject, detail } of differences)
    scores.broken(13, subject, `the bill differs (${kind}): ${detail}`)
}
