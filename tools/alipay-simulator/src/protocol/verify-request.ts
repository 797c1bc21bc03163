import type { KeyObject } from 'node:crypto'
import { fromBeijing } from '../beijing-time.ts'
import type { Product } from '../products.ts'
import { type Parameters, signingText, verifyText } from '../rsa.ts'
import { invalid, invalidSignature, missing, type Problem } from './refusals.ts'

/** The merchant application this gateway serves. */
export interface App {
  readonly appId: string
  readonly sellerId: string
  readonly publicKey: KeyObject
  /** What the merchant has contracted. */
  readonly products: ReadonlySet<Product>
  /** The mini program that is bound to the app. */
  readonly miniAppId: string
  /** Apps made since 2023 take buyers' open ids only. */
  readonly buyerIds: 'open' | 'both'
  /** What requests in certificate mode name; undefined when the app is in key mode. */
  readonly certificates?: AppCertificates | undefined
}

interface AppCertificates {
  /** False answers requests in key mode too. */
  readonly required: boolean
  readonly appSn: string
  readonly rootSn: string
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
  const wrongCertificate = findCertificateProblem(parameters, app)
  if (wrongCertificate) return wrongCertificate
  const text = signingText(parameters, 'sign')
  if (!verifyText(text, parameters.sign!, app.publicKey)) return invalidSignature(text)
  if (fromBeijing(parameters.timestamp!) === undefined) return invalid('timestamp', '非法的时间戳参数', true)
  if (parameters.version !== '1.0') return invalid('version', '非法的版本参数', true)
  if (parameters.format && parameters.format.toLowerCase() !== 'json') return invalid('format', '无效的数据格式', true)
  return undefined
}

/** Whether a request is made, and so is answered, in certificate mode. */
export function usesCertificates(parameters: Parameters, { certificates }: App): boolean {
  if (!certificates) return false
  return certificates.required || Boolean(parameters.app_cert_sn || parameters.alipay_root_cert_sn)
}

function findCertificateProblem(parameters: Parameters, app: App): Problem | undefined {
  const { app_cert_sn: appSn, alipay_root_cert_sn: rootSn } = parameters
  // An app in key mode has no certificate.
  if (!app.certificates) return appSn ? appCertificateUnknown : undefined
  if (!usesCertificates(parameters, app)) return undefined
  if (!appSn) return { ...missing('app-cert-sn', 'app_cert_sn'), signed: true }
  if (appSn !== app.certificates.appSn) return appCertificateUnknown
  if (rootSn !== app.certificates.rootSn) return invalid('alipay-root-cert-sn', '支付宝根证书序列号无效', true)
  return undefined
}

const appCertificateUnknown: Problem = {
  code: '40002',
  msg: 'Invalid Arguments',
  subCode: 'isv.app-cert-not-exist',
  subMsg: '应用公钥证书不存在，请检查 app_cert_sn',
  signed: true,
}

function findSkew({ timestamp }: Parameters, now: number | undefined): Problem | undefined {
  const at = fromBeijing(timestamp ?? '')
  if (now === undefined || at === undefined || Math.abs(at - now) < CLOCK_SKEW_MAX_MS) return undefined
  return invalid('timestamp', '非法的时间戳参数', true)
}
