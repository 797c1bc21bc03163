// The load, in a process of its own: what it costs is known, and it does not share an event loop with who measures.
import { offerJobs } from '../worker-process.ts'
import { type CheckoutLoad, runCheckouts } from './checkout.ts'
import { type AlipayVoice, type PaidTrade, postNotifies, type ReadyNotify, signNotifies } from './notifies.ts'
import { type PacedLoad, runPaced } from './paced.ts'
import { type PlaceLoad, placeOrders, placeUnopened } from './place.ts'
import { openPages, payWatched, type WatchedOrders } from './push.ts'
import type { ResultPage } from './result-page.ts'
import { openShop, type Shop, type ShopAddress } from './shop.ts'
import { runSingle, type SingleLoad } from './single.ts'
import { readStatuses, type StatusLoad } from './status.ts'

let open: { shop: Shop; address: ShopAddress } | undefined
let pages: ResultPage[] = []
let notifies: ReadyNotify[] = []

function here(): { shop: Shop; address: ShopAddress } {
  if (open === undefined) throw new Error('no shop was opened')
  return open
}

const jobs = {
  async open(address: ShopAddress): Promise<void> {
    await open?.shop.close()
    open = { shop: await openShop(address), address }
  },
  checkout: (load: CheckoutLoad) => runCheckouts(here().shop, load),
  paced: (load: PacedLoad) => runPaced(here().shop, load),
  place: (load: PlaceLoad) => placeOrders(here().shop, load),
  placeUnopened: (load: PlaceLoad) => placeUnopened(here().shop, load),
  /** Signs notifies and keeps them for `postNotifies`: what that costs is not part of the load. */
  async signNotifies({ voice, trades }: { voice: AlipayVoice; trades: readonly PaidTrade[] }): Promise<void> {
    const forms = signNotifies(voice, trades)
    notifies = trades.map(({ outTradeNo }, index) => ({ orderId: outTradeNo, form: forms[index]! }))
  },
  postNotifies: ({ senders }: { senders: number }) => postNotifies(here().shop, notifies, senders),
  status: (load: StatusLoad) => readStatuses(here().shop, load),
  single: (load: SingleLoad) => runSingle(here().shop, here().address, load),
  async openPages(orders: WatchedOrders): Promise<void> {
    pages = await openPages(here().shop, here().address, orders)
  },
  payWatched: (load: { orders: WatchedOrders; payers: number }) => payWatched(here().shop, pages, load),
  async closePages(_: null): Promise<void> {
    for (const page of pages) page.close()
    pages = []
  },
}

export type LoadJobs = typeof jobs

offerJobs(jobs)
