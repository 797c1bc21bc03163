import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { localPortsOf, parseSocketTable } from './client-ports.ts'

it('reads local ports and inodes from a table of sockets', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   101        0 4711 1 0 100 0 0 10 0
   1: 0100007F:A1B2 0100007F:1538 01 00000000:00000000 02:000005A0 00000000     0        0 4712 2 0 20 4 30 10 -1
`
  expect(parseSocketTable(table)).toEqual([
    { inode: '4711', port: 0x1538 },
    { inode: '4712', port: 0xa1b2 },
  ])
  expect(parseSocketTable('')).toEqual([])
})

it.runIf(process.platform === 'linux')('finds the ports of a process, and none of one that has ended', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => {
    client.destroy()
    server.close()
  })
  await once(client, 'connect')
  expect(localPortsOf(process.pid)).toContain(client.localPort)
  expect(localPortsOf(2 ** 22 + 1)).toEqual(new Set())
})
