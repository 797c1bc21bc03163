import { Socket } from 'node:net'

const { destroy } = Socket.prototype

/** Alipay's official SDK, for tests. */
export const { AlipaySdk } = await import('alipay-sdk')

// Its HTTP client replaces this for the whole process by one that throws when two sockets end with the same error, as
// our own pool's do. The SDK works without that.
Socket.prototype.destroy = destroy
export type AlipaySdk = InstanceType<typeof AlipaySdk>
