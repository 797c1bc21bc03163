import { Socket } from 'node:net'

const { destroy } = Socket.prototype

/** Alipay's official SDK. */
export const { AlipaySdk } = await import('alipay-sdk')

// Its HTTP client replaces this for the whole process by one that throws when two sockets end with the same error:
// a lost connection pool would end the service. The SDK works without that.
Socket.prototype.destroy = destroy
