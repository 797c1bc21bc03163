// The load, in a process of its own: what it costs is known, and it does not share an event loop with who measures.
import { offerJobs } from '../worker-process.ts'
import { type CheckoutLoad, runCheckouts } from './checkout.ts'
import { openShop, type Shop, type ShopAddress } from './shop.ts'

let open: Shop | undefined

function shop(): Shop {
  if (open === undefined) throw new Error('no shop was opened')
  return open
}

const jobs = {
  async open(address: ShopAddress): Promise<void> {
    await open?.close()
    open = await openShop(address)
  },
  checkout: (load: CheckoutLoad) => runCheckouts(shop(), load),
}

export type LoadJobs = typeof jobs

offerJobs(jobs)
