import { type Answer, type CallOptions, type ProblemAnswer, parseJson, send } from '@alipay-checkout/test-support'
import { system } from './system.ts'

export type { Answer, ProblemAnswer }

export interface SystemCallOptions extends CallOptions {
  /** Instead of the first gateway. */
  base?: string
}

/** Sends one request to the tested system. Redirects are answers too. */
export async function call<Body = ProblemAnswer>(
  method: string,
  path: string,
  { base = system.gatewayUrl, ...options }: SystemCallOptions = {},
): Promise<Answer<Body>> {
  const answer = await send(method, `${base}${path}`, options)
  return { ...answer, body: parseJson(answer.text) as Body }
}
