const consoleRefusal = 'console'

/** An answer that is not 2xx (a problem+json of the API), or none: then `status` is 0. */
export class ApiProblem extends Error {
  readonly status: number
  /** `/problems/<name>` */
  readonly type: string
  readonly detail: string | undefined
  /** What the problem's type adds, such as `refundableFen`. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(
    status: number,
    type: string,
    title: string,
    detail?: string,
    members: Readonly<Record<string, unknown>> = {},
  ) {
    super(title)
    this.name = 'ApiProblem'
    this.status = status
    this.type = type
    this.detail = detail
    this.members = members
  }

  /** The problem's name in the contract, such as `order-not-found`. */
  get kind(): string {
    return this.type.slice(this.type.lastIndexOf('/') + 1)
  }

  /** True for a refusal of the console itself, whose text is in the language of the page. */
  get isOurs(): boolean {
    return this.type === consoleRefusal
  }

  /** The service that did not answer, such as `order-service`. */
  get service(): string | undefined {
    return typeof this.members.service === 'string' ? this.members.service : undefined
  }

  /** True where the request may have had its effect although no answer says so. */
  get unclear(): boolean {
    return this.status === 0 || this.status >= 500
  }

  static async from(response: Response): Promise<ApiProblem> {
    const body = (await response.json().catch(() => null)) as Record<string, unknown> | null
    const { type, title, detail, status: _, instance, ...members } = body ?? {}
    const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)
    return new ApiProblem(
      response.status,
      textOf(type) ?? '',
      textOf(title) ?? `HTTP ${response.status}`,
      textOf(detail),
      members,
    )
  }

  /** What the console refuses before it asks the API. `text` is in the language of the page. */
  static refused(text: string): ApiProblem {
    return new ApiProblem(409, consoleRefusal, text)
  }

  static unanswered(error: unknown): ApiProblem {
    return new ApiProblem(0, 'unanswered', error instanceof Error ? error.message : String(error))
  }
}
