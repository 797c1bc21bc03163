import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { refundsOf } from '../refund.ts'
import type { Trade } from '../trade.ts'
import { openJournal, readJournal } from './journal.ts'
import { openLedger } from './ledger.ts'
import { lockFolder } from './lock.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alipay-ledger-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function waitingTrade(outTradeNo: string, expiresAt = 10_000): Trade {
  return {
    tradeNo: `T${outTradeNo}`,
    outTradeNo,
    appId: 'app',
    sellerId: 'seller',
    totalFen: 1,
    subject: '茶\n"引号"',
    productCode: 'FAST_INSTANT_TRADE_PAY',
    buyer: { buyerId: '1', logonId: 'a' },
    createdAt: 0,
    expiresAt,
    state: { status: 'WAIT_BUYER_PAY' },
  }
}

it('finds saved trades by either number after a restart', async () => {
  const before = await openLedger(folder, () => 0)
  for (let i = 0; i < 50; i += 1) before.save(waitingTrade(`ord_${i}`))
  await before.settled()
  await before.close()
  const after = await openLedger(folder, () => 0)
  expect(after.trade('ord_49')).toEqual(waitingTrade('ord_49'))
  expect(after.tradeByTradeNo('Tord_0')).toEqual(waitingTrade('ord_0'))
  await after.close()
})

it('reads a ledger without refunds, and saves refunds in it', async () => {
  const paid = { ...waitingTrade('ord_1'), state: { status: 'TRADE_SUCCESS', paidAt: 5 } } as const
  await writeFile(join(folder, 'ledger.jsonl'), `[${JSON.stringify({ trade: paid })}]\n`)
  const before = await openLedger(folder, () => 0)
  expect(refundsOf(before.trade('ord_1')!)).toEqual([])
  before.save({ ...paid, refunds: [{ requestNo: 'r1', amountFen: 1, at: 6 }] })
  await before.close()
  const after = await openLedger(folder, () => 0)
  expect(refundsOf(after.trade('ord_1')!)).toEqual([{ requestNo: 'r1', amountFen: 1, at: 6 }])
  await after.close()
})

it('closes an unpaid trade that has expired, for good', async () => {
  const ledger = await openLedger(folder, () => 10_000)
  ledger.save(waitingTrade('ord_1'))
  expect(ledger.trade('ord_1')?.state.status).toBe('TRADE_CLOSED')
  await ledger.close()
  const later = await openLedger(folder, () => 0)
  expect(later.trade('ord_1')?.state.status).toBe('TRADE_CLOSED')
  await later.close()
})

it.each(['[{"trade":{"outTradeNo":"half', '[{"trade"', '\0\0\0\0', '[\n'])(
  'drops a last line that is truncated as %j',
  async rest => {
    const file = join(folder, 'ledger.jsonl')
    const ledger = await openLedger(folder, () => 0)
    ledger.save(waitingTrade('ord_1'))
    await ledger.close()
    const whole = await readFile(file)
    await appendFile(file, rest)
    const again = await openLedger(folder, () => 0)
    expect(again.trade('ord_1')).toEqual(waitingTrade('ord_1'))
    again.save(waitingTrade('ord_2'))
    await again.close()
    expect((await readFile(file)).subarray(0, whole.length)).toEqual(whole)
    expect(await readJournal(file)).toHaveLength(2)
  },
)

it('does not start with a damaged line before the last', async () => {
  await writeFile(join(folder, 'ledger.jsonl'), '[{}]\nbroken\n[{}]\n')
  await expect(openLedger(folder, () => 0)).rejects.toThrow(/line 2 is damaged/)
})

it('compacts the ledger to one entry per trade', async () => {
  const file = join(folder, 'ledger.jsonl')
  for (let run = 0; run < 3; run += 1) {
    const ledger = await openLedger(folder, () => 0)
    for (let i = 0; i < 5; i += 1) ledger.save(waitingTrade('ord_1'))
    await ledger.close()
  }
  await (await openLedger(folder, () => 0)).close()
  expect(await readJournal(file)).toHaveLength(1)
})

it('writes simultaneous entries as one line, and settles after all of them', async () => {
  const file = join(folder, 'journal.jsonl')
  const journal = await openJournal(file)
  for (let i = 0; i < 100; i += 1) journal.append(String(i))
  await journal.settled()
  expect(await readJournal(file)).toEqual(Array.from({ length: 100 }, (_, i) => i))
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(1)
  await journal.close()
})

it('allows one simulator per folder', async () => {
  const unlock = await lockFolder(folder)
  await expect(lockFolder(folder)).rejects.toThrow(/in use by another running simulator/)
  await unlock()
  await (await lockFolder(folder))()
})
