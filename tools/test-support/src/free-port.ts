import { findFreePort } from '@alipay-checkout/launcher'

/**
 * A free TCP port of 127.0.0.1. Another process may take it in the next moment: a program that can listen on port 0 and
 * report its port should do that instead.
 */
export const freePort = (): Promise<number> => findFreePort('programs')
