import type { Problem } from '../protocol/refusals.ts'
import { failure, type ReplyFields, success } from '../protocol/replies.ts'
import type { BizContent } from './biz-content.ts'
import type { ServerContext } from './server-method.ts'

/** The method is documented without its refusals; this code is the simulator's own. */
const UNKNOWN: Problem = {
  code: '40004',
  msg: 'Business Failed',
  subCode: 'CERT_NOT_EXIST',
  subMsg: '支付宝公钥证书不存在',
  signed: true,
}

/**
 * `alipay.open.app.alipaycert.download`: the certificate with Alipay's number `alipay_cert_sn`, the present one or an
 * earlier one, as base64 of PEM, followed by its issuer's.
 */
export async function certificateDownload(biz: BizContent, context: ServerContext): Promise<ReplyFields> {
  const { alipay_cert_sn: sn } = biz
  const pem = typeof sn === 'string' ? await context.certificates?.download(sn, context.certificateFault) : undefined
  return pem === undefined ? failure(UNKNOWN) : success({ alipay_cert_content: Buffer.from(pem).toString('base64') })
}
