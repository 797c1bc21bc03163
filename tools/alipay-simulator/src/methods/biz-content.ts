import { invalid, type Problem } from '../protocol/refusals.ts'
import type { Parameters } from '../rsa.ts'

export type BizContent = Readonly<Record<string, unknown>>

export type ParsedBizContent =
  | { readonly ok: true; readonly biz: BizContent }
  | { readonly ok: false; readonly problem: Problem }

/** The JSON object in `biz_content`; a missing one is empty. Anything else is `isv.invalid-parameter`. */
export function parseBizContent(parameters: Parameters): ParsedBizContent {
  try {
    const biz: unknown = JSON.parse(parameters.biz_content || '{}')
    if (typeof biz === 'object' && biz !== null && !Array.isArray(biz)) return { ok: true, biz: { ...biz } }
  } catch {
    // Refused below, like JSON that is not an object.
  }
  return { ok: false, problem: invalid('parameter', '参数无效：biz_content 不是 JSON 对象', true) }
}

/** `{ [name]: value }` for a non-empty text, else nothing: absent fields stay absent. */
export function optionalText<Name extends string>(name: Name, value: unknown): { [key in Name]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as { [key in Name]?: string }) : {}
}
