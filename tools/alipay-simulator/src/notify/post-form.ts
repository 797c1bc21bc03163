import { type Agent, type Dispatcher, errors } from 'undici'

/** What a merchant answered. */
export interface FormAnswer {
  status: number
  /** As UTF-8. */
  text: string
}

/**
 * Posts a form and reads the whole response. Redirects are not followed. Does not use undici's streams, which would use
 * more CPU time than the few bytes of the response.
 *
 * @param timeoutMs for the answer to begin, and again for each further piece of it
 * @throws Error where no answer comes
 */
export function postForm(
  agent: Agent,
  { url, contentType, body, timeoutMs }: { url: string; contentType: string; body: string; timeoutMs: number },
): Promise<FormAnswer> {
  const { origin, pathname, search } = new URL(url)
  return new Promise((resolve, reject) => {
    agent.dispatch(
      {
        origin,
        path: `${pathname}${search}`,
        method: 'POST',
        headers: { 'content-type': contentType },
        body,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      },
      new AnswerReader(resolve, reject),
    )
  })
}

class AnswerReader implements Dispatcher.DispatchHandler {
  #status = 0
  readonly #chunks: Buffer[] = []
  readonly #resolve: (answer: FormAnswer) => void
  readonly #reject: (error: Error) => void

  constructor(resolve: (answer: FormAnswer) => void, reject: (error: Error) => void) {
    this.#resolve = resolve
    this.#reject = reject
  }

  // undici requires this method of a handler of this kind.
  onRequestStart(): void {}

  onRequestUpgrade(): void {
    this.#reject(new errors.NotSupportedError('the merchant wants another protocol'))
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    this.#status = status
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#resolve({ status: this.#status, text: Buffer.concat(this.#chunks).toString('utf8') })
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error)
  }
}
