import type { KeyObject } from 'node:crypto'
import { fromBeijing } from '../beijing-time.ts'
import { type Parameters, signingText, verifyText } from '../rsa.ts'
import { invalid, invalidSignature, missing, type Problem } from './refusals.ts'

/** The merchant application this gateway serves. */
export interface App {
  readonly appId: string
  readonly sellerId: string
  readonly publicKey: KeyObject
}

export type Verified =
  | { readonly ok: true; readonly method: string; readonly parameters: Parameters }
  | { readonly ok: false; readonly method: string | undefined; readonly problem: Problem }

/** Alipay does not document how far a caller's clock may be off. Two days are certainly wrong. */
const CLOCK_SKEW_MAX_MS = 2 * 24 * 60 * 60 * 1000

/** [parameter, ending of Alipay's `isv.missing-…` code], in the order of the checks. */
const REQUIRED: readonly (readonly [string, string])[] = [
  ['method', 'method'],
  ['app_id', 'app-id'],
  ['sign_type', 'signature-type'],
  ['sign', 'signature'],
  ['timestamp', 'timestamp'],
  ['version', 'version'],
]

/**
 * All checks that Alipay makes before it reads the order: required parameters, the application, and that the RSA2
 * signature covers exactly these parameters (all but `sign`, sorted, URL-decoded). `knowsMethod` tells whether a method
 * exists. With `now` (ms since 1970) a timestamp that differs by two days is refused; a page's link may be older.
 */
export function verifyRequest(
  parameters: Parameters,
  app: App,
  knowsMethod: (method: string) => boolean,
  now?: number,
): Verified {
  const method = parameters.method || undefined
  const problem = findProblem(parameters, app, knowsMethod) ?? findSkew(parameters, now)
  return problem || !method
    ? { ok: false, method, problem: problem ?? missing('method', 'method') }
    : { ok: true, method, parameters }
}

function findProblem(parameters: Parameters, app: App, knowsMethod: (method: string) => boolean): Problem | undefined {
  for (const [name, ending] of REQUIRED) if (!parameters[name]) return missing(ending, name)
  if (!knowsMethod(parameters.method!)) return invalid('method', '不存在的方法名')
  if (parameters.app_id !== app.appId) return invalid('app-id', '无效的AppID参数')
  // SHA1 (`RSA`) and MD5 are refused.
  if (parameters.sign_type !== 'RSA2') return invalid('signature-type', '无效的签名类型，只支持 RSA2')
  // Alipay's default is GBK, but all present SDKs send utf-8. Only that is supported here.
  if (parameters.charset?.toLowerCase() !== 'utf-8') return invalid('charset', '字符集错误，只支持 utf-8')
  const text = signingText(parameters, 'sign')
  if (!verifyText(text, parameters.sign!, app.publicKey)) return invalidSignature(text)
  if (fromBeijing(parameters.timestamp!) === undefined) return invalid('timestamp', '非法的时间戳参数', true)
  if (parameters.version !== '1.0') return invalid('version', '非法的版本参数', true)
  if (parameters.format && parameters.format.toLowerCase() !== 'json') return invalid('format', '无效的数据格式', true)
  return undefined
}

function findSkew({ timestamp }: Parameters, now: number | undefined): Problem | undefined {
  const at = fromBeijing(timestamp ?? '')
  if (now === undefined || at === undefined || Math.abs(at - now) < CLOCK_SKEW_MAX_MS) return undefined
  return invalid('timestamp', '非法的时间戳参数', true)
}
