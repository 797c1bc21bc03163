import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

// Only root can become another user.
it.runIf(process.getuid?.() === 0)(
  'calls in the name of the number where the user has no name',
  { timeout: 60_000 },
  async () => {
    const actors: unknown[] = []
    const server = createServer((request, response) => {
      actors.push(request.headers['x-actor'])
      response.setHeader('connection', 'close').end('{}')
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const program = `
      import { createCallService } from ${JSON.stringify(fileURLToPath(new URL('call-service.ts', import.meta.url)))}
      process.setuid(54321)
      await createCallService()('GET', '/anything')`
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      env: {
        PAYMENT_SERVICE_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        SERVICE_TOKEN: 'a token of this test',
      },
    })
    expect(actors).toEqual(['uid%2054321'])
  },
)
