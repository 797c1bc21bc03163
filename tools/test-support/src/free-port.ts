import { findFreePort } from '@alipay-checkout/launcher'

/**
 * A TCP port of 127.0.0.1 that nobody listens on. It may be taken by somebody else in the next moment, so where a
 * program can listen on port 0 and tell, that is better.
 */
export const freePort = (): Promise<number> => findFreePort('programs')
