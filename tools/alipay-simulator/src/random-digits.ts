import { randomInt } from 'node:crypto'

/** Up to 18 random decimal digits. randomInt goes up to 2^48, a little over 14 of them, so it takes two draws. */
export function randomDigits(count: number): string {
  const high = String(randomInt(10 ** 9)).padStart(9, '0')
  const low = String(randomInt(10 ** 9)).padStart(9, '0')
  return `${high}${low}`.slice(-count)
}
