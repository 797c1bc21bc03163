import type * as contracts from '@alipay-checkout/contracts'

type Contracts = typeof contracts
type EventIn<Name extends keyof Contracts> = contracts.EventOf<Contracts[Name]>

/** The data of each event by the event's name. The package that is packed has this as types without schemas. */
export type EventData = {
  [Name in keyof Contracts as EventIn<Name>['type']]: EventIn<Name>['data']
}
