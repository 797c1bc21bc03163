import { type ProblemBody, type ProblemType, problemTypes } from '@alipay-checkout/contracts'

/**
 * An expected failure, answered as `application/problem+json`. `detail` says what happened and what to do; `extra` are
 * the members that the problem's type adds.
 */
export class Problem extends Error {
  override name = 'Problem'
  readonly type: ProblemType
  readonly extra: Record<string, unknown>

  constructor(type: ProblemType, detail: string, extra: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(detail, options)
    this.type = type
    this.extra = extra
  }

  get status(): number {
    return problemTypes[this.type].status
  }

  /** The body of the response; `instance` is the path of the request. */
  toBody(instance: string): ProblemBody {
    const { status, title } = problemTypes[this.type]
    return { type: `/problems/${this.type}`, title, status, detail: this.message, instance, ...this.extra }
  }
}
