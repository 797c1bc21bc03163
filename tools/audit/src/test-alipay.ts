import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@alipay-checkout/alipay-simulator'

/** A paid trade as the simulator stores it; times in ms. */
export interface TestTrade {
  outTradeNo: string
  tradeNo: string
  totalFen: number
  refunds: { requestNo: string; amountFen: number; at: number }[]
}

/** Alipay's and the app's key, shared by all tests because generating one takes longer than an audit. */
const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

/** Runs `work` beside a simulator whose ledger has exactly these trades. */
export async function withAlipay<T>(trades: readonly TestTrade[], work: (url: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'audit-alipay-'))
  try {
    await writeFile(
      join(dataDir, 'ledger.jsonl'),
      trades.map(trade => `${JSON.stringify([{ trade: stored(trade) }])}\n`),
    )
    for (const owner of ['alipay', 'app']) await writeFile(join(dataDir, `${owner}-private-key.pem`), privateKey)
    const simulator = await startSimulator({ dataDir })
    try {
      return await work(simulator.url)
    } finally {
      await simulator.close()
    }
  } finally {
    await rm(dataDir, { recursive: true })
  }
}

function stored(trade: TestTrade): object {
  const at = Date.now() - 3_600_000
  return {
    ...trade,
    appId: 'app',
    sellerId: 'seller',
    subject: 'Tea',
    productCode: 'FAST_INSTANT_TRADE_PAY',
    buyer: { buyerId: '2088', logonId: 'buyer' },
    createdAt: at,
    expiresAt: at + 60_000,
    state: { status: 'TRADE_SUCCESS', paidAt: at },
  }
}
