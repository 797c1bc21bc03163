import { type Dispatcher, Pool } from 'undici'

export interface HttpResponse {
  status: number
  text: string
  /** Of a redirect. */
  location: string | undefined
}

export interface HttpClient {
  /** Rejects when no response arrives. */
  send(method: 'GET' | 'POST', path: string, headers: Record<string, string>, body?: string): Promise<HttpResponse>
  close(): Promise<void>
}

/** A client for one address that uses little CPU time, because it shares the machine with the measured system. */
export function openHttpClient(origin: string, connections: number): HttpClient {
  const pool = new Pool(origin, { connections, pipelining: 1, keepAliveTimeout: 30_000 })
  return {
    send: (method, path, headers, body) =>
      new Promise((resolve, reject) => {
        const response: HttpResponse = { status: 0, text: '', location: undefined }
        const handler: Dispatcher.DispatchHandler = {
          // undici requires this method of a handler of this kind.
          onRequestStart() {},
          onResponseStart(_controller, status, { location }) {
            response.status = status
            if (typeof location === 'string') response.location = location
          },
          onResponseData(_controller, chunk) {
            // The fields that are read are ASCII, so a character that is split between two chunks does no harm.
            response.text += chunk.toString('latin1')
          },
          onResponseEnd: () => resolve(response),
          onResponseError: (_controller, error) => reject(error),
        }
        pool.dispatch({ method, path, headers, body: body ?? null }, handler)
      }),
    close: () => pool.close(),
  }
}
