import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { BillFault, FaultSwitches } from '../faults.ts'
import type { App } from '../protocol/verify-request.ts'
import type { BillDesk } from './bill-desk.ts'
import { billArchive, billName } from './bill-file.ts'
import type { BillPeriod } from './period.ts'
import { spoilRows } from './rows.ts'

export const BILL_PATH = '/downloadBillFile.resource'

export interface BillRouteOptions {
  readonly app: App
  readonly bills: BillDesk
  readonly faults: FaultSwitches
  readonly now: () => number
}

/** `GET /downloadBillFile.resource`: the bill that an address of `alipay.data.dataservice.bill.downloadurl.query` names. */
export function billRoutes(server: FastifyInstance, options: BillRouteOptions): void {
  server.get<{ Querystring: { token?: string } }>(BILL_PATH, async (request, reply) => {
    const period = options.bills.take(request.query.token ?? '', options.now())
    if (!period) return reply.code(403).type('text/plain; charset=utf-8').send('该下载地址已失效')
    const fault = options.faults.current().bill
    return reply
      .type('application/zip')
      .header('content-disposition', `attachment; filename=${billName(options.app.sellerId, period)}.csv.zip`)
      .send(Readable.from(spoilBytes(archive(options, period, fault), fault)))
  })
}

function archive(options: BillRouteOptions, period: BillPeriod, fault: BillFault | undefined): AsyncGenerator<Buffer> {
  return billArchive({
    sellerId: options.app.sellerId,
    period,
    rows: spoilRows(options.bills.rows(period), fault, period),
    exportedAt: options.now(),
    wrongTotals: fault === 'wrong_totals',
  })
}

/** `broken` flips bytes and `cut` ends the connection, both where the first file's data begins. */
async function* spoilBytes(chunks: AsyncGenerator<Buffer>, fault: BillFault | undefined): AsyncGenerator<Buffer> {
  let position = 0
  for await (const chunk of chunks) {
    // The first chunk is the first entry's header.
    if (position === 1 && fault === 'cut') throw new Error('the bill fault "cut" ends this download')
    yield position === 1 && fault === 'broken' ? Buffer.from(chunk.map(byte => byte ^ 0xff)) : chunk
    position += 1
  }
}
