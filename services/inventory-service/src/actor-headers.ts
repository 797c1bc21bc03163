import { ActorHeader } from '@alipay-checkout/service-kit'
import Type from 'typebox'

/** Who changes something. The gateway sends the admin's `sub`; a service that acts by itself sends nothing. */
export const ActorHeaders = Type.Object({ 'x-actor': { ...ActorHeader, default: 'service' } })
