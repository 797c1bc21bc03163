import { CallFailed, call, type PaymentTarget } from '@alipay-checkout/launcher'

/** A trade in the simulator's ledger. */
export interface SimulatedTrade {
  tradeNo: string
  outTradeNo: string
  totalAmount: string
  subject: string
  productCode: string
  tradeStatus: string
  expiresAt: string
  /** Only from `pay`: where the browser is sent. */
  returnUrl: string
}

/** A notify in the simulator's ledger, with its deliveries. */
export interface SimulatedNotify {
  notifyId: string
  outTradeNo: string
  url: string
  fields: Record<string, string>
  delivered: boolean
  attempts: { outcome: string; answer?: string; fault?: string }[]
}

export type SimulatorClient = ReturnType<typeof simulatorClient>

/**
 * Controls the Alipay simulator: the buyer at its cashier, the seller in its console, and its faults.
 *
 * @param simulatorUrl without a path
 * @throws CallFailed, with Alipay's code as its `problem`, where the simulator refuses
 */
export function simulatorClient(simulatorUrl: string) {
  const control = <T>(method: string, path: string, body?: object) =>
    call<T>(method, `${simulatorUrl}/simulator${path}`, { body })
  return {
    /**
     * Pays at the cashier that a signed payment URL leads to, or with what another method gives. `late`: also where the trade is closed or expired, because
     * the money was already on its way.
     */
    pay: (payment: string | PaymentTarget, { late = false, withReturnUrl = true } = {}) =>
      control<SimulatedTrade>('POST', '/pay', { ...targetIn(payment), late, withReturnUrl }),
    /** Opens the cashier without paying: the trade exists from then on. */
    open: (payment: string | PaymentTarget) => control<SimulatedTrade>('POST', '/open', targetIn(payment)),
    /** Refunds all that is left of a trade in Alipay's own console. */
    refund: (outTradeNo: string, outRequestNo: string) =>
      control<SimulatedTrade>('POST', '/refund', { outTradeNo, outRequestNo }),
    /** Makes the bill of a day, which Alipay has only for days that are over. */
    makeBill: (date: string) => control<object>('POST', '/bills', { date, ready: true }),
    readTrade: (outTradeNo: string) => control<SimulatedTrade>('GET', `/trades/${outTradeNo}`),
    readNotifies: async (outTradeNo: string) =>
      (await control<{ items: SimulatedNotify[] }>('GET', `/notifies?outTradeNo=${outTradeNo}`)).items,
    redeliver: (notifyId: string) => control<SimulatedNotify>('POST', `/notifies/${notifyId}/redeliver`),
    /** Replaces all faults. Their names are in the simulator's README.md. */
    setFaults: (faults: object) => control<object>('POST', '/faults', faults),
    clearFaults: () => control<object>('DELETE', '/faults'),
    /** Tries to pay. Returns Alipay's code where it refuses, else undefined. */
    async refusalToPay(payment: string | PaymentTarget): Promise<string | undefined> {
      try {
        await control('POST', '/pay', targetIn(payment))
        return undefined
      } catch (error) {
        if (error instanceof CallFailed) return error.problem
        throw error
      }
    },
  }
}

function targetIn(payment: string | PaymentTarget): PaymentTarget {
  return typeof payment === 'string' ? { url: payment } : payment
}
