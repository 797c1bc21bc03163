import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RunningSystem, ServerControl } from '@alipay-checkout/launcher'

/**
 * Lets test files, which run in processes of their own, stop and start the servers and services:
 * `POST /{name}/stop?signal=…`, `POST /{name}/start`. Answers when it is done.
 */
export async function openControl({
  stack,
  services,
}: RunningSystem): Promise<{ url: string; close(): Promise<void> }> {
  const controls = { ...stack.servers, ...services }
  const server = createServer(async (request, response) => {
    try {
      await obey(request, controls)
      response.writeHead(204).end()
    } catch (error) {
      response.writeHead(500).end((error as Error).message)
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function obey(request: IncomingMessage, controls: Record<string, ServerControl | undefined>): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://control')
  const [, name, action] = pathname.split('/')
  const control = controls[name ?? '']
  if (control === undefined) throw new Error(`there is no server or service ${name}`)
  if (action === 'start') await control.start()
  else await control.stop((searchParams.get('signal') ?? undefined) as NodeJS.Signals | undefined)
}
