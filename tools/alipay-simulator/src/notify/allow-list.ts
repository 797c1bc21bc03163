import { BlockList, isIP } from 'node:net'

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

/**
 * Whether a notify may be sent to `url`: an http(s) address on this machine or one of the given hosts. A simulator that
 * posts to any requested address would give outsiders access to the network.
 */
export function isNotifyAllowed(url: string, hosts: readonly string[]): boolean {
  if (!isHttpUrl(url)) return false
  const hostname = new URL(url).hostname.replace(/^\[|\]$/g, '')
  if (hostname === 'localhost' || hosts.includes(hostname)) return true
  const family = isIP(hostname)
  return family !== 0 && loopback.check(hostname, family === 6 ? 'ipv6' : 'ipv4')
}

/** Whether this is an absolute http or https address. */
export function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol)
}
