import type { BillDesk } from '../bill/bill-desk.ts'
import type { Certificates } from '../certificates/certificates.ts'
import type { Faults } from '../faults.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notify } from '../notify.ts'
import type { ReplyFields } from '../protocol/replies.ts'
import type { App } from '../protocol/verify-request.ts'
import type { Parameters } from '../rsa.ts'
import type { Buyer } from '../trade.ts'
import type { BizContent } from './biz-content.ts'

/** What a server call needs. */
export interface ServerContext {
  readonly ledger: Ledger
  /** Ms since 1970. */
  readonly now: number
  /** The least time between two refunds of one trade. */
  readonly refundGapMs: number
  readonly refundFault: Faults['refund']
  readonly billFault: Faults['bill']
  /** Undefined in key mode. */
  readonly certificates: Certificates | undefined
  readonly certificateFault: Faults['certificate']
  readonly bills: BillDesk
  readonly app: App
  /** Hosts that notifies may go to, beside loopback. */
  readonly notifyHosts: readonly string[]
  /** All parameters of the request. */
  readonly parameters: Parameters
  /** Additional fields for the next notify. */
  readonly furtherFields: () => Parameters
  /** Adds the ids of a new trade's buyer that replies and notifies have. */
  readonly withReportedIds: (buyer: Buyer) => Buyer
  /** Where the client reached this gateway: `http://host:port`. */
  readonly origin: string
  /** Sends a saved notify once the ledger is on disk. */
  send(notify: Notify): void
}

/**
 * A server call: changes the ledger and returns the reply's fields. The gateway syncs, signs and sends. A method that
 * changes the ledger does so at once.
 */
export type ServerMethod = (biz: BizContent, context: ServerContext) => ReplyFields | Promise<ReplyFields>
