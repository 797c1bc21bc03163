import type { AlipayDisturbance, Fault } from '../fault.ts'
import { done, type FaultContext, type Outcome, waitUnlessAborted } from './context.ts'

/** What Alipay does wrong all the time: a share of all its calls and deliveries. */
export const usualAlipayFaults = (seed: number) => ({
  slowMs: 3_000,
  delayMs: 1_500,
  random: {
    seed,
    rates: {
      gateway: {
        down: 0.02,
        slow: 0.01,
        html: 0.02,
        busy: 0.02,
        error: 0.02,
        hang: 0.01,
        reset: 0.02,
        html_after: 0.02,
        busy_after: 0.02,
        bad_sign: 0.02,
        no_sign: 0.02,
      },
      notify: {
        drop: 0.05,
        duplicate: 0.05,
        delay: 0.03,
        reorder: 0.03,
        amount: 0.01,
        seller: 0.01,
        app: 0.01,
        order: 0.01,
        bad_sign: 0.02,
        no_sign: 0.01,
        sha1: 0.01,
        duplicate_parameter: 0.01,
      },
      refund: { nothing: 0.05, unclear: 0.1 },
    },
  },
})

const switchesOf: Readonly<Record<AlipayDisturbance, object>> = {
  down: { gateway: 'down' },
  hang: { gateway: 'hang' },
  busy_after: { gateway: 'busy_after' },
  'drops notifies': { notify: 'drop' },
  'doubles notifies': { notify: 'duplicate' },
  'unclear refunds': { refund: 'unclear' },
}

/** Adds one fault at every call for a while. */
export async function disturbAlipay(
  context: FaultContext,
  { trouble, forMs }: Fault & { family: 'alipay' },
): Promise<Outcome> {
  const { alipay, usualAlipayFaults: usual } = context
  await alipay.setFaults({ ...usual, ...switchesOf[trouble] })
  await waitUnlessAborted(forMs, context)
  await alipay.setFaults(usual)
  return done
}
