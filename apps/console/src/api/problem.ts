/** An answer that is not 2xx (a problem+json of the API), or none: then `status` is 0. */
export class ApiProblem extends Error {
  readonly status: number
  readonly type: string
  readonly detail: string | undefined
  /** The service that did not answer, such as `order-service`. */
  readonly service: string | undefined

  constructor(status: number, type: string, title: string, detail?: string, service?: string) {
    super(title)
    this.name = 'ApiProblem'
    this.status = status
    this.type = type
    this.detail = detail
    this.service = service
  }

  /** What went wrong, in the API's words. */
  get text(): string {
    return this.detail ?? this.message
  }

  /** True where the request may have had its effect although no answer says so. */
  get unclear(): boolean {
    return this.status === 0 || this.status >= 500
  }

  static async from(response: Response): Promise<ApiProblem> {
    const body = await response.json().catch(() => ({}))
    const { type, title, detail, service } = body as Partial<Record<'type' | 'title' | 'detail' | 'service', string>>
    return new ApiProblem(response.status, type ?? '', title ?? `HTTP ${response.status}`, detail, service)
  }

  static unanswered(error: unknown): ApiProblem {
    return new ApiProblem(0, 'unanswered', error instanceof Error ? error.message : String(error))
  }
}
