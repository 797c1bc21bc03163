import type { KeyObject } from 'node:crypto'
import { signText } from '../rsa.ts'
import type { Problem } from './refusals.ts'

export type ReplyFields = Readonly<Record<string, unknown>>

/** The reply of a successful call: `code` 10000 and the call's own fields. */
export function success(fields: ReplyFields): ReplyFields {
  return { code: '10000', msg: 'Success', ...fields }
}

/** The fields of a refusal. */
export function failure(problem: Problem, fields: ReplyFields = {}): ReplyFields {
  return { code: problem.code, msg: problem.msg, sub_code: problem.subCode, sub_msg: problem.subMsg, ...fields }
}

/** What signs a reply. */
export interface ReplySigner {
  readonly key: KeyObject
  /** In certificate mode: the number of the certificate for the key. */
  readonly certificateSn?: string | undefined
}

/**
 * The text of a reply. The signature covers the bytes of the inner object, so it is serialised once, and `sign` comes
 * last. Without a method it is an `error_response`; without a signer it has neither signature nor certificate.
 */
export function replyText(method: string | undefined, fields: ReplyFields, signer: ReplySigner | undefined): string {
  const name = method ? `${method.replaceAll('.', '_')}_response` : 'error_response'
  const inner = JSON.stringify(fields)
  if (!signer) return `{${JSON.stringify(name)}:${inner}}`
  const certificate = signer.certificateSn === undefined ? '' : `,"alipay_cert_sn":"${signer.certificateSn}"`
  return `{${JSON.stringify(name)}:${inner}${certificate},"sign":"${signText(inner, signer.key)}"}`
}
