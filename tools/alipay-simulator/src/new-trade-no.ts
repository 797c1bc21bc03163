import { beijingStamp } from './beijing-time.ts'
import type { Ledger } from './ledger/ledger.ts'
import { randomDigits } from './random-digits.ts'

/** An unused number for a trade, 28 digits: the Beijing day of `now` (ms since 1970), then random digits. */
export function newTradeNo(ledger: Ledger, now: number): string {
  const { day } = beijingStamp(now)
  let tradeNo: string
  do tradeNo = `${day}22001${randomDigits(15)}`
  while (ledger.tradeByTradeNo(tradeNo))
  return tradeNo
}
