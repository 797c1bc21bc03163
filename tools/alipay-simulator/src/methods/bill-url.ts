import type { BillLink } from '../bill/bill-desk.ts'
import { billName } from '../bill/bill-file.ts'
import type { BillRefusal } from '../bill/period.ts'
import { BILL_PATH } from '../bill/routes.ts'
import type { Problem } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import type { BizContent } from './biz-content.ts'
import type { ServerContext } from './server-method.ts'

const REFUSAL_TEXT: Readonly<Record<BillRefusal, string>> = {
  INVAILID_ARGUMENTS: '入参不合法',
  BILL_NOT_EXIST: '账单不存在',
}

/**
 * `alipay.data.dataservice.bill.downloadurl.query`: where to fetch the trade bill of a day or month within 30 s. A
 * period without payments has a bill too, and a code for that.
 */
export function billUrl(biz: BizContent, context: ServerContext): ReplyFields {
  const { bill_type: type, bill_date: date } = biz
  if (type !== 'trade' || typeof date !== 'string') return failure(problem('INVAILID_ARGUMENTS'))
  if (context.billFault === 'not_ready') return failure(problem('BILL_NOT_EXIST'))
  const link = context.bills.link(date, context.now)
  if (typeof link === 'string') return failure(problem(link))
  return success({
    bill_download_url: `${context.origin}${BILL_PATH}?${query(context.app.sellerId, link)}`,
    ...(link.empty ? { bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE' } : {}),
  })
}

function query(sellerId: string, { token, period }: BillLink): URLSearchParams {
  const bizDates = period.date.replaceAll('-', '')
  return new URLSearchParams({
    bizType: 'trade',
    userId: sellerId,
    fileType: 'csv.zip',
    bizDates,
    downloadFileName: `${billName(sellerId, period)}.csv.zip`,
    fileId: `/trade/${sellerId}/${bizDates}.csv.zip`,
    token,
  })
}

/** Unlike the codes of trade calls these have no prefix. */
function problem(refusal: BillRefusal): Problem {
  return { code: '40004', msg: 'Business Failed', subCode: refusal, subMsg: REFUSAL_TEXT[refusal], signed: true }
}
