import { setTimeout as pause } from 'node:timers/promises'
import type { ShopClient } from '../load/shop-client.ts'
import type { BrokenSystem } from '../system/broken-system.ts'
import type { Shutdown } from '../system/replica.ts'
import type { LeaderAbsence } from './leader.ts'

/** What came of trying to break something. */
export type Outcome =
  | { outcome: 'done'; note?: string }
  /** Nobody came to the point in time. */
  | { outcome: 'not reached'; note: string }
  /** It can't be done here. */
  | { outcome: 'skipped'; note: string }

/** What faults are done with. */
export interface Breaking {
  system: BrokenSystem
  client: Pick<ShopClient, 'setFaults'>
  /** Alipay's usual share of trouble, which goes on while nothing worse is told. */
  usualTrouble: object
  /** Replicas that were told to stop, and how they did. */
  shutdowns: Shutdown[]
  /** Keys of records that nobody can handle, by the consumers that meet them. */
  poison: { group: string; key: string }[]
  /** What became of outboxes whose leader was away. */
  absences: LeaderAbsence[]
  /** Ends what lasts before its time. */
  signal: AbortSignal
}

/** Waits, unless the run is given up. */
export const lasting = (ms: number, { signal }: Pick<Breaking, 'signal'>): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => {})

export const done: Outcome = { outcome: 'done' }
