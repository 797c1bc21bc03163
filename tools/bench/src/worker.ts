// The load and the baseline, in a process of their own: its CPU time is known, and it blocks no measurement.
import { type Baseline, openBaseline } from './baseline/baseline.ts'
import { type NotifySigner, type PaidTrade, postNotifies, type SignedNotify, signNotifies } from './load/notifies.ts'
import { type OrderLoad, type PacedLoad, placeOrders, placeUnopened, runCheckouts, runPaced } from './load/orders.ts'
import { openPages, payPages, type ResultPage, runSingle, type SingleLoad } from './load/result-page.ts'
import { openShop, type PlacedOrder, type Shop, type ShopAddress } from './load/shop.ts'
import { offerJobs } from './worker-process.ts'

let shop: Shop
let gatewayUrl: string
let baseline: Baseline
let pages: ResultPage[] = []
let notifies: SignedNotify[] = []

const jobs = {
  async openShop(address: ShopAddress): Promise<void> {
    gatewayUrl = address.gatewayUrl
    shop = await openShop(address)
  },
  checkout: (load: OrderLoad) => runCheckouts(shop, load),
  paced: (load: PacedLoad) => runPaced(shop, load),
  place: (load: OrderLoad) => placeOrders(shop, load),
  placeUnopened: (load: OrderLoad) => placeUnopened(shop, load),
  /** Before `postNotifies`, so that signing is not part of the load. */
  async signNotifies({ signer, trades }: { signer: NotifySigner; trades: readonly PaidTrade[] }): Promise<void> {
    notifies = signNotifies(signer, trades)
  },
  postNotifies: (concurrency: number) => postNotifies(shop, notifies, concurrency),
  single: (load: SingleLoad) => runSingle(shop, gatewayUrl, load),
  async openPages(orders: readonly PlacedOrder[]): Promise<void> {
    pages = await openPages(shop, gatewayUrl, orders)
  },
  payPages: (payers: number) => payPages(shop, pages, payers),
  async openBaseline(url: string): Promise<void> {
    baseline = await openBaseline(url)
  },
  runBaseline: (seconds: number) => baseline.run(seconds),
  isBaselineComplete: () => baseline.isComplete(),
}

export type WorkerJobs = typeof jobs

offerJobs(jobs)
